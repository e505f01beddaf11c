"""Samplers as generators: yield (x, sigma), receive the denoised estimate, return x at the last sigma.

Knows tensors of one image, its noise levels and its own noise; knows no network, prompt or batch, which is what lets
any mix of images share a pass.

Throughout, x (c, h, w) starts at the first sigma and is returned at the last; sigmas fall, and only the last may be 0.
Diffusion measures noise as x = image + sigma * noise (Karras et al. 2022, arXiv:2206.00364, with s(t) = 1), whatever
the network was trained with; a flow as x = (1 - sigma) * image + sigma * noise. The direction of change is
(x - denoised) / sigma in both, so that Euler and Heun serve either; the others are for diffusion alone.
"""

import math
from collections import deque
from collections.abc import Callable, Generator, Sequence
from itertools import pairwise

from torch import Tensor

from outcrop.engine.noise import Noise

Sampling = Generator[tuple[Tensor, float], Tensor, Tensor]
"""Yields the point to evaluate, receives the denoised estimate there, returns the final latents."""

Sampler = Callable[[Tensor, Sequence[float], Noise], Sampling]
"""Starts a sampling; one that takes no chances leaves the noise alone."""

LMS_ORDER = 4


def euler(x: Tensor, sigmas: Sequence[float], _noise: Noise) -> Sampling:
    """First-order steps along the direction of change.

    Shapes: x (c, h, w); returns the same.
    Source: Karras et al. 2022 (arXiv:2206.00364), equation 3 and algorithm 1 without its correction; for a flow Liu
    et al. 2022 (arXiv:2209.03003), section 2.2.
    """
    for s, t in pairwise(sigmas):
        denoised = yield x, s
        x = x + (x - denoised) / s * (t - s)
    return x


def heun(x: Tensor, sigmas: Sequence[float], _noise: Noise) -> Sampling:
    """Second-order steps: the mean of the directions at both ends; two evaluations a step, one on a step to 0.

    Shapes: x (c, h, w); returns the same.
    Source: Karras et al. 2022 (arXiv:2206.00364), algorithm 1.
    """
    for s, t in pairwise(sigmas):
        direction = (x - (yield x, s)) / s
        end = x + direction * (t - s)
        if t > 0:
            direction_at_end = (end - (yield end, t)) / t
            end = x + (direction + direction_at_end) / 2 * (t - s)
        x = end
    return x


def ddim(x: Tensor, sigmas: Sequence[float], _noise: Noise) -> Sampling:
    """Keep the noise that is found, and lower its level. With eta = 0 this is `euler`, step for step.

    Shapes: x (c, h, w); returns the same.
    Source: Song et al. 2021 (arXiv:2010.02502), equation 12 with its sigma_t = 0, both sides over sqrt(alpha).
    """
    for s, t in pairwise(sigmas):
        denoised = yield x, s
        x = denoised + (x - denoised) / s * t
    return x


def ddpm(x: Tensor, sigmas: Sequence[float], noise: Noise) -> Sampling:
    """Draw the less noisy image from its distribution, given the noisier one and the estimate.

    Shapes: x (c, h, w); returns the same.
    Source: Ho et al. 2020 (arXiv:2006.11239), equations 6 and 7 over sqrt(alpha), between any two levels: mean
    (t/s)^2 x + (1 - (t/s)^2) denoised, variance t^2 (1 - (t/s)^2).
    """
    for s, t in pairwise(sigmas):
        denoised = yield x, s
        kept = (t / s) ** 2
        x = kept * x + (1 - kept) * denoised
        if t > 0:
            x = x + noise() * t * math.sqrt(1 - kept)
    return x


def euler_ancestral(x: Tensor, sigmas: Sequence[float], noise: Noise) -> Sampling:
    """An Euler step below the next level, and fresh noise up to it. Ends up being `ddpm`, by another way.

    Shapes: x (c, h, w); returns the same.
    Source: Song et al. 2021 (arXiv:2010.02502), equation 16 with eta = 1: see `ancestral_levels`.
    """
    for s, t in pairwise(sigmas):
        denoised = yield x, s
        down, up = ancestral_levels(s, t)
        x = x + (x - denoised) / s * (down - s)
        if up > 0:
            x = x + noise() * up
    return x


def dpm_2(x: Tensor, sigmas: Sequence[float], _noise: Noise) -> Sampling:
    """Second-order steps with the direction in the middle, on a scale of log sigma; a step to 0 is Euler's.

    Shapes: x (c, h, w); returns the same.
    Source: Karras et al. 2022 (arXiv:2206.00364), equation 3, by the midpoint method, the midpoint being that of
    DPM-Solver-2, Lu et al. 2022 (arXiv:2206.00927), algorithm 1.
    """
    for s, t in pairwise(sigmas):
        direction = (x - (yield x, s)) / s
        if t > 0:
            middle = math.sqrt(s * t)
            halfway = x + direction * (middle - s)
            direction = (halfway - (yield halfway, middle)) / middle
        x = x + direction * (t - s)
    return x


