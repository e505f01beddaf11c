"""Styles that a hand draws or paints: ink, pencil, paint, print. Knows no names of styles."""

import torch
from torch import Tensor

from outcrop.training.cells import pixelated
from outcrop.training.relief import shaded
from outcrop.training.shot import Shot
from outcrop.training.softness import background, blurred, glow, grown, shifted
from outcrop.training.strokes import bristles, brushed, dots, edges, hatching, ink
from outcrop.training.tones import (
    colour,
    contrasted,
    luminance,
    mixed,
    ramp,
    relit,
    rising,
    saturated,
    screened,
    stepped,
)

_INK = (0.07, 0.06, 0.10)


def anime(shot: Shot) -> Tensor:
    """Cel shading: few tones, clear bright colours, a thin dark line, a soft bloom."""
    flat = brushed(shot.pictures, 3)
    light = luminance(flat)
    cel = relit(flat, mixed(light, stepped(light, 5, 0.25), 0.85))
    bright = saturated(screened(cel, colour(cel, (0.07, 0.06, 0.10))), 1.4)
    bloom = screened(bright, 0.35 * glow(bright, 0.7, 12.0))
    line = ink(flat, shot.subjects, 1.0, 0.12)
    return mixed(bloom, colour(bloom, (0.16, 0.10, 0.24)), 0.9 * line)


def comic_book(shot: Shot) -> Tensor:
    """Heavy ink, few strong colours, and a printer's dots in the shadows."""
    flat = brushed(shot.pictures, 3)
    light = luminance(flat)
    print_ = saturated(relit(flat, stepped((light * 1.2).clamp(0.0, 1.0), 4, 0.2) * 0.80 + 0.20), 1.7)
    screen = rising(dots(shot.canvas, 6.0) - 0.25 - 0.95 * light, 0.0, 0.2)
    dotted = mixed(print_, print_ * 0.45, screen)
    line = blurred(grown(ink(flat, shot.subjects, 1.3, 0.13), 1), 0.6)
    return mixed(dotted, colour(dotted, _INK), line)


def line_art(shot: Shot) -> Tensor:
    """Clean black lines on white."""
    line = ink(brushed(shot.pictures, 3), shot.subjects, 1.3, 0.10)
    return 1.0 - blurred(line, 0.5).expand(-1, 3, -1, -1) * (1.0 - colour(line, _INK))


def pencil_sketch(shot: Shot) -> Tensor:
    """Graphite on warm paper: outlines, and hatching that is denser where the picture is darker."""
    grey = luminance(brushed(shot.pictures, 4))
    wave = 1.0 + 0.12 * shot.clouds(40.0)
    once = rising(hatching(shot.canvas, 6.0, 40.0) * wave - 1.15 * grey, 0.0, 0.5)
    twice = rising(hatching(shot.canvas, 6.0, -35.0) * wave - 0.40 - 1.5 * grey, 0.0, 0.5)
    line = ink(shot.pictures, shot.subjects, 1.2, 0.08)
    graphite = (0.42 * once + 0.35 * twice + 0.18 * (1.0 - grey)).clamp(0.0, 0.8)
    graphite = torch.maximum(graphite, 0.85 * line)
    paper = colour(grey, (0.965, 0.95, 0.92)) + 0.012 * shot.clouds(9.0)
    return mixed(paper, colour(grey, (0.20, 0.20, 0.23)), blurred(graphite, 0.5))


def blueprint(shot: Shot) -> Tensor:
    """White lines and a ruled grid on blue."""
    line = blurred(ink(brushed(shot.pictures, 3), shot.subjects, 1.2, 0.10), 0.5)
    paper = mixed(colour(line, (0.06, 0.20, 0.52)), colour(line, (0.10, 0.30, 0.66)), 0.5 + 0.5 * shot.clouds(90.0))
    paper = paper + 0.07 * blurred(shot.subjects, 1.0) * luminance(shot.pictures)
    fine, broad = _grid(shot, 16.0), _grid(shot, 64.0)
    ruled = mixed(paper, colour(line, (0.55, 0.72, 0.95)), 0.16 * fine + 0.20 * broad)
    return mixed(ruled, colour(line, (0.94, 0.97, 1.0)), line)


def _grid(shot: Shot, spacing_px: float) -> Tensor:
    across = (shot.x * shot.canvas.size.width / spacing_px) % 1.0 * spacing_px
    down = (shot.y * shot.canvas.size.height / spacing_px) % 1.0 * spacing_px
    return torch.maximum((across < 1.0).float(), (down < 1.0).float())


