"""Drawings out of Iconify's packages: icons.json holds what is inside each SVG element. Knows no files of the pack."""

import json
import re
from collections.abc import Collection, Iterator

from outcrop.training.pack.archives import Files
from outcrop.training.pack.picture import Picture

_INK = "#222"
_VARIANT = re.compile(r"(-\d+)+$")


def build_emoji(files: Files, names: Collection[str]) -> Iterator[Picture]:
    """The icons that are emoji of these names, variants (`baby-1`, `baby-2`) included; those of skin tones are not."""
    for name, svg in _icons(files):
        emoji = name if name in names else _VARIANT.sub("", name)
        if emoji in names:
            yield Picture(label=emoji, content=svg)


def build_icons(files: Files, leave_out: tuple[str, ...]) -> Iterator[Picture]:
    """All icons whose names do not begin so; labels are words without numbers."""
    for name, svg in _icons(files):
        if not name.startswith(leave_out or "\0"):
            yield Picture(label=_VARIANT.sub("", name).replace("-", " "), content=svg)


def _icons(files: Files) -> Iterator[tuple[str, bytes]]:
    """Each icon's name and SVG text, by name. Source: Iconify's JSON format, IconifyJSON."""
    table = json.loads(files["icons.json"])
    for name, icon in sorted(table["icons"].items()):
        width, height = (icon.get(side, table.get(side, 16)) for side in ("width", "height"))
        left, top = (icon.get(side, table.get(side, 0)) for side in ("left", "top"))
        root = (
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'viewBox="{left} {top} {width} {height}">'
        )
        yield name, f"{root}{icon['body'].replace('currentColor', _INK)}</svg>".encode()
