"""The one way in which a picture leaves the library: asks whether it may, makes the rendition that is wanted, once.

Knows assets, renditions and their cache; knows no wire.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import final

from outcrop.assets.library import Library, check_deliverable
from outcrop.assets.rendition_cache import RenditionCache
from outcrop.assets.renditions import Rendition, Wanted, render
from outcrop.assets.store import Digest
from outcrop.store.assets import Asset, is_used

Mark = Callable[[bytes, str, bytes], bytes]


@final
class Darkroom:
    """Makes renditions of assets."""

    def __init__(self, library: Library, cache: RenditionCache, mark: Mark = lambda file, *_: file) -> None:
        """`mark` is given each rendition that is made, its format and the asset's own file, and may sign it."""
        self.library = library
        self._mark = mark
        self._cache = cache
        self._lock = Lock()  # guards _turns
        self._turns: dict[tuple[str, ...], tuple[Lock, int]] = {}

    def tag(self, asset: Asset, wanted: Wanted) -> str:
        """What tells a rendition's bytes from any others.

        Raises: NoSuchResource when the asset is deleted; Denied when it is held.
        """
        check_deliverable(asset)
        wanted = _of_its_own(asset, wanted)
        return asset.digest if wanted.is_file else f"{asset.digest}-{wanted.key()}"

    def deliver(self, asset: Asset, wanted: Wanted) -> Rendition:
        """A rendition of an asset that may be delivered. Equal ones that are wanted at once are made once.

        Raises: NoSuchResource when the asset is deleted; Denied when it is held; InvalidRequest when it cannot be
        made of it; StorageFailed.
        """
        check_deliverable(asset)
        wanted = _of_its_own(asset, wanted)
        if wanted.is_file:
            return Rendition(file=self.library.read(asset), format=asset.format)
        digest, key = Digest(asset.digest), wanted.key()
        cached = self._cache.get(digest, key)
        if cached is not None:
            return Rendition(file=cached, format=wanted.format or asset.format)
        with self._turn(digest, key):
            cached = self._cache.get(digest, key)  # whoever came first has made it meanwhile
            if cached is None:
                own = self.library.read(asset)
                made = render(own, wanted, None if wanted.stamp is None else self.library.file(wanted.stamp.digest))
                cached = self._mark(made.file, made.format, own)
                self._keep(digest, key, cached)
        return Rendition(file=cached, format=wanted.format or asset.format)

    @contextmanager
    def _turn(self, *which: str) -> Iterator[None]:
        """Within the block, nobody else makes the same."""
        with self._lock:
            turn, waiting = self._turns.get(which, (Lock(), 0))
            self._turns[which] = turn, waiting + 1
        try:
            with turn:
                yield
        finally:
            with self._lock:
                turn, waiting = self._turns.pop(which)
                if waiting > 1:
                    self._turns[which] = turn, waiting - 1

    def _keep(self, digest: Digest, key: str, file: bytes) -> None:
        self._cache.put(digest, key, file)
        # What was deleted while this was made must not stay: whoever deletes says so before removing renditions.
        with self.library.database.reading() as connection:
            there = is_used(connection, digest)
        if not there:
            self._cache.remove(digest)


def _of_its_own(asset: Asset, wanted: Wanted) -> Wanted:
    """What is wanted, where it is no more than the format that the file has."""
    return Wanted() if wanted == Wanted(format=asset.format) else wanted  # type: ignore[arg-type]  # one that files have