def watercolor(shot: Shot) -> Tensor:
    """Thin washes in flat patches on white paper, darker at their rims, with ragged borders."""
    lumps = shot.lumps(20.0)
    flat = brushed(shot.pictures, 5)
    light = luminance(flat)
    wash = relit(flat, mixed(light, stepped((light + 0.03 * lumps).clamp(0.0, 1.0), 7, 0.3), 0.8))
    thin = saturated(mixed(wash, colour(wash, (1.0, 1.0, 1.0)), 0.26), 1.35)
    pooled = thin * (1.0 + 0.035 * lumps)
    rim = rising(edges(wash, 1.6), 0.05, 0.30)
    inked = saturated(pooled * (1.0 - 0.30 * rim), 1.15)
    out = torch.minimum(0.5 - (shot.x - 0.5).abs(), 0.5 - (shot.y - 0.5).abs())
    ragged = out + 0.010 * shot.lumps(13.0)
    dark = rising(ragged, 0.030, 0.040) - rising(ragged, 0.040, 0.065)
    paper = colour(flat, (0.985, 0.98, 0.965)).expand_as(flat)
    return mixed(paper, inked * (1.0 - 0.25 * dark), rising(ragged, 0.025, 0.040))


def oil_painting(shot: Shot) -> Tensor:
    """Thick paint: strokes along the forms, that catch the light."""
    flat = brushed(brushed(shot.pictures, 4), 3)
    paint = bristles(flat, shot.canvas.grain()[:, None], 28)
    broken = contrasted(saturated(flat * (1.0 + 0.11 * paint), 1.3), 1.08)
    return broken * (0.55 + 0.45 * shaded(blurred(paint, 0.8) + 3.0 * luminance(flat), 0.9))


def paper_cut(shot: Shot) -> Tensor:
    """Sheets of coloured paper, the lighter over the darker, each with its shadow."""
    flat = brushed(brushed(shot.pictures, 4), 4)
    light = blurred(luminance(flat), 1.0)
    layers = stepped(light, 5, 0.12)
    sheet = saturated(relit(flat, 0.12 + 0.84 * layers), 1.15)
    higher = torch.maximum(0.8 * layers, blurred(shot.subjects, 0.8) + layers * 0.3)
    cast = rising(blurred(shifted(higher, 3, 4), 2.0) - higher, 0.02, 0.35)
    lit = rising(higher - shifted(higher, 1, 1), 0.03, 0.2)
    return screened(sheet * (1.0 - 0.55 * cast), 0.22 * lit) * (1.0 + 0.012 * shot.clouds(5.0))


def silhouette(shot: Shot) -> Tensor:
    """The subject as a dark shape against a glowing sky of the setting's colours."""
    behind = saturated(blurred(background(shot.pictures, shot.subjects), 8.0), 1.35)
    away = shot.distance(0.5, 0.48)
    glowing = screened(behind * 0.92, (0.55 * (-((away / 0.42) ** 2)).exp()) * colour(behind, (1.0, 0.88, 0.66)))
    dark = mixed(colour(behind, (0.05, 0.04, 0.08)), behind, 0.06)
    return mixed(glowing, dark, rising(shot.subjects, 0.2, 0.8))


def pixel_art(shot: Shot) -> Tensor:
    """Large square pixels of few colours, with a dark outline."""
    side = 6
    inked = mixed(shot.pictures, shot.pictures * 0.25, grown(rising(edges(shot.subjects, 1.5), 0.3, 0.6), 1))
    small = pixelated(saturated(contrasted(inked, 1.1), 1.2), side)
    return stepped(small, 7, 0.15)


def neon_punk(shot: Shot) -> Tensor:
    """Night, and every outline a glowing tube: pink to cyan across the picture."""
    flat = brushed(shot.pictures, 5)
    dark = saturated(flat, 1.5) * colour(flat, (0.36, 0.24, 0.46)) * (0.45 + 1.0 * shot.subjects)
    tubes = ramp(shot.x + 0.25 * (shot.y - 0.5), ((1.0, 0.16, 0.72), (0.62, 0.30, 1.0), (0.10, 0.90, 1.0)))
    own = saturated(blurred(flat, 3.0), 2.5)
    line = ink(flat, shot.subjects, 1.3, 0.12)
    light = mixed(tubes, own, 0.25) * line
    halo = blurred(light, 4.0) * 1.5 + blurred(light, 16.0) * 1.6
    return screened(screened(dark, halo), 0.95 * light + 0.3 * blurred(line, 0.6))
