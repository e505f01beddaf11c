"""What finished pictures are marked with, so that they can be told later. Knows plans and files; knows no engine."""

from collections.abc import Callable
from threading import Lock
from typing import Final, final

from PIL import Image

from outcrop.clock import UnixTime, moment_of
from outcrop.plan import Plan
from outcrop.provenance.chain import Chain
from outcrop.provenance.credentials import Parent, is_signed, sign
from outcrop.provenance.manifest import Origin, drawn, manifest
from outcrop.provenance.payload import payload_of
from outcrop.provenance.watermark import Watermark

RENDERED: Final = Origin(action="c2pa.transcoded", source_type=None, agent=None)
"""Another size or format of a picture."""


@final
class Marks:
    """Marks pictures in the name of whoever runs this installation."""

    def __init__(
        self, chain: Callable[[], Chain], key: Callable[[], bytes], now: UnixTime, made_at: UnixTime | None = None
    ) -> None:
        """`chain` is asked when first a file is signed, `key` when first a picture is marked; each may make one.

        `made_at` is when marks say that pictures were made, where that is another time than now.
        """
        self._find_chain, self._find_key = chain, key
        self._chain: Chain | None = None
        self._watermark: Watermark | None = None
        self._now = now
        self._made_at = made_at or now
        self._lock = Lock()

    def embed(self, image: Image.Image, account: str, seen: int) -> Image.Image:
        """The picture with an invisible mark that says whose it is, when it was made, and what it looked like.

        Raises: BadSettings when there is no key to mark it with.
        """
        return self._marker().embed(image, payload_of(account, self._made_at(), seen))

    def sign(self, file: bytes, plan: Plan) -> bytes:
        """The file of a planned picture with its content credentials; its pixels and its recipe stay as they are.

        Raises: ModelFailed when it cannot be signed; BadSettings when there is no chain to sign it with.
        """
        return self._sign(file, plan.output_format, drawn(plan), plan.parent)

    def sign_rendition(self, file: bytes, file_format: str, parent: bytes) -> bytes:
        """Another size or format of a picture, signed with that picture as its parent where that is signed itself.

        Raises: as `sign`.
        """
        return self._sign(file, file_format, RENDERED, parent) if is_signed(parent) else file

    def _sign(self, file: bytes, file_format: str, origin: Origin, parent: bytes | None) -> bytes:
        story = manifest(origin, moment_of(self._now()))
        return sign(file, file_format, story, self._signer(), None if parent is None else Parent(file=parent))

    def _signer(self) -> Chain:
        with self._lock:
            if self._chain is None:
                self._chain = self._find_chain()
            return self._chain

    def _marker(self) -> Watermark:
        with self._lock:
            if self._watermark is None:
                self._watermark = Watermark(self._find_key())
            return self._watermark
