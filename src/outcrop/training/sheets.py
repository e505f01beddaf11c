"""Lays pictures out on one labelled sheet. Knows nothing of where they come from."""

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

_LABEL_PX = 26


def contact_sheet(pictures: npt.NDArray[np.uint8], labels: list[str], columns: int, side_px: int) -> Image.Image:
    """Pictures in rows with a label under each. Shapes: (n, h, w, 3). Units: side_px is the width of each."""
    tall = round(side_px * pictures.shape[1] / pictures.shape[2])
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (columns * side_px, rows * (tall + _LABEL_PX)), "white")
    draw = ImageDraw.Draw(sheet)
    for number, (picture, label) in enumerate(zip(pictures, labels, strict=True)):
        x, y = number % columns * side_px, number // columns * (tall + _LABEL_PX)
        sheet.paste(Image.fromarray(picture).resize((side_px, tall), Image.Resampling.LANCZOS), (x, y))
        draw.multiline_text((x + 3, y + tall), _wrapped(label, max(8, side_px // 6)), fill="black", spacing=0)
    return sheet


def _wrapped(label: str, width: int) -> str:
    lines = [""]
    for word in label.split():
        if len(lines[-1]) + len(word) + 1 > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines[:2])
