"""Drawings out of the Open Clip Art Library: SVG files in folders by subject. Knows no files of the pack."""

import re
from collections.abc import Iterator
from html import unescape

from outcrop.training.pack.archives import Files
from outcrop.training.pack.picture import Picture

_ROOT = "usr/share/openclipart/svg/"
_LARGEST = 120_000
_METADATA = re.compile(r"<metadata\b.*?</metadata>", re.DOTALL)
_NAMED_VIEW = re.compile(r"<sodipodi:namedview\b(?:[^>]*/>|.*?</sodipodi:namedview>)", re.DOTALL)
_TITLE = re.compile(r"<dc:title>([^<]*)</dc:title>")
_SUBJECT = re.compile(r"<rdf:li>([^<]*)</rdf:li>")
_PAINT = re.compile(r"""\b(?:fill|stroke|stop-color)\s*[:=]\s*["']?\s*(#[0-9a-fA-F]+|[a-zA-Z]+)""")
_INKS = frozenset({"none", "black", "white", "inherit", "#000000", "#ffffff", "#000", "#fff"})
_RASTER = "<image"


def build_clipart(files: Files, leave_out: tuple[str, ...]) -> Iterator[Picture]:
    """The vector drawings in folders that do not begin so, up to a size; what editors left in them is taken out."""
    for path, content in sorted(files.items()):
        category, _, file = path.removeprefix(_ROOT).rpartition("/")
        if not (path.startswith(_ROOT) and file.endswith(".svg")) or category.startswith(leave_out or "\0"):
            continue
        text = content.decode("utf-8", errors="replace")
        bare = _NAMED_VIEW.sub("", _METADATA.sub("", text))
        if len(bare) > _LARGEST or _RASTER in bare or "<svg" not in bare:
            continue
        about = "".join(_METADATA.findall(text))
        yield Picture(
            label=_label(about, file),
            content=bare.encode(),
            category=category,
            keywords=tuple(dict.fromkeys(unescape(word).lower() for word in _SUBJECT.findall(about))),
            line_art=_is_line_art(bare),
        )


def _label(about: str, file: str) -> str:
    title = _TITLE.search(about)
    words = unescape(title.group(1)) if title and title.group(1).strip() else file.removesuffix(".svg")
    return " ".join(re.sub(r"[_\-.]|\b\d+\b", " ", words.lower()).split()) or file


def _is_line_art(svg: str) -> bool:
    """Whether a drawing is painted in black and white alone."""
    return all(paint.lower() in _INKS for paint in _PAINT.findall(svg))
