"""Puts composed scenes into another light and another mood. Knows no captions and no styles."""

from collections.abc import Callable
from types import MappingProxyType

import torch
from torch import Tensor

from outcrop.training.canvas import Canvas
from outcrop.training.shot import Shot
from outcrop.training.softness import blurred, glow
from outcrop.training.tones import colour, contrasted, luminance, mixed, ramp, rising, saturated, screened

Effect = Callable[[Shot], Tensor]


def apply_lighting(name: str, pictures: Tensor, subject_mask: Tensor, canvas: Canvas) -> Tensor:
    """Show pictures in a light.

    Shapes: pictures (b, 3, h, w), subject_mask (b, 1, h, w); returns like pictures. Units: 0 to 1.
    Raises: KeyError for a name that is not in LIGHTING.
    """
    return LIGHTING[name](Shot(pictures=pictures, subjects=subject_mask, canvas=canvas)).clamp(0.0, 1.0)


def apply_mood(name: str, pictures: Tensor, subject_mask: Tensor, canvas: Canvas) -> Tensor:
    """Show pictures in a mood.

    Shapes: pictures (b, 3, h, w), subject_mask (b, 1, h, w); returns like pictures. Units: 0 to 1.
    Raises: KeyError for a name that is not in MOODS.
    """
    return MOODS[name](Shot(pictures=pictures, subjects=subject_mask, canvas=canvas)).clamp(0.0, 1.0)


def _day(shot: Shot) -> Tensor:
    return shot.pictures


def _rim(shot: Shot, side: Tensor, sigma_px: float) -> Tensor:
    """The subject's border on the side a light comes from (-1 left, 1 right)."""
    wide = blurred(shot.subjects, sigma_px)
    step = round(sigma_px)
    slope = torch.roll(wide, step, -1) - torch.roll(wide, -step, -1)
    return shot.subjects * rising(slope * side, 0.15, 0.6)


def _sunset(shot: Shot) -> Tensor:
    sky = ramp(shot.y / 0.62, ((0.44, 0.30, 0.62), (0.94, 0.46, 0.50), (1.12, 0.72, 0.38)))
    land = ramp((shot.y - 0.55) / 0.45, ((1.10, 0.70, 0.42), (0.62, 0.34, 0.40)))
    light = mixed(sky, land, rising(shot.y, 0.50, 0.66))
    side = shot.side()
    x = 0.5 + 0.32 * side
    away = shot.distance(x, 0.46)
    behind = 1.0 - shot.subjects
    warm = contrasted(shot.pictures, 0.95) * mixed(light, colour(light, (1.02, 0.88, 0.80)), 0.72 * shot.subjects)
    sun = (-((away / 0.34) ** 2)).exp() * (0.35 + 0.65 * behind)
    lit = screened(warm, 0.72 * sun * colour(light, (1.0, 0.56, 0.20)))
    disc = (1.0 - rising(away, 0.085, 0.10)) * behind
    lit = mixed(lit, colour(light, (1.0, 0.90, 0.58)), disc)
    return screened(lit, 0.5 * _rim(shot, side, 4.0) * colour(light, (1.0, 0.6, 0.25)))


def _golden_hour(shot: Shot) -> Tensor:
    side = shot.side()
    across = (shot.x - 0.5) * side + 0.5
    shade, sun = colour(shot.pictures, (0.86, 0.66, 0.44)), colour(shot.pictures, (1.22, 1.02, 0.66))
    gold = mixed(mixed(shade, sun, across), colour(shot.pictures, (1.08, 0.98, 0.84)), 0.7 * shot.subjects)
    warm = contrasted(shot.pictures, 1.05) * gold
    flare = (-((shot.distance(0.5 + 0.5 * side, 0.08) / 0.75) ** 2)).exp() * (1.0 - 0.6 * shot.subjects)
    lit = screened(warm, 0.80 * flare * colour(warm, (1.0, 0.76, 0.30)))
    return screened(lit, 0.55 * _rim(shot, side, 4.0) * colour(warm, (1.0, 0.85, 0.45)))


