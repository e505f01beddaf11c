"""Patterns of sensitive information: right kinds, right sums, and no pattern that takes for ever."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcrop.errors import InvalidRequest
from outcrop.safety.patterns import entity, entity_kinds, pattern_of

SAMPLES = {
    "AWS_ACCESS_KEY": (["AKIAIOSFODNN7EXAMPLE"], ["AKIAshort", "XAKIAIOSFODNN7EXAMPLE"]),
    "CREDIT_DEBIT_CARD_NUMBER": (["4111 1111 1111 1111", "378282246310005"], ["4111 1111 1111 1112", "12345"]),
    "EMAIL": (["a.b+c@mail.example.org"], ["a@b", "@example.org"]),
    "INTERNATIONAL_BANK_ACCOUNT_NUMBER": (
        ["DE89370400440532013000", "GB29 NWBK 6016 1331 9268 19"],
        ["DE88370400440532013000"],
    ),
    "IP_ADDRESS": (["192.168.0.1", "2001:0db8:0000:0000:0000:ff00:0042:8329"], ["256.1.1.1", "1.2.3"]),
    "MAC_ADDRESS": (["00:1B:44:11:3A:B7"], ["00:1B:44"]),
    "PHONE": (["+49 30 1234567", "(212) 555-0199", "212-555-0199"], ["16:9", "1920x1080", "3 apples and 12 pears"]),
    "URL": (["https://example.org/a?b=c", "www.example.org"], ["example.org"]),
    "US_SOCIAL_SECURITY_NUMBER": (["123-45-6789"], ["000-12-3456", "666-12-3456", "123-00-4567"]),
}


def test_every_kind_has_samples() -> None:
    """So none is there that was never tried."""
    assert set(SAMPLES) == set(entity_kinds())


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_kind_is_found_and_nothing_else(kind: str) -> None:
    """Amid other words, exactly; what only looks like it is left alone."""
    pattern = entity(kind)
    assert pattern is not None
    good, bad = SAMPLES[kind]
    for sample in good:
        text = f"it is {sample} there"
        assert [text[place.start : place.end] for place in pattern.places(text)] == [sample]
    for sample in bad:
        assert list(pattern.places(f"it is {sample} there")) == []


@pytest.mark.parametrize("written", ["(", "(?=a)b", r"(a)\1", "a{99999}", "(((((a{9}){9}){9}){9}){9}){9}"])
def test_a_pattern_that_cannot_be_used_is_refused(written: str) -> None:
    """With what is wrong with it."""
    with pytest.raises(InvalidRequest, match="cannot be used"):
        pattern_of(written)


def test_no_pattern_takes_for_ever() -> None:
    """One that would keep a backtracking search busy for longer than the universe is old."""
    assert list(pattern_of("(a+)+b").places("a" * 20_000)) == []


@given(text=st.text(st.characters(), max_size=80))
def test_places_are_places_in_the_text(text: str) -> None:
    """Counted in characters, whatever the alphabet and however broken."""
    found = [text[place.start : place.end] for place in pattern_of(r"[^a]+").places(text)]
    assert found == [part for part in text.split("a") if part]
