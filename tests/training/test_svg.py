"""SVG of all ages scales, is found wherever it is drawn, and fills its square."""

import pytest
from PIL import Image

from outcrop.training.svg import rasterised, repaired

SQUARE = '<path fill="#f00" d="M{x} {y}h20v20h-20z"/>'


def red_share(picture: Image.Image) -> float:
    """How much of a picture is opaque red."""
    red = sum(1 for pixel in picture.get_flattened_data() if pixel == (255, 0, 0, 255))
    return red / (picture.width * picture.height)


def drawing(root: str, x: float, y: float) -> str:
    """A red square somewhere on a page."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" {root}>{SQUARE.format(x=x, y=y)}</svg>'


def test_a_root_without_view_box_gets_one_from_its_size() -> None:
    """The picture scales instead of being cut."""
    svg = repaired('<?xml version="1.0"?><svg xmlns="x" width="30px" height="20"><path width="5"/></svg>')
    assert 'viewBox="0 0 30 20"' in svg
    assert 'width="30px"' not in svg
    assert '<path width="5"/>' in svg


def test_a_page_in_millimetres_is_as_large_as_its_drawing_program_took_it() -> None:
    """An inch had 90 dots then."""
    assert 'viewBox="0 0 90 180"' in repaired('<svg width="25.4mm" height="2in"/>')


def test_a_root_with_view_box_only_loses_its_size() -> None:
    """A viewBox that is there stays as it is."""
    assert repaired('<svg viewBox="0 0 1 1" width="9" height="9"/>') == '<svg viewBox="0 0 1 1"/>'


def test_an_editor_s_leftovers_go() -> None:
    """What was closed but never opened no longer makes the text unreadable."""
    broken = drawing('viewBox="0 0 40 40"', 0, 0).replace("<path", "</sodipodi:namedview><path")
    assert red_share(rasterised(broken, 64)) > 0.8


def test_what_an_animation_fades_in_is_seen() -> None:
    """The still picture shows what the moving one shows in its course."""
    fade = '<animate attributeName="opacity" values="0;1"/>'
    hidden = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path fill="#f00" d="M0 0h9v9h-9z" opacity="0">'
    assert red_share(rasterised(f"{hidden}{fade}</path></svg>", 64)) > 0.9
    assert red_share(rasterised(f"{hidden}</path></svg>", 64)) == 0


@pytest.mark.parametrize(
    ("root", "x", "y"),
    [
        ('viewBox="0 0 400 400"', 300, 10),
        ('width="210mm" height="297mm"', 100, 900),
        ('width="100" height="100"', -60, 150),
        ('width="100%" height="100%"', 40, 40),
        ("", 500, 300),
    ],
    ids=["small on its page", "millimetres", "beside its page", "per cent", "no size"],
)
def test_a_drawing_fills_its_square(root: str, x: float, y: float) -> None:
    """Whatever the page says, the drawing is found and drawn large."""
    assert red_share(rasterised(drawing(root, x, y), 64)) > 0.8


def test_text_that_is_no_svg_is_refused() -> None:
    """The caller learns that there is nothing to draw."""
    with pytest.raises(ValueError, match=r"."):
        rasterised("<p>no</p>", 16)
