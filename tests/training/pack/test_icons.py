"""Icons become SVG texts with names that captions can use."""

import json

from outcrop.training.pack.icons import build_emoji, build_icons

PACKAGE = {
    "icons.json": json.dumps(
        {
            "prefix": "x",
            "width": 36,
            "height": 24,
            "icons": {
                "red-apple": {"body": '<path fill="currentColor" d="M0 0h1v1z"/>'},
                "baby-2": {"body": "<g/>", "left": 3, "width": 9},
                "baby-dark-skin-tone": {"body": "<g/>"},
                "card-2-clubs": {"body": "<g/>"},
            },
        }
    ).encode()
}


def test_emoji_are_taken_by_name() -> None:
    """Variants count as the emoji they vary; skin tones and other icons are not taken."""
    pictures = list(build_emoji(PACKAGE, {"red-apple", "baby"}))
    assert [picture.label for picture in pictures] == ["baby", "red-apple"]


def test_an_icon_has_its_own_box_or_the_set_s() -> None:
    """Ink is dark where the icon leaves it to the page."""
    baby, apple = (picture.content.decode() for picture in build_emoji(PACKAGE, {"red-apple", "baby"}))
    assert 'viewBox="3 0 9 24"' in baby
    assert 'viewBox="0 0 36 24"' in apple
    assert 'fill="#222"' in apple


def test_labels_of_icons_are_words() -> None:
    """Without dashes and numbers; what is to be left out is."""
    pictures = build_icons(PACKAGE, ("card-", "baby-dark"))
    assert [picture.label for picture in pictures] == ["baby", "red apple"]
