"""Make a network's answer for one image independent of the batch it is in. Knows layers, not what they are part of.

A matrix product takes its rows in blocks, and rows left over from the last block run through other instructions with
another order of additions. With as many rows as the blocks divide, whatever else is in the batch, each row is computed
in one way only. A convolution of one small image takes another path than one of two; with an image of zeros beside it,
it takes the same.

On a CPU that makes pictures byte-equal alone and in any company; on a GPU the library picks kernels by the whole size,
and the difference is measured instead.
"""

from collections.abc import Callable
from functools import partial

from torch import Tensor, nn
from torch.nn import functional

from outcrop.engine.packed import Convolution, has_tanh_gelu, packed
from outcrop.units import Precision

ROWS = 16
"""Multiple of every row block of today's CPU kernels (4 measured with AVX2)."""

SMALL = 65_536
"""Numbers in an image up to which a convolution of one may take a path of its own (20,480 measured)."""


def make_batch_stable(network: nn.Module, precision: Precision = "fp32") -> None:
    """Let every linear layer of a network work on a multiple of ROWS rows, and every convolution on two images.

    Both are given the precision on the way; the linear layers' weights are laid out, and no longer where they were.
    """
    products = {module: packed(module, precision) for module in network.modules() if isinstance(module, nn.Linear)}
    for module in network.modules():
        if isinstance(module, nn.Linear):
            module.forward = partial(_in_full_blocks, products[module])  # type: ignore[method-assign]
        elif has_tanh_gelu(module):
            module.forward = partial(_in_full_blocks, products[module.proj].with_gelu)  # type: ignore[index]
        elif isinstance(module, nn.Conv2d):
            module.forward = partial(_accompanied, Convolution(module, precision))  # type: ignore[method-assign]


def _in_full_blocks(product: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    rows = x.reshape(-1, x.shape[-1]).contiguous()  # one layout, one path: a sliced view would take another
    count = rows.shape[0]
    if count % ROWS:
        rows = functional.pad(rows, (0, 0, 0, -count % ROWS))
    return product(rows)[:count].reshape(*x.shape[:-1], -1)


def _accompanied(convolution: Convolution, x: Tensor) -> Tensor:
    x = x.contiguous()
    if x.shape[0] > 1 or x.numel() > SMALL:
        return convolution(x)
    return convolution(functional.pad(x, (0, 0, 0, 0, 0, 0, 0, 1)))[:1]
