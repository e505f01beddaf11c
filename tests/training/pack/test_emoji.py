"""Emoji are named as icon sets name them, with the words of two packages, and found by their code points."""

import json

from outcrop.training.pack.emoji import build_renders, dashed, read_emoji

BASE = [
    {"label": "red apple", "hexcode": "1F34E", "emoji": "A", "group": 4, "tags": ["fruit"]},
    {"label": "snowman", "hexcode": "2603-FE0F", "emoji": "S", "group": 5},
    {"label": "flag: Peru", "hexcode": "1F1F5", "emoji": "P", "group": 9},
    {"label": "one o'clock", "hexcode": "1F550", "emoji": "O", "group": 5},
    {"label": "regional indicator A", "hexcode": "1F1E6", "emoji": "R"},
]
EMOJIBASE = {"en/data.json": json.dumps(BASE).encode()}
EMOJILIB = {"dist/emoji-en-US.json": json.dumps({"A": ["red_apple", "school"]}).encode()}


def test_emoji_that_show_things_are_read() -> None:
    """No flags, no parts of others, none that is to be left out; keywords of both packages, each once."""
    emoji = read_emoji(EMOJIBASE, EMOJILIB, ("one-",))
    assert list(emoji) == ["red-apple", "snowman"]
    assert emoji["red-apple"].keywords == ("fruit", "red apple", "school")


def test_renders_are_found_with_and_without_variation_selector() -> None:
    """Packages differ in whether they write it."""
    files = {"assets/1f34e.webp": b"apple", "assets/2603.webp": b"snowman", "assets/1f1f5.webp": b"flag"}
    pictures = build_renders(files, read_emoji(EMOJIBASE, EMOJILIB, ()))
    assert [(picture.member, picture.content) for picture in pictures] == [
        ("red-apple", b"apple"),
        ("snowman", b"snowman"),
    ]


def test_labels_with_marks_are_dashed() -> None:
    """As the icon sets do."""
    assert dashed("woman\N{RIGHT SINGLE QUOTATION MARK}s hat") == "womans-hat"
    assert dashed("piñata") == "pinata"
    assert dashed("kiss: man, man") == "kiss-man-man"
