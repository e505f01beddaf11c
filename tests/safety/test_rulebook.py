"""The rules are data that can be read, each with its date and source, and phrases are found where they stand."""

import tomllib
from datetime import date
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcrop.safety.reading import fold
from outcrop.safety.rulebook import CATEGORIES, any_of, phrases, rulebook, spelled

FOLDER = files("outcrop.safety") / "data" / "rules"
NAMES = sorted(entry.name for entry in FOLDER.iterdir())


@pytest.mark.parametrize("name", NAMES)
def test_every_file_says_when_and_from_what(name: str) -> None:
    """A list without its date and source is nobody's to judge."""
    content = tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
    assert isinstance(content["dated"], date)
    assert len(content["source"]) > 10


def test_a_term_has_a_form_for_each_ending() -> None:
    """The stem with each ending, and with none where a bar follows a bar."""
    assert list(spelled("nude||s")) == ["nude", "nudes"]
    assert list(spelled("kill|ed|ing")) == ["killed", "killing"]
    assert list(spelled("sea glass")) == ["sea glass"]
    assert list(spelled("breast||s of chicken")) == ["breast of chicken", "breasts of chicken"]
    assert "17 year old" in list(spelled("{age} year old"))
    assert "18 year old" not in list(spelled("{age} year old"))


def test_phrases_are_found_with_what_they_begin_with() -> None:
    """Of phrases that begin alike, each that is there is found."""
    found = phrases([("shooting", 1), ("shooting star||s", 2), ("star", 3)])
    assert list(found.find(["a", "shooting", "star"])) == [(1, 2, 1), (1, 3, 2), (2, 3, 3)]
    assert list(found.find(["no", "phrase", "at", "all"])) == []


def test_every_category_has_words_and_something_to_say() -> None:
    """Each category says why it is there and what to do instead."""
    book = rulebook()
    with_rules = {rule.category for rules in book.terms.whole.values() for rule in rules}
    assert with_rules | {"minors"} == set(CATEGORIES)
    assert all(about.reason and about.suggestion and about.title for about in book.about.values())


@pytest.mark.parametrize("name", NAMES)
def test_what_is_innocent_holds_a_term(name: str) -> None:
    """A phrase that excuses nothing is of no use and only costs time."""
    book = rulebook()
    words = {word for text in (*book.terms.whole, *book.children.whole) for word in text.split()}
    given = tomllib.loads((FOLDER / name).read_text(encoding="utf-8")).get("innocent", [])
    assert [phrase for phrase in given if words.isdisjoint(" ".join(map(fold, spelled(phrase))).split())] == []


@given(st.lists(st.text(alphabet="ab(", min_size=1, max_size=4), max_size=8), st.text(alphabet="ab(", max_size=20))
def test_the_longest_of_several_texts_is_found(texts: list[str], text: str) -> None:
    """However a pattern groups them, it finds what trying each in turn would find."""
    found = any_of(texts).search(text)
    places = [(text.find(each), -len(each)) for each in texts if each in text]
    assert (None if found is None else (found.start(), found.start() - found.end())) == min(places, default=None)


def test_no_phrase_excuses_itself() -> None:
    """What is innocent says more than the term in it."""
    book = rulebook()
    assert set(book.innocent.whole) & {*book.terms.whole, *book.children.whole} == set()
