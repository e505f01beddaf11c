"""A contact sheet: several pictures on one, each with a line under it. Knows pixels and captions only."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont, ImageOps

TILE_PX = 384
"""Longest side of a picture on the sheet, unless something else is asked for."""
GAP_PX = 12
LINE_PX = 17
LINES = 2
"""Lines a caption may take; what does not fit is cut."""
PAPER, INK = (250, 250, 248), (60, 60, 60)

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One picture on the sheet."""

    image: Image.Image
    caption: str


def contact_sheet(tiles: Sequence[Tile], columns: int | None = None, tile_px: int = TILE_PX) -> Image.Image:
    """Lay pictures out in rows, in order, on pale paper; about square unless `columns` says otherwise.

    Units: tile_px is the longest side of each picture.
    Raises: ValueError when there is no picture.
    """
    if not tiles:
        raise ValueError("A contact sheet needs at least one picture.")
    across = columns or math.ceil(math.sqrt(len(tiles)))
    font = ImageFont.load_default(LINE_PX - 4)
    small = [ImageOps.contain(tile.image, (tile_px, tile_px), Image.Resampling.LANCZOS) for tile in tiles]
    wide = max(image.width for image in small)
    captions = [_wrap(tile.caption, font, wide) for tile in tiles]
    high = max(image.height for image in small)
    row = high + GAP_PX // 2 + LINE_PX * max(len(lines) for lines in captions)
    rows = math.ceil(len(tiles) / across)
    sheet = Image.new("RGB", (across * (wide + GAP_PX) + GAP_PX, rows * (row + GAP_PX) + GAP_PX), PAPER)
    draw = ImageDraw.Draw(sheet)
    for index, (image, lines) in enumerate(zip(small, captions, strict=True)):
        left = GAP_PX + index % across * (wide + GAP_PX)
        top = GAP_PX + index // across * (row + GAP_PX)
        sheet.paste(image, (left, top))
        for number, line in enumerate(lines):
            draw.text((left, top + image.height + GAP_PX // 2 + number * LINE_PX), line, INK, font)
    return sheet


def _wrap(text: str, font: Font, width: int) -> list[str]:
    """The words in at most `LINES` lines of a width, the last one cut where they do not fit."""
    lines = [""]
    for word in text[:width].split():  # no letter is narrower than a pixel or two, so more never fits
        longer = f"{lines[-1]} {word}".strip()
        if not lines[-1] or len(lines) == LINES or font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return [_cut(line, font, width) for line in lines]


def _cut(text: str, font: Font, width: int) -> str:
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(text + "…") > width:
        text = text[:-1]
    return text + "…"
