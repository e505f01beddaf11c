"""What it costs to find and to render assets: `python -m benchmarks.library` prints it alone.

Pages are read on SQLite, of an account with so many assets; renditions are made of a picture of 1024 x 1024 with the
grain of a photograph.
"""

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageFilter
from sqlalchemy import insert

from outcrop.assets.asset_ids import new_asset_id
from outcrop.assets.darkroom import Darkroom
from outcrop.assets.disk import DiskObjects
from outcrop.assets.library import FOLDER, Library, NewAsset
from outcrop.assets.rendition_cache import RenditionCache
from outcrop.assets.renditions import FORMATS, Wanted
from outcrop.assets.store import Store
from outcrop.clock import random_bytes, unix_time
from outcrop.store.accounts import Account, add_account
from outcrop.store.assets import SoughtAssets
from outcrop.store.database import Database, open_database
from outcrop.store.tables import asset_tags, assets

ACCOUNT = "111111111111"
COUNTS = (10_000, 100_000)
SIDE = 1024
TIMES = 9
BULK = 10_000
WORDS = (
    "fox",
    "snow",
    "winter",
    "red",
    "apple",
    "table",
    "forest",
    "river",
    "city",
    "night",
    "light",
    "bottle",
    "lamp",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Reading a page of 50. Units: milliseconds, the median."""

    assets: int
    first_page_ms: float
    two_words_ms: float
    """Which every fourth picture or so has."""
    no_such_word_ms: float
    """The dearest: every asset is looked at."""
    tag_ms: float
    month_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """A rendition of a picture of 1024 x 1024. Units: milliseconds, the median."""

    format: str
    side: int
    made_ms: float
    cached_ms: float


def measure_finding(count: int) -> Finding:
    """Fill a library, and look for things in it."""
    with tempfile.TemporaryDirectory() as home, open_database(Path(home)) as database:
        _fill(database, count)
        library = Library(database, *_shelves(Path(home)), unix_time, random_bytes)

        def page(**said: object) -> float:
            sought = SoughtAssets(account_id=ACCOUNT, **said)  # type: ignore[arg-type]  # fields of it

            def read() -> None:
                with database.reading() as connection:
                    library.search(connection, sought)

            return _median_ms(read)

        return Finding(
            assets=count,
            first_page_ms=page(),
            two_words_ms=page(words=["fox", "snow"]),
            no_such_word_ms=page(words=["zebra"]),
            tag_ms=page(tags=[("season", "winter")]),
            month_ms=page(since=1_700_000_000, until=1_700_003_000),
        )


def measure_rendering() -> list[Rendering]:
    """Make renditions in every format, at half the size and at the whole."""
    with tempfile.TemporaryDirectory() as home, open_database(Path(home)) as database:
        with database.writing() as connection:
            add_account(connection, Account(id=ACCOUNT, name="a", created_at=0))
        store, cache = _shelves(Path(home))
        library = Library(database, store, cache, unix_time, random_bytes)
        darkroom, content = Darkroom(library, cache), _picture()
        new = NewAsset(
            account_id=ACCOUNT,
            user_name="a",
            digest=library.put(content),
            format="png",
            width=SIDE,
            height=SIDE,
            size_bytes=len(content),
        )
        with database.writing() as connection:
            asset = library.keep(connection, new)

        def make(wanted: Wanted) -> None:
            cache.remove(new.digest)
            darkroom.deliver(asset, wanted)

        measured = []
        for side in (SIDE // 2, SIDE):
            for made in FORMATS:
                wanted = Wanted(width=side, height=side, format=made)
                first = _median_ms(lambda wanted=wanted: make(wanted))  # type: ignore[misc]  # bound at once
                cached = _median_ms(lambda wanted=wanted: darkroom.deliver(asset, wanted))  # type: ignore[misc]
                measured.append(Rendering(format=made, side=side, made_ms=first, cached_ms=cached))
        return measured


def _shelves(home: Path) -> tuple[Store, RenditionCache]:
    return Store(DiskObjects(home), FOLDER), RenditionCache(home / "renditions", 1 << 30)


def _picture() -> bytes:
    shapes = Image.effect_mandelbrot((SIDE, SIDE), (-2, -1.5, 1, 1.5), 40).filter(ImageFilter.GaussianBlur(2))
    grain = Image.effect_noise((SIDE, SIDE), 12)
    image = Image.merge("RGB", (shapes, Image.blend(shapes, grain, 0.3), grain.filter(ImageFilter.GaussianBlur(3))))
    out = BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()


def _fill(database: Database, count: int) -> None:
    with database.writing() as connection:
        add_account(connection, Account(id=ACCOUNT, name="a", created_at=0))
    for begin in range(0, count, BULK):
        rows = [_row(number) for number in range(begin, begin + BULK)]
        tags = [{"asset_id": row["id"], "account_id": ACCOUNT, "key": "season", "value": "winter"} for row in rows[::2]]
        with database.writing() as connection:
            connection.execute(insert(assets), rows)
            connection.execute(insert(asset_tags), tags)


def _row(number: int) -> dict[str, object]:
    made = 1_700_000_000 + number
    prompt = f"picture {number}: " + " ".join(WORDS[number * (place + 1) // 3 % len(WORDS)] for place in range(22))
    return {
        "id": new_asset_id(made, random_bytes),
        "account_id": ACCOUNT,
        "user_name": "a",
        "kind": "picture",
        "digest": f"{number:064x}",
        "created_at": made,
        "pinned": False,
        "format": "png",
        "width": SIDE,
        "height": SIDE,
        "size_bytes": 1,
        "search_text": prompt,
        "prompt": prompt,
        "recipe": "{" + "x" * 900 + "}",
    }


def _median_ms(do: Callable[[], object]) -> float:
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        do()
        took.append(time.perf_counter() - began)
    return round(statistics.median(took) * 1000, 1)


if __name__ == "__main__":
    print(json.dumps([asdict(measure_finding(count)) for count in COUNTS], indent=2))
    print(json.dumps([asdict(one) for one in measure_rendering()], indent=2))
