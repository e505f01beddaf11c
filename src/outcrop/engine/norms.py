"""Normalise the parts of a picture by the whole of it, so that they fit together. Knows group norms; knows no tiles.

A group norm takes its mean and deviation from all that it is shown: shown a part, it makes a dark corner as bright as a
bright one. Here it takes them from one look at a sample of the whole, and keeps to those for every part.
"""

from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moments:
    """Shapes: mean and variance (g,), of a norm's groups, float32."""

    mean: Tensor
    variance: Tensor


@contextmanager
def normalised_by(network: nn.Module, look: Callable[[], object]) -> Generator[None]:
    """Let the group norms of a network keep to what they see in one `look`, which runs it once; later they are as ever.

    Source: Wu and He 2018 (arXiv:1803.08494), equations 1 and 2, the moments being those of another input.
    """
    norms = [module for module in network.modules() if isinstance(module, nn.GroupNorm)]
    if not norms:
        yield
        return
    seen: dict[nn.Module, _Moments] = {}
    with ExitStack() as noting:
        for norm in norms:
            noting.callback(norm.register_forward_hook(lambda norm, given, _: _note(seen, norm, given[0])).remove)
        look()
    with ExitStack() as keeping:
        for norm in norms:
            keeping.callback(
                norm.register_forward_hook(lambda norm, given, _: _keep(seen[norm], norm, given[0])).remove
            )
        yield


def _note(seen: dict[nn.Module, _Moments], norm: nn.Module, x: Tensor) -> None:
    assert isinstance(norm, nn.GroupNorm)
    groups = x.float().reshape(x.shape[0] * norm.num_groups, -1)  # (b * g, n)
    variance, mean = torch.var_mean(groups, dim=-1, correction=0)
    seen[norm] = _Moments(mean=mean, variance=variance)


def _keep(moments: _Moments, norm: nn.Module, x: Tensor) -> Tensor:
    assert isinstance(norm, nn.GroupNorm)
    each = norm.num_channels // norm.num_groups
    scale = torch.rsqrt(moments.variance + norm.eps).repeat_interleave(each) * norm.weight
    shift = norm.bias - moments.mean.repeat_interleave(each) * scale
    along = (1, -1, *(1 for _ in x.shape[2:]))
    return torch.addcmul(shift.to(x.dtype).view(along), x, scale.to(x.dtype).view(along))
