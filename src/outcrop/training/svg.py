"""Turns SVG text of all ages into pictures: repairs it, finds where it is drawn, draws that part. Knows no corpus."""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass

import resvg_py
from PIL import Image

_ROOT = re.compile(r"<svg\b[^>]*>", re.DOTALL)
_SIZE = re.compile(r'\s(width|height)\s*=\s*"\s*([0-9.]+)\s*([a-z%]*)\s*"')
_VIEW_BOX = re.compile(r'\sviewBox\s*=\s*"([^"]*)"')
_EDITOR = re.compile(r"</?sodipodi:[^>]*>")
_UNSEEN_BEFORE_PLAY = re.compile(r'\sopacity="0"(?=[^>]*>\s*<animate)')

_DOTS_PER_INCH = 90.0
_PIXELS = {
    "": 1.0,
    "px": 1.0,
    "pt": _DOTS_PER_INCH / 72.0,
    "pc": _DOTS_PER_INCH / 6.0,
    "mm": _DOTS_PER_INCH / 25.4,
    "cm": _DOTS_PER_INCH / 2.54,
    "in": _DOTS_PER_INCH,
}
"""User units in a length of a drawing without a viewBox. Source: SVG 1.1 leaves the dot to the program; that of the
corpus's clip art, Inkscape before 0.92, took 90 to the inch."""

_PAGE = (1000.0, 1000.0)
_AROUND = 1.0
_SMALL = 0.8
_LOOKS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A rectangle of a drawing. Units: the drawing's own."""

    left: float
    top: float
    width: float
    height: float


def repaired(svg: str) -> str:
    """Give the root element a viewBox where it has none and drop its size, so that the drawing scales.

    Editors' own elements go as well (some are closed but never opened), and what an animation would only show later
    is shown.
    """
    clean = _UNSEEN_BEFORE_PLAY.sub("", _EDITOR.sub("", svg))
    return _with_root(clean, _scaling)


def rasterised(svg: str, side_px: int) -> Image.Image:
    """Draw an SVG so that what it shows, not its page, fills a square of that side as far as its shape allows.

    Pages of old clip art are often much larger than the drawing, or do not hold all of it: where the drawing reaches
    the page's edge and the page was not given as a viewBox, the page's surroundings are looked at too.

    Shapes: RGBA, the longer side at most side_px.
    Raises: ValueError where the text is no SVG.
    """
    text = repaired(svg)
    view = _view(text)
    if _VIEW_BOX.search(_root(svg)) is None:
        view = _grown(view)
        text = _seen_through(text, view)
    picture = _drawn(text, side_px)
    for _ in range(_LOOKS):
        box = _opaque(picture)
        if box is None or max(box[2] - box[0], box[3] - box[1]) > _SMALL * side_px:
            break
        view = _part(view, picture.size, box)
        picture = _drawn(_seen_through(text, view), side_px)
    return picture


def _drawn(svg: str, side_px: int) -> Image.Image:
    png = resvg_py.svg_to_bytes(svg_string=svg, width=side_px, height=side_px)
    return Image.open(io.BytesIO(bytes(png))).convert("RGBA")


def _opaque(picture: Image.Image) -> tuple[int, int, int, int] | None:
    return picture.getchannel("A").getbbox()


def _grown(view: View) -> View:
    return View(
        left=view.left - _AROUND * view.width,
        top=view.top - _AROUND * view.height,
        width=(1.0 + 2.0 * _AROUND) * view.width,
        height=(1.0 + 2.0 * _AROUND) * view.height,
    )


def _part(view: View, size: tuple[int, int], box: tuple[int, int, int, int]) -> View:
    """The part of a view that a box of its picture shows, with a pixel around it."""
    across, down = view.width / size[0], view.height / size[1]
    return View(
        left=view.left + (box[0] - 1) * across,
        top=view.top + (box[1] - 1) * down,
        width=(box[2] - box[0] + 2) * across,
        height=(box[3] - box[1] + 2) * down,
    )


def _view(svg: str) -> View:
    match = _VIEW_BOX.search(_root(svg))
    numbers = [float(number) for number in re.split(r"[\s,]+", match.group(1).strip())] if match else [0, 0, *_PAGE]
    return View(left=numbers[0], top=numbers[1], width=numbers[2], height=numbers[3])


def _seen_through(svg: str, view: View) -> str:
    box = f' viewBox="{view.left:g} {view.top:g} {view.width:g} {view.height:g}"'
    return _with_root(svg, lambda root: _VIEW_BOX.sub("", root).replace("<svg", f"<svg{box}", 1))


def _scaling(root: str) -> str:
    sizes = {name: (float(number), unit) for name, number, unit in _SIZE.findall(root)}
    bare = _SIZE.sub("", root)
    if _VIEW_BOX.search(bare):
        return bare
    width, height = (_length(sizes.get(name), page) for name, page in zip(("width", "height"), _PAGE, strict=True))
    return bare.replace("<svg", f'<svg viewBox="0 0 {width:g} {height:g}"', 1)


def _length(size: tuple[float, str] | None, page: float) -> float:
    if size is None or size[1] not in _PIXELS or size[0] <= 0:
        return page
    return size[0] * _PIXELS[size[1]]


def _root(svg: str) -> str:
    match = _ROOT.search(svg)
    return match.group(0) if match else ""


def _with_root(svg: str, change: Callable[[str], str]) -> str:
    match = _ROOT.search(svg)
    if match is None:
        return svg
    return svg[: match.start()] + change(match.group(0)) + svg[match.end() :]