def _night(shot: Shot) -> Tensor:
    grey = saturated(shot.pictures, 0.85)
    blue = mixed(colour(grey, (0.16, 0.23, 0.46)), colour(grey, (0.50, 0.52, 0.68)), shot.subjects)
    dark = grey**1.2 * blue
    fall = 1.10 - 0.55 * shot.distance(0.5, 0.55) ** 2
    return dark * fall.clamp(0.35, 1.1) + colour(grey, (0.012, 0.018, 0.05))


def _moonlight(shot: Shot) -> Tensor:
    side = shot.side()
    x, y = 0.5 + 0.34 * side, 0.15
    blue = mixed(colour(shot.pictures, (0.22, 0.31, 0.50)), colour(shot.pictures, (0.52, 0.58, 0.74)), shot.subjects)
    cold = saturated(shot.pictures, 0.6) * blue
    away = shot.distance(x, y)
    behind = 1.0 - shot.subjects
    halo = 0.55 * (-((away / 0.16) ** 2)).exp() + 0.30 * (-((away / 0.6) ** 2)).exp()
    lit = screened(cold, halo * (0.3 + 0.7 * behind) * colour(cold, (0.72, 0.84, 1.0)))
    lit = screened(lit, 0.75 * _rim(shot, side, 4.0) * colour(cold, (0.74, 0.86, 1.0)))
    disc = (1.0 - rising(away, 0.080, 0.092)) * behind
    return mixed(lit, colour(cold, (0.96, 0.97, 0.92)) * (1.0 - 0.05 * shot.clouds(9.0)), disc)


def _overcast(shot: Shot) -> Tensor:
    flat = mixed(contrasted(saturated(shot.pictures, 0.68), 0.82), colour(shot.pictures, (0.66, 0.69, 0.74)), 0.12)
    cloud = 0.5 + 0.5 * shot.clouds(60.0) * rising(1.0 - shot.y, 0.4, 0.7)
    veil = rising(0.62 - shot.y, 0.0, 0.5) * (1.0 - shot.subjects)
    grey = mixed(colour(flat, (0.60, 0.63, 0.68)), colour(flat, (0.86, 0.88, 0.90)), cloud)
    return mixed(flat * 0.95, grey, 0.75 * veil)


def _centre(shot: Shot) -> tuple[Tensor, Tensor]:
    """The middle of the subjects; the middle of the picture where there are none. Shapes: (b, 1, 1, 1)."""
    total = shot.subjects.mean((2, 3), keepdim=True) + 1e-3
    x = ((shot.subjects * shot.x).mean((2, 3), keepdim=True) + 0.5e-3) / total
    y = ((shot.subjects * shot.y).mean((2, 3), keepdim=True) + 0.5e-3) / total
    return x, y


def _spotlight(shot: Shot) -> Tensor:
    x, y = _centre(shot)
    dark = shot.pictures * colour(shot.pictures, (0.13, 0.13, 0.18))
    across = (shot.x - x).abs() * shot.canvas.aspect
    width = 0.06 + 0.36 * shot.y / (y + 0.35)
    cone = 1.0 - rising(across / width, 0.72, 1.05)
    pool = 1.0 - rising(shot.distance(x, y), 0.34, 0.52)
    light = torch.maximum(pool, 0.0 * cone)
    lit = mixed(dark, shot.pictures * colour(dark, (1.15, 1.10, 0.98)), light)
    beam = cone * (1.0 - 0.75 * shot.y) * (1.0 - 0.85 * shot.subjects)
    return screened(lit, 0.34 * beam * colour(dark, (1.0, 0.95, 0.80)))


def _fog(shot: Shot) -> Tensor:
    depth = rising(1.0 - (shot.y - 0.42).abs() * 1.5, 0.0, 0.9)
    banks = 0.5 + 0.5 * shot.clouds(70.0) * 0.8 + 0.12 * shot.clouds(30.0)
    thick = (0.42 + 0.42 * depth + 0.22 * (banks - 0.5)) * (1.0 - 0.45 * shot.subjects)
    grey = colour(shot.pictures, (0.80, 0.83, 0.86)) * (1.04 - 0.08 * shot.y)
    return mixed(saturated(shot.pictures, 0.75), grey, thick.clamp(0.0, 0.95))


