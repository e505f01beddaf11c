"""A comparison on one picture: every cell with what it is, its price and its time. Draws no cell."""

from io import BytesIO
from typing import Final

from PIL import Image

from outcrop.assets.library import Library
from outcrop.catalog.prices import to_dollars
from outcrop.finish.sheet import Tile, contact_sheet
from outcrop.jobs.comparison_described import MILLI, Drawn
from outcrop.store.comparisons import Axis, Comparison
from outcrop.units import Micros

PAPER: Final = (228, 228, 224)
"""What a cell is shown as that is not there."""
SIDE: Final = 512
QUALITY: Final = 90


def comparison_sheet(library: Library, of: Comparison, cells: list[Drawn]) -> bytes:
    """A WebP of a comparison's cells in their rows.

    Raises: StorageFailed when a picture cannot be read.
    """
    tiles = [Tile(image=_picture(library, one), caption=_caption(of, one)) for one in cells]
    out = BytesIO()
    contact_sheet(tiles, columns=len(of.across.values), tile_px=SIDE).save(out, "WEBP", quality=QUALITY)
    return out.getvalue()


def _picture(library: Library, one: Drawn) -> Image.Image:
    if one.asset is None:
        return Image.new("RGB", (SIDE, SIDE), PAPER)
    with Image.open(BytesIO(library.read(one.asset))) as image:
        image.thumbnail((SIDE, SIDE))  # few of its pixels are kept: a grid is of many pictures
        return image.convert("RGB")


def _caption(of: Comparison, one: Drawn) -> str:
    row, column = divmod(one.number - 1, len(of.across.values))
    job = one.job
    named = f"{_named(of.across, column)} · {_named(of.down, row)}"
    if one.asset is None:
        return f"{named} · {'not there' if job.state == 'done' else job.state}"
    took = "" if job.took_ms is None else f" · {job.took_ms / MILLI:.1f} s"
    return f"{named} · ${to_dollars(Micros(job.request['price']))}{took}"


def _named(axis: Axis, place: int) -> str:
    """What a row or column is called, where a number alone would say too little with what it is a number of."""
    value = axis.values[place]
    return f"{axis.by.lower()} {value}" if value.replace(".", "", 1).isdigit() else value
