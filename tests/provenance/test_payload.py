"""What a mark says: what goes in comes out, and nothing comes out that did not go in under the same key."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from outcrop.provenance.payload import BITS, EPOCH, Payload, pack, payload_of, unpack
from tests.marking import KEY, NOW

ACCOUNTS = st.none() | st.integers(0, 10**12 - 1).map("{:012d}".format)


@given(ACCOUNTS, st.integers(EPOCH // 60, EPOCH // 60 + 2**24 - 1), st.integers(0, 2**24 - 1))
def test_what_is_packed_is_unpacked(account: str | None, minute: int, picture: int) -> None:
    """Every account, every minute of 31 years, every picture."""
    payload = Payload(account=account, minute=minute, picture=picture)
    bits = pack(payload, KEY)
    assert bits.shape == (BITS,)
    assert unpack(bits, KEY) == payload


@given(st.lists(st.integers(0, BITS - 1), min_size=1, unique=True))
def test_a_wrong_bit_is_noticed(wrong: list[int]) -> None:
    """One or many: what is not whole is nothing, but for one of 2^24."""
    bits = pack(payload_of("123456789012", NOW, 7 << 40), KEY)
    bits[wrong] ^= 1
    assert unpack(bits, KEY) is None


def test_another_key_reads_nothing() -> None:
    """The check is keyed."""
    assert unpack(pack(payload_of("123456789012", NOW, 7 << 40), KEY), KEY[::-1]) is None


def test_chance_says_nothing() -> None:
    """Ten thousand times."""
    chance = np.random.default_rng(5)
    assert all(unpack(chance.integers(0, 2, BITS).astype(np.uint8), KEY) is None for _ in range(10_000))


def test_a_payload_says_the_minute_and_the_first_of_the_picture() -> None:
    """And of whom it does not know as an account nothing."""
    payload = payload_of("local", NOW + 59, 0xABCDEF_0123456789)
    assert payload == Payload(account=None, minute=int(NOW) // 60, picture=0xABCDEF)
    assert payload.at == NOW


def test_a_clock_that_is_wrong_says_the_nearest_minute() -> None:
    """Before the first one, or after the last."""
    for at, minute in ((0.0, EPOCH // 60), (1e11, EPOCH // 60 + 2**24 - 1)):
        read = unpack(pack(payload_of("123456789012", at, 0), KEY), KEY)
        assert read is not None
        assert read.minute == minute
