"""Blur, glow and what lies behind a subject. Sums of shifted pictures: bit for bit the same in any batch."""

import math

import torch
from torch import Tensor
from torch.nn import functional

from outcrop.training.tones import luminance, mixed, rising


def blurred(pictures: Tensor, sigma_px: float) -> Tensor:
    """A Gaussian blur; a wide one is made on a smaller picture and enlarged."""
    if sigma_px > 3.0:
        height, width = pictures.shape[-2:]
        factor = 2 ** int(math.log2(sigma_px / 1.5))
        small_size = (max(4, -(-height // factor)), max(4, -(-width // factor)))
        small = functional.interpolate(pictures, small_size, mode="area")
        small = blurred(small, math.sqrt(max(sigma_px**2 / factor**2 - 0.35, 0.25)))
        large = functional.interpolate(small, (height, width), mode="bilinear", align_corners=False)
        # Without this the corners of the enlargement show wherever a slope is taken.
        return averaged(large, factor // 2)
    reach = max(1, math.ceil(2.5 * sigma_px))
    weights = [math.exp(-0.5 * (offset / sigma_px) ** 2) for offset in range(-reach, reach + 1)]
    total = sum(weights)
    return _weighed(_weighed(pictures, [w / total for w in weights], -1), [w / total for w in weights], -2)


def averaged(pictures: Tensor, reach_px: int) -> Tensor:
    """The plain mean over a square of 2 reach + 1 pixels a side."""
    count = 2 * reach_px + 1
    return _weighed(_weighed(pictures, [1.0 / count] * count, -1), [1.0 / count] * count, -2)


def _weighed(pictures: Tensor, weights: list[float], axis: int) -> Tensor:
    reach, length = len(weights) // 2, pictures.shape[axis]
    wide = _padded(pictures, reach, axis)
    result = wide.narrow(axis, 0, length) * weights[0]
    for offset, weight in enumerate(weights[1:], start=1):
        result.add_(wide.narrow(axis, offset, length), alpha=weight)
    return result


def shifted(pictures: Tensor, right_px: int, down_px: int) -> Tensor:
    """Move pictures; the border is repeated."""
    height, width = pictures.shape[-2:]
    reach = max(abs(right_px), abs(down_px))
    wide = functional.pad(pictures, (reach, reach, reach, reach), mode="replicate")
    return wide[..., reach - down_px : reach - down_px + height, reach - right_px : reach - right_px + width]


def grown(mask: Tensor, reach_px: int) -> Tensor:
    """A mask widened on every side."""
    for axis in (-1, -2):
        length = mask.shape[axis]
        wide = _padded(mask, reach_px, axis)
        # The larger of two places, each time further apart: the steps add up to the whole reach.
        left, step = 2 * reach_px, 1
        while left:
            step = min(step, left)
            kept = wide.shape[axis] - step
            wide = torch.maximum(wide.narrow(axis, 0, kept), wide.narrow(axis, step, kept))
            left, step = left - step, 2 * step
        mask = wide.narrow(axis, 0, length)
    return mask


def _padded(pictures: Tensor, reach_px: int, axis: int) -> Tensor:
    pad = (reach_px, reach_px, 0, 0) if axis == -1 else (0, 0, reach_px, reach_px)
    return functional.pad(pictures, pad, mode="replicate")


def background(pictures: Tensor, subjects: Tensor) -> Tensor:
    """The pictures without their subjects: the hole is filled from around it, softly."""
    height, width = pictures.shape[-2:]
    seen = 1.0 - grown(subjects, 4)
    parts = functional.interpolate(torch.cat([pictures * seen, seen], 1), (height // 4, width // 4), mode="area")
    near, far = blurred(parts, 2.5), blurred(parts, 12.0)
    fill = mixed(_weightless(far), _weightless(near), rising(near[:, 3:], 0.05, 0.35))
    return mixed(functional.interpolate(fill, (height, width), mode="bilinear", align_corners=False), pictures, seen)


def _weightless(parts: Tensor) -> Tensor:
    return (parts[:, :3] + 5e-4) / (parts[:, 3:].clamp(min=0.0) + 1e-3)


def glow(pictures: Tensor, threshold: float, sigma_px: float) -> Tensor:
    """The light that spills from what is brighter than the threshold."""
    return blurred(pictures * rising(luminance(pictures), threshold, 1.0), sigma_px)


def sharpened(pictures: Tensor, sigma_px: float, strength: float) -> Tensor:
    """Differences to the surroundings made stronger."""
    return (pictures + strength * (pictures - blurred(pictures, sigma_px))).clamp(0.0, 1.0)
