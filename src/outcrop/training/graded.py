"""Styles that a lens, a film or a grade makes: focus, colour, glow. Knows no names of styles."""

import torch
from torch import Tensor

from outcrop.training.shot import Shot
from outcrop.training.softness import background, blurred, glow, sharpened
from outcrop.training.strokes import brushed
from outcrop.training.tones import colour, contrasted, luminance, mixed, ramp, rising, saturated, screened


def out_of_focus(shot: Shot, sigma_px: float) -> Tensor:
    """The subjects sharp, the rest blurred without their colours bleeding into it."""
    return mixed(blurred(background(shot.pictures, shot.subjects), sigma_px), shot.pictures, shot.subjects)


def vignette(shot: Shot, strength: float) -> Tensor:
    """What a lens loses towards the corners. Shapes: (1, 1, h, w). Units: a factor up to 1."""
    return 1.0 - strength * rising((shot.x - 0.5) ** 2 + (shot.y - 0.5) ** 2, 0.08, 0.5)


def photographic(shot: Shot) -> Tensor:
    """Shallow focus, a gentle tone curve, true colours."""
    focused = out_of_focus(shot, 6.0)
    toned = contrasted(sharpened(focused, 2.0, 0.5), 1.12, 0.45)
    return screened(toned, 0.18 * glow(toned, 0.75, 8.0)) * vignette(shot, 0.35)


def cinematic(shot: Shot) -> Tensor:
    """A wide screen's bars, teal shadows and orange lights, a background out of focus."""
    focused = out_of_focus(shot, 4.0)
    light = luminance(focused)
    graded = contrasted(focused, 1.18, 0.42) * mixed(
        colour(light, (0.62, 0.92, 1.04)), colour(light, (1.10, 0.97, 0.80)), rising(light, 0.15, 0.75)
    )
    flare = screened(graded, 0.30 * glow(graded, 0.65, 14.0) * colour(light, (1.0, 0.8, 0.55)))
    bars = rising(0.5 - (shot.y - 0.5).abs(), 0.105, 0.115)
    return flare.clamp(0.0, 1.0) * vignette(shot, 0.6) * bars


def analog_film(shot: Shot) -> Tensor:
    """Old colour film: faded blacks, warm lights, green shadows, grain, and a leak of light from one side."""
    soft = contrasted(blurred(shot.pictures, 0.8), 0.92)
    light = luminance(soft)
    aged = soft * mixed(colour(light, (0.92, 1.02, 0.96)), colour(light, (1.12, 1.02, 0.84)), light)
    faded = mixed(aged, colour(aged, (0.36, 0.27, 0.27)), 0.10) + 0.05
    side = (shot.x - 0.5) * shot.side() + 0.5
    leak = rising(side + 0.16 * shot.clouds(110.0), 0.72, 1.15)
    leaked = screened(faded * vignette(shot, 0.40), leak * colour(aged, (0.95, 0.36, 0.10)))
    return leaked + 0.022 * blurred(shot.canvas.grain()[:, None], 0.8)


def digital_art(shot: Shot) -> Tensor:
    """Smooth vivid painting before a glow of cyan and magenta, its light along the subject's rims."""
    smooth = contrasted(saturated(brushed(shot.pictures, 4), 1.45), 1.12)
    behind = 1.0 - shot.subjects
    cyan, magenta = colour(smooth, (0.15, 0.85, 1.0)), colour(smooth, (1.0, 0.25, 0.80))
    sweep = rising(0.75 * shot.x + 0.5 * shot.y, 0.15, 1.0)
    tinted = smooth * mixed(colour(smooth, (0.50, 0.82, 1.10)), colour(smooth, (1.05, 0.58, 1.05)), sweep)
    away = shot.distance(0.5, 0.5)
    around = rising(0.62 - away, 0.0, 0.5)
    deep = mixed(smooth, tinted * (0.72 + 0.45 * around), 0.8 * behind)
    ring = rising(blurred(shot.subjects, 4.0), 0.08, 0.5) * behind
    lit = screened(deep, (0.75 * ring + 0.22 * around * behind) * mixed(cyan, magenta, sweep))
    across, _ = _facing(shot)
    rim = blurred(shot.subjects * rising(blurred(1.0 - shot.subjects, 3.0), 0.12, 0.45), 0.7)
    lit = screened(lit, 0.9 * rim * mixed(cyan, magenta, rising(across, -0.4, 0.4)))
    return screened(lit, 0.25 * glow(lit, 0.6, 10.0))


def _facing(shot: Shot) -> tuple[Tensor, Tensor]:
    """Which way a subject's nearest rim faces: -1 left to 1 right, and -1 up to 1 down."""
    wide = blurred(shot.subjects, 6.0)
    right = torch.roll(wide, 2, -1) - torch.roll(wide, -2, -1)
    down = torch.roll(wide, 2, -2) - torch.roll(wide, -2, -2)
    size = (right**2 + down**2 + 1e-4).sqrt()
    return right / size, down / size


def enhance(shot: Shot) -> Tensor:
    """Everything crisper, deeper and more colourful."""
    clear = sharpened(shot.pictures, 16.0, 0.45)
    crisp = sharpened(clear, 1.5, 0.9)
    return saturated(contrasted(crisp, 1.12), 1.35)


def fantasy_art(shot: Shot) -> Tensor:
    """A dream of violet and gold: magic light behind the subject, drifting sparks, painted softness."""
    painted = saturated(brushed(shot.pictures, 3), 1.3) * 1.06
    behind = 1.0 - shot.subjects
    dusk = painted * ramp(shot.y, ((0.58, 0.40, 0.98), (0.98, 0.60, 0.94), (0.56, 0.44, 0.90)))
    scene = mixed(painted, dusk, 0.15 + 0.70 * behind)
    halo = (0.45 * blurred(shot.subjects, 14.0) + 0.55 * blurred(shot.subjects, 30.0)) * behind
    lit = screened(scene, 1.0 * halo * colour(scene, (1.0, 0.74, 0.36)))
    lit = screened(lit, _sparks(shot, 14) * colour(scene, (1.0, 0.93, 0.70)))
    return screened(lit, 0.35 * glow(lit, 0.55, 12.0)) * vignette(shot, 0.45)


def _sparks(shot: Shot, count: int) -> Tensor:
    """Scattered lights with four short rays."""
    places, sizes = shot.canvas.scattered(count), shot.canvas.scattered(count)
    light = torch.zeros_like(shot.subjects)
    size = shot.canvas.size
    for index in range(count):
        x, y = places[:, index, 0, None, None, None], places[:, index, 1, None, None, None]
        radius = 1.5 + 2.5 * sizes[:, index, 0, None, None, None] ** 2
        across, down = ((shot.x - x) * size.width).abs() / radius, ((shot.y - y) * size.height).abs() / radius
        # One over the product of both distances makes a star of four rays.
        light = torch.maximum(light, 1.0 / (1.0 + 0.25 * (across**2 + down**2) ** 1.5 + 0.6 * across * down * 4.0))
    return rising(light, 0.03, 0.7)
