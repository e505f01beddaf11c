"""A linear layer's answer for a row does not depend on the rows beside it."""

import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from outcrop.engine.invariance import make_row_stable


@given(rows=st.integers(1, 70), others=st.integers(0, 70), seed=st.integers(0, 1000))
def test_a_row_is_byte_equal_whatever_is_beside_it(rows: int, others: int, seed: int) -> None:
    """Alone, in a few or in many, contiguous or a view."""
    torch.manual_seed(seed)
    layer = nn.Linear(48, 96)
    make_row_stable(layer)
    x = torch.randn(rows, 48)
    beside = torch.randn(others, 48)
    with torch.inference_mode():
        assert torch.equal(layer(torch.cat([x, beside]))[:rows], layer(x))
        assert torch.equal(layer(torch.stack([x, x], 1)[:, 0]), layer(x))


def test_it_still_computes_the_layer() -> None:
    """Up to rounding it is the layer it was, for inputs of any number of dimensions."""
    layer = nn.Linear(8, 5)
    x = torch.randn(2, 3, 7, 8)
    expected = layer(x)
    make_row_stable(layer)
    assert layer(x).shape == (2, 3, 7, 5)
    assert torch.allclose(layer(x), expected, atol=1e-6)