def dpm_2_ancestral(x: Tensor, sigmas: Sequence[float], noise: Noise) -> Sampling:
    """`dpm_2` to below the next level, and fresh noise up to it.

    Shapes: x (c, h, w); returns the same.
    Source: as `dpm_2`, with `ancestral_levels`. Going from s to down = t^2 / s, the middle is t itself.
    """
    for s, t in pairwise(sigmas):
        direction = (x - (yield x, s)) / s
        down, up = ancestral_levels(s, t)
        if t > 0:
            halfway = x + direction * (t - s)
            direction = (halfway - (yield halfway, t)) / t
        x = x + direction * (down - s)
        if up > 0:
            x = x + noise() * up
    return x


def dpmpp_2s_ancestral(x: Tensor, sigmas: Sequence[float], noise: Noise) -> Sampling:
    """DPM-Solver++(2S) to below the next level, and fresh noise up to it; a step to 0 takes the estimate.

    Shapes: x (c, h, w); returns the same.
    Source: Lu et al. 2022 (arXiv:2211.01095), algorithm 1 with r = 1/2, which uses the second estimate alone, with
    `ancestral_levels`: exp(-h) = down / s = (t/s)^2, and the middle is t.
    """
    for s, t in pairwise(sigmas):
        denoised = yield x, s
        kept = t / s
        if t > 0:
            halfway = kept * x + (1 - kept) * denoised
            denoised = yield halfway, t
        x = kept**2 * x + (1 - kept**2) * denoised
        if t > 0:
            x = x + noise() * ancestral_levels(s, t)[1]
    return x


def dpmpp_2m(x: Tensor, sigmas: Sequence[float], _noise: Noise) -> Sampling:
    """Second-order multistep: one evaluation a step, extrapolated from the one before; first order to begin and to 0.

    Shapes: x (c, h, w); returns the same.
    Source: Lu et al. 2022 (arXiv:2211.01095), algorithm 2, with lambda = -log sigma.
    """
    before: Tensor | None = None
    h_before = 0.0
    for s, t in pairwise(sigmas):
        denoised = yield x, s
        h = math.log(s / t) if t > 0 else math.inf
        estimate = denoised
        if before is not None and t > 0:
            r = h_before / h
            estimate = denoised + (denoised - before) / (2 * r)
        x = t / s * x + (1 - t / s) * estimate
        before, h_before = denoised, h
    return x


def lms(x: Tensor, sigmas: Sequence[float], _noise: Noise) -> Sampling:
    """Linear multistep: the polynomial through the last four directions, integrated over the step.

    Shapes: x (c, h, w); returns the same.
    Source: Hairer, Nørsett and Wanner 1993, Solving Ordinary Differential Equations I, section III.5 (explicit Adams
    methods on a variable grid), on Karras et al. 2022 (arXiv:2206.00364), equation 3.
    """
    past: deque[tuple[float, Tensor]] = deque(maxlen=LMS_ORDER)
    for s, t in pairwise(sigmas):
        denoised = yield x, s
        past.appendleft((s, (x - denoised) / s))
        weights = adams_weights([sigma for sigma, _ in past], t)
        for weight, (_, direction) in zip(weights, past, strict=True):
            x = x + weight * direction
    return x


def ancestral_levels(s: float, t: float) -> tuple[float, float]:
    """The level to step down to and the noise to add, so that a step from `s` ends at `t` with all its noise redrawn.

    Units: down^2 + up^2 = t^2, down = t^2 / s.
    Source: Song et al. 2021 (arXiv:2010.02502), equation 16 with eta = 1, over sqrt(alpha): the variance of
    Ho et al. 2020 (arXiv:2006.11239), equation 7.
    """
    return t * t / s, t * math.sqrt(1 - (t / s) ** 2)


def adams_weights(nodes: Sequence[float], end: float) -> list[float]:
    """Integrals from `nodes[0]` to `end` of the polynomials that are 1 at one node and 0 at the others.

    At most four nodes make polynomials of third degree, for which the Gauss-Legendre rule of two points is exact.
    """
    middle, half = (nodes[0] + end) / 2, (end - nodes[0]) / 2
    points = (middle - half / math.sqrt(3), middle + half / math.sqrt(3))

    def basis(node: float, at: float) -> float:
        return math.prod((at - other) / (node - other) for other in nodes if other != node)

    return [half * sum(basis(node, at) for at in points) for node in nodes]


SAMPLERS: dict[str, Sampler] = {
    "ddim": ddim,
    "ddpm": ddpm,
    "dpm_2": dpm_2,
    "dpm_2_ancestral": dpm_2_ancestral,
    "dpmpp_2m": dpmpp_2m,
    "dpmpp_2s_ancestral": dpmpp_2s_ancestral,
    "euler": euler,
    "euler_ancestral": euler_ancestral,
    "flow_euler": euler,
    "flow_heun": heun,
    "heun": heun,
    "lms": lms,
}
"""Every sampler, by the name that catalogue cards and plans use."""
