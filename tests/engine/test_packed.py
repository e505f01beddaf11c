"""A packed product is the layer's, up to rounding, and keeps its weight once."""

import copy

import pytest
import torch
from torch import nn
from torch.nn import functional

from outcrop.engine.packed import PackedLinear, PlainLinear, packed
from tests.engine.precisions import PRECISIONS


@pytest.mark.parametrize("rows", [1, 16, 700])
@pytest.mark.parametrize("bias", [True, False])
def test_it_answers_as_the_layer_did(rows: int, bias: bool) -> None:  # noqa: FBT001 - a parameter of pytest
    """For few rows and for more than the layout was chosen for; with GELU behind it and without."""
    torch.manual_seed(rows)
    layer = nn.Linear(48, 80, bias=bias)
    x = torch.randn(rows, 48)
    with torch.inference_mode():
        expected = layer(x)
        for product in (PlainLinear(copy.deepcopy(layer)), packed(layer)):
            assert torch.allclose(product(x), expected, atol=1e-5)
            assert torch.allclose(product.with_gelu(x), functional.gelu(expected, approximate="tanh"), atol=1e-5)


@pytest.mark.skipif("bf16" not in PRECISIONS, reason="this processor multiplies no bf16")
@pytest.mark.parametrize("rows", [1, 16, 700])
def test_bf16_answers_as_exactly_as_its_numbers_are_written(rows: int) -> None:
    """Inputs, weights and the answer are rounded to 8 bits of mantissa, sums are not: within 1 % of the largest."""
    torch.manual_seed(rows)
    layer = nn.Linear(1024, 80)
    x = torch.randn(rows, 1024)
    with torch.inference_mode():
        expected = layer(x)
        product = PackedLinear(layer, "bf16")
        for answer, wanted in (
            (product(x), expected),
            (product.with_gelu(x), functional.gelu(expected, approximate="tanh")),
        ):
            assert answer.dtype == torch.float32
            assert (answer - wanted).abs().max() <= 0.01 * wanted.abs().max()
            assert not torch.equal(answer, wanted)
        assert product(x.bfloat16()).dtype == torch.bfloat16


def test_a_packed_weight_is_not_kept_twice() -> None:
    """The layer's own is empty afterwards; a half-precision layer stays as it is."""
    layer, half = nn.Linear(8, 8), nn.Linear(8, 8, dtype=torch.bfloat16)
    kept = packed(half)
    assert isinstance(kept, PlainLinear)
    assert half.weight.numel() == 64
    if isinstance(packed(layer), PackedLinear):
        assert layer.weight.numel() == 0
