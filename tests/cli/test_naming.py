"""File names of pictures: readable, safe, and never one that is taken."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcrop.cli.naming import SLUG_CHARS, check_folder, slug, write_new
from outcrop.errors import InvalidRequest


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("A red apple on a wooden table, 3D render", "a-red-apple-on-a-wooden-table-3d-render"),
        ("  ../../etc/passwd  ", "etc-passwd"),
        ("un été à Paris", "un-été-à-paris"),
        ("?!", "picture"),
        ("", "picture"),
        ("one two " * 20, "one-two-one-two-one-two-one-two-one-two-one-two"),
        ("x" * 200, "x" * SLUG_CHARS),
    ],
)
def test_a_prompt_becomes_a_readable_name(prompt: str, name: str) -> None:
    """Words, joined by dashes, cut between words."""
    assert slug(prompt) == name


@given(st.text(max_size=300))
def test_every_prompt_becomes_a_safe_name(prompt: str) -> None:
    """Whatever the prompt, the name has no separator, no dot and no blank, and a bounded length."""
    name = slug(prompt)
    assert re.fullmatch(r"[\w-]+", name)
    assert 0 < len(name.encode()) <= 255 - len("-4294967295-999.jpeg")
    assert not name.startswith("-")


def test_a_file_is_never_overwritten(tmp_path: Path) -> None:
    """A name that is taken gets a number; what was there stays as it was."""
    paths = [write_new(tmp_path / "new", "apple", "png", bytes([n])) for n in range(3)]
    assert [path.name for path in paths] == ["apple.png", "apple-2.png", "apple-3.png"]
    assert [path.read_bytes() for path in paths] == [b"\x00", b"\x01", b"\x02"]


def test_a_folder_that_can_be_made_is_not_made_by_looking(tmp_path: Path) -> None:
    """Looking is no writing."""
    check_folder(tmp_path / "new" / "newer")
    check_folder(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    """Known before any picture is drawn, at any depth."""
    (tmp_path / "taken").touch()
    for folder in (tmp_path / "taken", tmp_path / "taken" / "new"):
        with pytest.raises(InvalidRequest, match="taken is no folder; choose another --out"):
            check_folder(folder)
