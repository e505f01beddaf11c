"""The error-correcting code: what it gives, and how much noise it bears."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcrop.provenance.convolution import Bits, Soft, coded_length, decode, encode


def soft_of(code: Bits) -> Soft:
    """What is heard of a code without any noise."""
    return 1 - 2 * code.astype(np.float32)


@given(st.lists(st.integers(0, 1), min_size=1, max_size=120))
def test_what_is_encoded_is_decoded(bits: list[int]) -> None:
    """Whatever the bits, and of whatever number."""
    given_bits = np.array(bits, np.uint8)
    code = encode(given_bits)
    assert len(code) == coded_length(len(bits))
    assert np.array_equal(decode(soft_of(code)), given_bits)


def test_one_bit_alone_is_the_polynomials() -> None:
    """The answer to a single 1 reads each polynomial from its newest tap on."""
    code = encode(np.array([1], np.uint8)).reshape(-1, 4)
    columns = [int("".join(map(str, column)), 2) for column in code.T]
    assert [f"{column:o}" for column in columns] == ["463", "535", "733", "745"]


def test_any_eleven_wrong_bits_are_corrected() -> None:
    """Half the free distance of 24, wherever they are."""
    chance = np.random.default_rng(3)
    bits = chance.integers(0, 2, 112).astype(np.uint8)
    for _ in range(20):
        soft = soft_of(encode(bits))
        soft[chance.choice(len(soft), 11, replace=False)] *= -1
        assert np.array_equal(decode(soft), bits)


@pytest.mark.parametrize("seed", range(5))
def test_noise_as_loud_as_the_code_is_borne(seed: int) -> None:
    """By soft decisions: every sixth bit of the code is heard wrong."""
    chance = np.random.default_rng(seed)
    bits = chance.integers(0, 2, 112).astype(np.uint8)
    heard = (soft_of(encode(bits)) + chance.normal(0, 1, coded_length(112))).astype(np.float32)
    assert np.mean((heard < 0) != encode(bits)) > 0.1
    assert np.array_equal(decode(heard), bits)
