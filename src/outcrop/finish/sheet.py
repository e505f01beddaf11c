"""A contact sheet: several pictures on one, each with a line under it. Knows pixels and captions only."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont, ImageOps

TILE_PX = 384
"""Longest side of a picture on the sheet."""
GAP_PX = 12
CAPTION_PX = 16
PAPER, INK = (250, 250, 248), (60, 60, 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One picture on the sheet."""

    image: Image.Image
    caption: str


def contact_sheet(tiles: Sequence[Tile], columns: int | None = None) -> Image.Image:
    """Lay pictures out in rows, in order, on pale paper; about square unless `columns` says otherwise.

    Raises: ValueError when there is no picture.
    """
    if not tiles:
        raise ValueError("A contact sheet needs at least one picture.")
    across = columns or math.ceil(math.sqrt(len(tiles)))
    small = [ImageOps.contain(tile.image, (TILE_PX, TILE_PX), Image.Resampling.LANCZOS) for tile in tiles]
    wide = max(image.width for image in small)
    high = max(image.height for image in small) + GAP_PX // 2 + CAPTION_PX
    rows = math.ceil(len(tiles) / across)
    sheet = Image.new("RGB", (across * (wide + GAP_PX) + GAP_PX, rows * (high + GAP_PX) + GAP_PX), PAPER)
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(CAPTION_PX - 3)
    for index, (tile, image) in enumerate(zip(tiles, small, strict=True)):
        left = GAP_PX + index % across * (wide + GAP_PX)
        top = GAP_PX + index // across * (high + GAP_PX)
        sheet.paste(image, (left, top))
        caption = _fit(tile.caption, font, image.width)
        draw.text((left, top + image.height + GAP_PX // 2), caption, INK, font)
    return sheet


def _fit(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: int) -> str:
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(text + "…") > width:
        text = text[:-1]
    return text + "…"
