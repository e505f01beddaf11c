"""A packed product is the layer's, up to rounding, and keeps its weight once."""

import copy

import pytest
import torch
from torch import nn
from torch.nn import functional

from outcrop.engine.packed import PackedLinear, PlainLinear, packed


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


def test_a_packed_weight_is_not_kept_twice() -> None:
    """The layer's own is empty afterwards; a half-precision layer stays as it is."""
    layer, half = nn.Linear(8, 8), nn.Linear(8, 8, dtype=torch.bfloat16)
    kept = packed(half)
    assert isinstance(kept, PlainLinear)
    assert half.weight.numel() == 64
    if isinstance(packed(layer), PackedLinear):
        assert layer.weight.numel() == 0
