"""Products over weights kept as the processor reads them. Knows a layer's numbers, not its network.

oneDNN lays a weight out in blocks; done at every product, as torch does by itself, that costs as much as it brings.
"""

from typing import final

import torch
from diffusers.models.activations import GELU
from torch import Tensor, nn
from torch.nn import functional

from outcrop.engine.precision import TYPES
from outcrop.units import Precision

LAID_OUT_FOR = 512
"""Rows that the layout is chosen for; any number of rows can be multiplied with it."""


@final
class PackedLinear:
    """A linear layer that keeps its weight laid out, and nothing else: its own weight is emptied."""

    def __init__(self, layer: nn.Linear, precision: Precision = "fp32") -> None:
        self._dtype = TYPES[precision]
        weight = layer.weight.detach().to(self._dtype)
        self._weight = torch.ops.mkldnn._reorder_linear_weight(weight, LAID_OUT_FOR)  # noqa: SLF001 - no public name
        self._bias = None if layer.bias is None else layer.bias.detach().to(self._dtype)
        layer.weight.data = torch.empty(0, dtype=layer.weight.dtype)

    def __call__(self, rows: Tensor) -> Tensor:
        """The layer's answer, in numbers of the same type.

        Shapes: rows (n, i); returns (n, o).
        """
        return self._product(rows, "none", "")

    def with_gelu(self, rows: Tensor) -> Tensor:
        """The same with GELU behind it, by the approximation with tanh, while the answer is still in the cache.

        Shapes: rows (n, i); returns (n, o).
        Source: Hendrycks and Gimpel 2016 (arXiv:1606.08415), section 2.
        """
        return self._product(rows, "gelu", "tanh")

    def _product(self, rows: Tensor, after: str, way: str) -> Tensor:
        product: Tensor = torch.ops.mkldnn._linear_pointwise(  # noqa: SLF001 - likewise
            rows.to(self._dtype), self._weight, self._bias, after, [], way
        )
        return product.to(rows.dtype)


@final
class PlainLinear:
    """The same by torch's own product, where oneDNN has none."""

    def __init__(self, layer: nn.Linear) -> None:
        self._layer = layer

    def __call__(self, rows: Tensor) -> Tensor:
        """The layer's answer.

        Shapes: rows (n, i); returns (n, o).
        """
        return functional.linear(rows, self._layer.weight, self._layer.bias)

    def with_gelu(self, rows: Tensor) -> Tensor:
        """The same with GELU behind it, by the approximation with tanh.

        Shapes: rows (n, i); returns (n, o).
        """
        return functional.gelu(self(rows), approximate="tanh")


def packed(layer: nn.Linear, precision: Precision = "fp32") -> PackedLinear | PlainLinear:
    """The layer's product in the best form there is here: packed for float32 layers where there is oneDNN."""
    has_onednn: bool = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call] # torch's own
    if not has_onednn or layer.weight.dtype != torch.float32:
        return PlainLinear(layer)
    return PackedLinear(layer, precision)


@final
class Convolution:
    """A convolution in a precision; where that is not the layer's, its own weight is emptied."""

    def __init__(self, layer: nn.Conv2d, precision: Precision = "fp32") -> None:
        own = layer.weight.dtype
        dtype = TYPES[precision] if own == torch.float32 else own
        self._layer = layer
        self._weight = layer.weight.detach().to(dtype)
        self._bias = None if layer.bias is None else layer.bias.detach().to(dtype)
        if dtype != own:
            layer.weight.data = torch.empty(0, dtype=own)

    def __call__(self, x: Tensor) -> Tensor:
        """The layer's answer, in numbers of the same type.

        Shapes: x (b, i, h, w); returns (b, o, h', w').
        """
        read = x.to(self._weight.dtype)
        answer: Tensor = self._layer._conv_forward(read, self._weight, self._bias)  # noqa: SLF001 - knows its padding
        return answer.to(x.dtype)


def has_tanh_gelu(module: nn.Module) -> bool:
    """Whether a module of diffusers is a linear layer, its `proj`, with that GELU behind it."""
    return isinstance(module, GELU) and module.approximate == "tanh"
