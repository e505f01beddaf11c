"""What a folder of weights says of its licence."""

from pathlib import Path

import pytest

from outcrop.catalog.licence import LONGEST, Licence, read_licence, with_terms


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
    found = read_licence(tmp_path)
    assert (None if found is None else found.name) == licence


@pytest.mark.parametrize(
    ("name", "link", "url"),
    [
        ("our-own", "https://example.com/licence?v=1", "https://example.com/licence?v=1"),
        ("our-own", "LICENSE.md", None),
        ("our-own", "https://example.com/>; rel=x", None),
        ("mit", "https://example.com/other", "https://opensource.org/license/mit"),
    ],
)
def test_where_a_licence_can_be_read(name: str, link: str, url: str | None, tmp_path: Path) -> None:
    """Where that is known, or else at the card's own address, if that is one."""
    (tmp_path / "README.md").write_text(f"---\nlicense: {name}\nlicense_link: {link}\n---\n", encoding="utf-8")
    found = read_licence(tmp_path)
    assert found is not None
    assert found.url == url
    assert (found.terms is None) is (name == "our-own")


@pytest.mark.parametrize(
    ("licence", "terms", "whole"),
    [
        (None, None, None),
        (None, "Ask.", Licence(terms="Ask.")),
        (Licence(name="mit", terms="Free."), None, Licence(name="mit", terms="Free.")),
        (Licence(name="mit", terms="Free."), "Ask.", Licence(name="mit", terms="Ask.")),
    ],
)
def test_an_operator_s_terms(licence: Licence | None, terms: str | None, whole: Licence | None) -> None:
    """They go before what is known of a licence, and stand alone where none is named."""
    assert with_terms(licence, terms) == whole


def test_a_folder_without_a_card(tmp_path: Path) -> None:
    """Says nothing, and neither does one whose card is no text."""
    assert read_licence(tmp_path) is None
    (tmp_path / "README.md").write_bytes(b"\xff\xfe---")
    assert read_licence(tmp_path) is None
