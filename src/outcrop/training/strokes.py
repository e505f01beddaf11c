"""Lines and brush strokes: edges, ink, hatching, painterly smoothing. Knows no style."""

import math

import torch
from torch import Tensor
from torch.nn import functional

from outcrop.training.canvas import Canvas
from outcrop.training.softness import averaged, blurred
from outcrop.training.tones import luminance, rising


def slopes(value: Tensor) -> tuple[Tensor, Tensor]:
    """Central differences to the right and downwards. Shapes: as given."""
    wide = functional.pad(value, (1, 1, 1, 1), mode="replicate")
    return (wide[..., 1:-1, 2:] - wide[..., 1:-1, :-2]) / 2, (wide[..., 2:, 1:-1] - wide[..., :-2, 1:-1]) / 2


def edges(pictures: Tensor, sigma_px: float) -> Tensor:
    """How fast colours change, over that width. Shapes: (b, c, h, w) to (b, 1, h, w). Units: 1 is black to white."""
    right, down = slopes(blurred(pictures, sigma_px))
    steep = (right**2 + down**2).sum(1, keepdim=True).add(1e-12).sqrt()
    return steep * (sigma_px * math.sqrt(2.0 * math.pi) / math.sqrt(pictures.shape[1]))


def ink(pictures: Tensor, subjects: Tensor, sigma_px: float, least: float) -> Tensor:
    """Lines where colours meet and around subjects. Shapes: (b, 1, h, w). Units: 1 is a full line.

    `least` is the change of colour at which a line begins.
    """
    inner = rising(edges(pictures, sigma_px), least, 2.0 * least)
    return torch.maximum(inner, rising(edges(subjects, sigma_px), 0.25, 0.5))


def brushed(pictures: Tensor, reach_px: int) -> Tensor:
    """Flat patches with firm edges: each pixel takes the mean of the calmest of four squares that it is a corner of.

    Source: Kuwahara et al. 1976, with the soft choice of Papari et al. 2007.
    """
    height, width = pictures.shape[-2:]
    half = -(-reach_px // 2)
    wide = functional.pad(pictures, (half, half, half, half), mode="replicate")
    means = averaged(torch.cat([wide, luminance(wide) ** 2, _warmth(wide) ** 2], 1), half)
    total, weights = torch.zeros_like(pictures), torch.zeros_like(pictures[:, :1])
    for top in (0, 2 * half):
        for left in (0, 2 * half):
            corner = means[..., top : top + height, left : left + width]
            mean = corner[:, :3]
            variance = corner[:, 3:4] - luminance(mean) ** 2 + corner[:, 4:] - _warmth(mean) ** 2
            spread = variance.clamp(min=0.0).sqrt()
            calm = 1.0 / (0.02 + spread) ** 2
            weight = calm * calm * calm
            total = total + weight * mean
            weights = weights + weight
    return total / weights


def _warmth(pictures: Tensor) -> Tensor:
    """Tells colours apart that are equally light."""
    return 0.4 * (pictures[:, 0:1] - pictures[:, 2:3])


def hatching(canvas: Canvas, spacing_px: float, angle_deg: float) -> Tensor:
    """Parallel lines. Shapes: (1, 1, h, w). Units: 0 between lines to 1 on them."""
    angle = math.radians(angle_deg)
    across, down = canvas.x * canvas.size.width, canvas.y * canvas.size.height
    phase = (across * math.sin(angle) + down * math.cos(angle)) * (2.0 * math.pi / spacing_px)
    return (0.5 + 0.5 * phase.cos())[None]


def dots(canvas: Canvas, spacing_px: float) -> Tensor:
    """A printer's screen, turned by 45 degrees. Shapes: (1, 1, h, w). Units: 0 between dots to 1 in their middles."""
    across, down = canvas.x * canvas.size.width, canvas.y * canvas.size.height
    turn = 2.0 * math.pi / (spacing_px * math.sqrt(2.0))
    return (0.5 + 0.25 * (((across + down) * turn).cos() + ((across - down) * turn).cos()))[None]


def bristles(pictures: Tensor, noise: Tensor, length_px: int) -> Tensor:
    """Noise drawn out along the forms of the picture. Shapes: noise and result (b, 1, h, w).

    Source: line integral convolution, Cabral and Leedom 1993, with straight lines.
    """
    height, width = noise.shape[-2:]
    small = functional.interpolate(luminance(pictures), (height // 2, width // 2), mode="area")
    right, down = slopes(blurred(small, 1.5))
    tensor = blurred(torch.cat([right * right - down * down, 2.0 * right * down], 1), 5.0)
    # Where nothing has a direction the strokes lie along a fixed slant.
    turn = torch.atan2(tensor[:, 1:] + 1e-5, tensor[:, :1] + 1e-5) / 2 + math.pi / 2
    step = torch.cat([turn.cos() * (4.0 / width), turn.sin() * (4.0 / height)], 1).permute(0, 2, 3, 1)
    thin = functional.interpolate(noise, (height // 2, width // 2), mode="area")
    rows = torch.linspace(-1.0, 1.0, height // 2, device=noise.device)[:, None].expand(height // 2, width // 2)
    columns = torch.linspace(-1.0, 1.0, width // 2, device=noise.device)[None].expand(height // 2, width // 2)
    place = torch.stack([columns, rows], -1)[None]
    count = length_px // 4
    total = torch.zeros_like(thin)
    for index in range(-count, count + 1):
        total = total + functional.grid_sample(
            thin, place + index * step, padding_mode="reflection", align_corners=True
        )
    return functional.interpolate(
        total / math.sqrt(2 * count + 1), (height, width), mode="bilinear", align_corners=False
    )
