"""Links to pictures: what was signed passes until it ends, and nothing else does."""

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcrop.access.asset_links import PURPOSE, check_link, sign_link
from outcrop.access.sealing import Seal
from outcrop.clock import random_bytes
from outcrop.errors import Denied

SEAL, OTHER = (Seal((bytes([number]) * 32,), random_bytes) for number in (1, 2))
TEXT = st.text("abcdefgh=&%äé ,.0123456789", min_size=1, max_size=12)
PAIRS = st.dictionaries(TEXT.filter(lambda name: name not in {"expires", "signature"}), TEXT, max_size=4)


@given(PAIRS)
def test_what_was_signed_passes_until_it_ends(said: dict[str, str]) -> None:
    """To the second."""
    query = parse_qsl(sign_link(SEAL, "a", sorted(said.items()), 100))
    assert check_link(SEAL, "a", query, 99.9) == 100
    with pytest.raises(Denied, match="was good until 1970-01-01 00:01:40 UTC"):
        check_link(SEAL, "a", query, 100)


@given(PAIRS, st.data())
def test_nothing_in_it_can_be_changed(said: dict[str, str], data: st.DataObject) -> None:
    """Neither a value nor a name nor the end nor the asset, and nothing can be added or left out."""
    query = parse_qsl(sign_link(SEAL, "a", sorted(said.items()), 100))
    index = data.draw(st.integers(0, len(query) - 1))
    changes = [
        [*query[:index], *query[index + 1 :]],
        [*query, ("width", "9")],
        [*query[:index], (query[index][0], f"1{query[index][1]}"), *query[index + 1 :]],
        [*query[:index], (f"{query[index][0]}x", query[index][1]), *query[index + 1 :]],
        [*query, ("signature", "AAAA")],
        [*query, ("expires", "999")],
    ]
    for changed in changes:
        with pytest.raises(Denied, match="not signed as it should be"):
            check_link(SEAL, "a", changed, 1)
    with pytest.raises(Denied, match="not signed as it should be"):
        check_link(SEAL, "b", query, 1)


def test_another_master_key_signs_other_links() -> None:
    """One that was replaced still opens those it has signed, as long as it is known."""
    query = parse_qsl(sign_link(SEAL, "a", [], 100))
    with pytest.raises(Denied):
        check_link(OTHER, "a", query, 1)
    both = Seal((bytes([2]) * 32, bytes([1]) * 32), random_bytes)
    assert check_link(both, "a", query, 1) == 100


def test_a_key_for_one_purpose_signs_nothing_else() -> None:
    """Whoever gets a signature of another kind has no link."""
    signature = SEAL.sign(b"a?expires=100", "something else")
    assert not SEAL.has_signed(b"a?expires=100", PURPOSE, signature)
    assert SEAL.has_signed(b"a?expires=100", "something else", signature)
    for nonsense in (b"", b"abc", signature[:-1], signature + b"x"):
        assert not SEAL.has_signed(b"a?expires=100", "something else", nonsense)