def _neon(shot: Shot) -> Tensor:
    left, right = colour(shot.pictures, (1.0, 0.12, 0.62)), colour(shot.pictures, (0.05, 0.72, 1.0))
    light = luminance(shot.pictures)
    dark = shot.pictures * colour(shot.pictures, (0.36, 0.28, 0.52))
    from_left, from_right = rising(0.75 - shot.x, 0.0, 0.75), rising(shot.x - 0.25, 0.0, 0.75)
    washed = screened(dark, (0.18 + 0.62 * light) * (0.75 * from_left * left + 0.75 * from_right * right))
    one = torch.ones_like(light[:, :, :1, :1])
    rims = _rim(shot, -one, 5.0) * left + _rim(shot, one, 5.0) * right
    return screened(mixed(washed, shot.pictures * 0.9, 0.40 * shot.subjects), 0.9 * rims)


def _soft_studio(shot: Shot) -> Tensor:
    calm = contrasted(shot.pictures, 0.86, 0.62)
    away = shot.distance(0.38, 0.30)
    key = screened(calm, 0.26 * (-((away / 0.55) ** 2)).exp().expand_as(calm))
    behind = 1.0 - shot.subjects
    return key * (1.0 - 0.22 * rising(shot.distance(0.45, 0.42), 0.35, 0.9) * behind)


LIGHTING: MappingProxyType[str, Effect] = MappingProxyType(
    {
        "day": _day,
        "sunset": _sunset,
        "night": _night,
        "overcast": _overcast,
        "golden hour": _golden_hour,
        "moonlight": _moonlight,
        "spotlight": _spotlight,
        "fog": _fog,
        "neon": _neon,
        "soft studio": _soft_studio,
    }
)


def _pastel(shot: Shot) -> Tensor:
    return mixed(saturated(shot.pictures, 1.15), colour(shot.pictures, (1.0, 0.98, 0.985)), 0.50)


def _vibrant(shot: Shot) -> Tensor:
    return saturated(contrasted(shot.pictures, 1.15), 1.8)


def _sepia(shot: Shot) -> Tensor:
    light = luminance(shot.pictures)
    return ramp(light, ((0.13, 0.07, 0.03), (0.55, 0.38, 0.22), (0.99, 0.91, 0.74)))


def _cool(shot: Shot) -> Tensor:
    return contrasted(shot.pictures, 0.96) * colour(shot.pictures, (0.76, 0.94, 1.08)) + colour(
        shot.pictures, (0.0, 0.02, 0.06)
    )


def _dark(shot: Shot) -> Tensor:
    fall = 1.0 - 0.75 * rising(shot.distance(0.5, 0.5), 0.20, 0.72)
    return contrasted(saturated(shot.pictures, 0.75), 1.1, 0.6) * fall * colour(shot.pictures, (0.56, 0.54, 0.58))


def _warm(shot: Shot) -> Tensor:
    return shot.pictures * colour(shot.pictures, (1.10, 0.96, 0.74)) + colour(shot.pictures, (0.04, 0.015, 0.0))


def _monochrome(shot: Shot) -> Tensor:
    return contrasted(luminance(shot.pictures), 1.15).expand(-1, 3, -1, -1)


def _dreamy(shot: Shot) -> Tensor:
    soft = mixed(shot.pictures, blurred(shot.pictures, 5.0), 0.45)
    haze = screened(soft, 0.55 * glow(soft, 0.35, 14.0))
    tint = ramp(shot.x * 0.5 + shot.y * 0.5, ((1.0, 0.80, 0.92), (0.86, 0.84, 1.0)))
    return mixed(haze, screened(haze, 0.45 * tint), 0.55)


MOODS: MappingProxyType[str, Effect] = MappingProxyType(
    {
        "pastel": _pastel,
        "vibrant": _vibrant,
        "sepia": _sepia,
        "cool": _cool,
        "dark": _dark,
        "warm": _warm,
        "monochrome": _monochrome,
        "dreamy": _dreamy,
    }
)
