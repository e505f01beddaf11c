"""A layer's answer for one image does not depend on the images beside it."""

import pytest
import torch
from diffusers.models.activations import GELU
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from outcrop.engine.invariance import make_batch_stable
from outcrop.units import Precision
from tests.engine.precisions import PRECISIONS


@pytest.mark.parametrize("precision", PRECISIONS)
@given(rows=st.integers(1, 70), others=st.integers(0, 70), seed=st.integers(0, 1000))
def test_a_row_is_byte_equal_whatever_is_beside_it(precision: Precision, rows: int, others: int, seed: int) -> None:
    """Alone, in a few or in many, contiguous or a view."""
    torch.manual_seed(seed)
    layer = nn.Linear(48, 96)
    make_batch_stable(layer, precision)
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
    make_batch_stable(layer)
    assert layer(x).shape == (2, 3, 7, 5)
    assert torch.allclose(layer(x), expected, atol=1e-6)


@pytest.mark.parametrize("precision", PRECISIONS)
@given(rows=st.integers(1, 70), others=st.integers(1, 70), seed=st.integers(0, 1000))
def test_a_layer_with_gelu_is_byte_equal_too(precision: Precision, rows: int, others: int, seed: int) -> None:
    """Before others or behind them."""
    torch.manual_seed(seed)
    layer = GELU(48, 96, approximate="tanh")
    make_batch_stable(layer, precision)
    x, beside = torch.randn(rows, 48), torch.randn(others, 48)
    with torch.inference_mode():
        assert torch.equal(layer(torch.cat([x, beside]))[:rows], layer(x))
        assert torch.equal(layer(torch.cat([beside, x]))[others:], layer(x))


@pytest.mark.parametrize("precision", PRECISIONS)
@given(
    beside=st.integers(1, 8), channels=st.sampled_from([4, 16, 64]), side=st.sampled_from([3, 8, 20, 40]),
    window=st.sampled_from([(1, 1), (1, 2), (3, 1), (3, 2)]), seed=st.integers(0, 1000),
)  # fmt: skip
@settings(max_examples=60)
def test_an_image_is_convolved_byte_equal_whatever_is_beside_it(
    precision: Precision, beside: int, channels: int, side: int, window: tuple[int, int], seed: int
) -> None:
    """Small or large, alone or in a few, first or last among them."""
    torch.manual_seed(seed)
    kernel, stride = window
    layer = nn.Conv2d(channels, 24, kernel, stride, kernel // 2)
    make_batch_stable(layer, precision)
    x = torch.randn(1, channels, side, side)
    others = torch.randn(beside, channels, side, side)
    with torch.inference_mode():
        assert torch.equal(layer(torch.cat([x, others]))[:1], layer(x))
        assert torch.equal(layer(torch.cat([others, x]))[-1:], layer(x))


def test_it_still_computes_the_convolution() -> None:
    """Up to rounding it is the layer it was."""
    layer = nn.Conv2d(3, 5, 3, padding=1)
    x = torch.randn(1, 3, 7, 8)
    expected = layer(x)
    make_batch_stable(layer)
    assert layer(x).shape == (1, 5, 7, 8)
    assert torch.allclose(layer(x), expected, atol=1e-5)
