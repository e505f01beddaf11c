"""Portraits are put together from parts and colours, the same each time."""

import json
from collections import Counter

from outcrop.training.pack.portraits import A_STYLE, build_portraits
from outcrop.training.svg import rasterised


def element(colour: str) -> dict[str, object]:
    """A square in a colour of a group."""
    fill = {"type": "color", "name": colour}
    return {"type": "element", "name": "path", "attributes": {"d": "M0 0h9v9h-9z", "fill": fill}}


DEFINITION = {
    "canvas": {
        "width": 9,
        "height": 9,
        "elements": [
            {"type": "component", "name": "head", "attributes": {"transform": "translate(0 0)"}},
            {"type": "component", "name": "hat"},
        ],
    },
    "components": {
        "head": {"variants": {"a": {"elements": [{"type": "element", "name": "g", "children": [element("skin")]}]}}},
        "hat": {"probability": 20, "variants": {"a": {"elements": [element("felt")]}}},
    },
    "colors": {"skin": {"values": ["#ffffff"]}, "felt": {"values": ["#ffffff", "#ff0000"], "notEqualTo": ["skin"]}},
}
PACKAGE = {"src/plain.json": json.dumps(DEFINITION).encode()}


def test_each_style_has_its_number_and_is_the_same_again() -> None:
    """Chance is seeded."""
    pictures = list(build_portraits(PACKAGE, ["plain"]))
    assert len(pictures) == A_STYLE
    assert pictures == list(build_portraits(PACKAGE, ["plain"]))


def test_rare_parts_are_rare_and_colours_differ_where_they_must() -> None:
    """A fifth wears a hat, and no hat has the colour of the skin."""
    colours = Counter[tuple[int, ...]]()
    for picture in build_portraits(PACKAGE, ["plain"]):
        pixel = rasterised(picture.content.decode(), 8).getpixel((4, 4))
        assert isinstance(pixel, tuple)
        colours[pixel] += 1
    assert set(colours) == {(255, 255, 255, 255), (255, 0, 0, 255)}
    assert 25 <= colours[255, 0, 0, 255] <= 75
