"""What a folder of weights says of its licence."""

from pathlib import Path

import pytest

from outcrop.catalog.licence import LONGEST, read_licence


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        ("---\nlicense: apache-2.0\n---\n# Model\n", "apache-2.0"),
        ('---\ntags: [a]\nlicense: "mit"\n---\n', "mit"),
        ("---\nlicense: other\nlicense_name: stabilityai-ai-community\n---\n", "stabilityai-ai-community"),
        ("---\r\nlicense: mit\r\n---\r\n", "mit"),
        ("---\nlicense_link: x\n---\nlicense: mit\n", None),
        ("# Model\n\nlicense: mit\n", None),
        ("", None),
        ("---\nlicense: mit\n", None),
        (f"---\nlicense: {'x' * 500}\n---\n", "x" * LONGEST),
    ],
)
def test_the_head_of_a_model_card(text: str, licence: str | None, tmp_path: Path) -> None:
    """Its own name before `other`; words below the head are words."""
    (tmp_path / "README.md").write_bytes(text.encode())
    assert read_licence(tmp_path) == licence


def test_a_folder_without_a_card(tmp_path: Path) -> None:
    """Says nothing, and neither does one whose card is no text."""
    assert read_licence(tmp_path) is None
    (tmp_path / "README.md").write_bytes(b"\xff\xfe---")
    assert read_licence(tmp_path) is None
