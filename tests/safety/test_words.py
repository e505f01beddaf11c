"""Words and phrases: found whole, however they are spelled, and never inside other words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcrop.safety.words import phrases, places, read_list, stems, words_of


def found(wanted: list[str], text: str) -> list[str]:
    """What of a text is one of the phrases."""
    return [text[place.start : place.end] for place in places(phrases(wanted), words_of(text))]


@pytest.mark.parametrize(
    ("wanted", "text", "there"),
    [
        ("Acme", "an ACME rocket", ["ACME"]),
        ("acme", "an acmeist poet", []),
        ("son of a gun", "the Son of  a\tgun!", ["Son of  a\tgun"]),
        ("café", "a cafe and a CAFÉ and a cafe\u0301", ["cafe", "CAFÉ", "cafe"]),
        ("big", "\uff22\uff29\uff27 letters", ["\uff22\uff29\uff27"]),
        ("don't", "I don\u2019t know", ["don\u2019t"]),
        ("top-secret", "a top secret and a top-secret", ["top secret", "top-secret"]),
        ("!!", "nothing!!", []),
    ],
)
def test_phrases_are_found_whole(wanted: str, text: str, there: list[str]) -> None:
    """Capitals, accents, wide letters and what stands between words do not matter; the match is the text's own."""
    assert [match for match in found([wanted], text) if match] == there


def test_the_longest_phrase_is_named() -> None:
    """Where several begin at a word."""
    assert found(["red", "red apple"], "a red apple, a red pear") == ["red apple", "red"]


@given(text=st.text(max_size=60), wanted=st.lists(st.text(max_size=9), max_size=4))
def test_no_text_is_a_defect(text: str, wanted: list[str]) -> None:
    """Words lie in the text in order, and a text that is looked for as a phrase is found in itself."""
    words = words_of(text)
    assert [word.start for word in words] == sorted(word.start for word in words)
    assert all(0 <= word.start < word.end <= len(text) for word in words)
    found(wanted, text)
    assert bool(found([text], text)) == bool(words)


def test_stems_leave_what_every_text_has() -> None:
    """And join forms of a word."""
    assert stems(words_of("Should I invest in the stocks of Tesla?")) == stems(words_of("investing: stock, Tesla's"))


def test_lists_are_words() -> None:
    """Sorted, once each, and without an innocent word's danger: whole phrases only."""
    for name in ("everyday", "profanity"):
        lines = read_list(name)
        assert list(lines) == sorted(set(lines))
        assert all(words_of(line) for line in lines)
    assert (
        found([*read_list("profanity")], "Scunthorpe has a cockatoo, an assassin and a shiitake; what the hell") == []
    )
