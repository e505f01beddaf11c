"""Styles that show the scene as a made thing: models, clay, paper, glass, tiles. Knows no names of styles."""

import torch
from torch import Tensor
from torch.nn import functional

from outcrop.training.cells import Mesh, cell_means, cell_values, pixelated
from outcrop.training.relief import gloss, shaded
from outcrop.training.shot import Shot
from outcrop.training.softness import background, blurred, shifted
from outcrop.training.strokes import brushed, edges
from outcrop.training.tones import colour, contrasted, luminance, mixed, rising, saturated, screened


def _rounded(subjects: Tensor) -> Tensor:
    """A subject's outline blown up like a balloon. Units: pixels of height."""
    inner = [blurred(subjects, sigma) for sigma in (2.0, 5.0, 12.0)]
    return blurred(4.0 * inner[0] + 9.0 * inner[1] + 18.0 * inner[2], 2.0)


def _cast(shot: Shot, right_px: int, down_px: int, sigma_px: float) -> Tensor:
    """The shadow that the subjects throw on what is behind them."""
    return blurred(shifted(shot.subjects, right_px, down_px), sigma_px) * (1.0 - shot.subjects)


def model_3d(shot: Shot) -> Tensor:
    """A polished render: full rounded forms, gloss, a soft contact shadow, a calm out-of-focus set."""
    smooth = brushed(shot.pictures, 4)
    height = _rounded(shot.subjects) + 3.0 * blurred(luminance(smooth), 2.0)
    body = smooth * (0.35 + 0.65 * shaded(height, 0.9))
    shiny = screened(saturated(body, 1.2), 0.75 * gloss(height, 1.0, 40.0))
    set_ = blurred(background(smooth, shot.subjects), 3.5) * (1.05 - 0.30 * shot.distance(0.5, 0.45) ** 2)
    grounded = set_ * (1.0 - 0.55 * _cast(shot, 8, 12, 8.0))
    return mixed(grounded, shiny, shot.subjects)


def modeling_compound(shot: Shot) -> Tensor:
    """Plasticine: soft lumps pressed together, matte, with dents of fingers and creases between the colours."""
    flat = saturated(brushed(shot.pictures, 4), 1.25)
    crease = rising(edges(flat, 3.0), 0.06, 0.35)
    dents = 0.9 * shot.lumps(14.0)
    height = _rounded(shot.subjects) * 0.8 - 5.0 * blurred(crease, 2.0) + dents
    clay = flat * (0.30 + 0.70 * shaded(height, 0.75)) * (1.0 - 0.30 * crease)
    clay = clay * (1.0 - 0.5 * _cast(shot, 4, 6, 4.0))
    return screened(clay, 0.16 * gloss(height, 0.8, 9.0))


def low_poly(shot: Shot) -> Tensor:
    """A mesh of triangles, each of one colour and its own light."""
    strength = edges(shot.pictures, 1.5) + edges(shot.subjects, 1.5)
    cells, count, _ = Mesh(shot.canvas, strength, 15.0, tries=10).triangles()
    cells = 2 * cells + (shot.subjects[:, 0] > 0.5)
    facets = cell_means(saturated(contrasted(shot.pictures, 1.08), 1.15), cells, 2 * count)
    light = shot.canvas.scattered(count)[..., 0] * 0.20 - 0.10
    return facets * (1.0 + cell_values(light, cells // 2))


def origami(shot: Shot) -> Tensor:
    """Folded coloured paper: large facets with firm folds, standing off a plain sheet."""
    strength = edges(shot.subjects, 2.0) + 0.3 * edges(shot.pictures, 2.0)
    cells, count, inside = Mesh(shot.canvas, strength, 40.0).triangles()
    flat = brushed(shot.pictures, 3)
    sides = 2 * cells + (shot.subjects[:, 0] > 0.5)
    paper = mixed(flat, cell_means(flat, sides, 2 * count), 0.35)
    fold = shot.canvas.scattered(count)
    light = (
        cell_values(fold[..., 0] - 0.5, cells) * 0.42
        + 0.006 * (inside - 7.0) * cell_values(fold[..., 1] - 0.5, cells) * 4
    )
    crease = 1.0 - rising(inside, 0.4, 1.6)
    folded = saturated(paper, 1.15) * (1.0 + light)
    folded = screened(folded, 0.30 * crease)
    sheet = blurred(background(flat, shot.subjects), 5.0)
    sheet = mixed(sheet, colour(sheet, (0.97, 0.95, 0.92)), 0.18) * (1.0 + 0.28 * light)
    sheet = sheet * (1.0 - 0.60 * _cast(shot, 6, 9, 4.0))
    return mixed(sheet, folded, rising(shot.subjects, 0.3, 0.7))


def stained_glass(shot: Shot) -> Tensor:
    """Panes of bright glass in dark lead, lit from behind."""
    strength = edges(shot.subjects, 2.0)
    cells, count, border = Mesh(shot.canvas, 0.0 * strength, 34.0).voronoi()
    sides = 2 * cells + (shot.subjects[:, 0] > 0.5)
    panes = mixed(cell_means(shot.pictures, sides, 2 * count), brushed(shot.pictures, 3), 0.8 * shot.subjects)
    light = shot.canvas.scattered(count)[..., 0] * 0.26 - 0.08
    glass = saturated(panes * 0.9 + 0.1, 1.9) * (1.0 + cell_values(light, cells)) * (1.0 + 0.10 * shot.clouds(18.0))
    glass = screened(glass, 0.16 * rising(border, 2.0, 12.0) * glass)
    lead = torch.maximum(1.0 - rising(border, 0.8, 1.9), rising(edges(shot.subjects, 1.8), 0.15, 0.4))
    return mixed(glass.clamp(0.0, 1.0), colour(glass, (0.06, 0.06, 0.08)), lead)


def mosaic(shot: Shot) -> Tensor:
    """Small square stones in pale mortar."""
    side = 8
    stones = pixelated(saturated(contrasted(shot.pictures, 1.15), 1.25), side)
    across, down = _within(shot, side)
    edge = torch.maximum((across - 0.5).abs(), (down - 0.5).abs())
    numbers, count = _numbers(shot, side)
    light = shot.canvas.scattered(count)[..., 0] * 0.24 - 0.12
    lit = stones * (1.0 + cell_values(light, numbers.expand(len(shot.canvas), -1, -1)))
    lit = lit * (1.0 + 0.18 * (0.5 - down) + 0.12 * (0.5 - across))
    return mixed(lit, colour(lit, (0.50, 0.47, 0.43)), 0.75 * rising(edge, 0.38, 0.46))


def _within(shot: Shot, side_px: float) -> tuple[Tensor, Tensor]:
    """Where a pixel is in its square, 0 to 1 across and down."""
    size = shot.canvas.size
    return (shot.x * size.width / side_px) % 1.0, (shot.y * size.height / side_px) % 1.0


def _numbers(shot: Shot, side_px: int) -> tuple[Tensor, int]:
    """The number of each pixel's square, and how many squares there are. Shapes: (1, h, w)."""
    size = shot.canvas.size
    columns, rows = -(-size.width // side_px), -(-size.height // side_px)
    row, column = (shot.y[0] * size.height / side_px).long(), (shot.x[0] * size.width / side_px).long()
    return row * columns + column, rows * columns


def tile_texture(shot: Shot) -> Tensor:
    """The scene printed on glazed tiles, two by two, with joints between."""
    height, width = shot.pictures.shape[-2:]
    half = functional.interpolate(shot.pictures, (-(-height // 2), -(-width // 2)), mode="area")
    laid = half.repeat(1, 1, 2, 2)[..., :height, :width]
    edge_x = ((shot.x * 2.0) % 1.0 - 0.5).abs()
    edge_y = ((shot.y * 2.0) % 1.0 - 0.5).abs()
    border = torch.minimum((0.5 - edge_x) * width / 2, (0.5 - edge_y) * height / 2)
    raised = 6.0 * rising(border, 1.5, 9.0)
    glazed = screened(saturated(laid, 1.1) * (0.45 + 0.55 * shaded(raised, 0.9)), 0.25 * gloss(raised, 1.0, 30.0))
    return mixed(colour(laid, (0.93, 0.92, 0.89)), glazed, rising(border, 1.8, 3.2))


def isometric(shot: Shot) -> Tensor:
    """The subject on a floating block of its setting, seen from the corner."""
    size = shot.canvas.size
    shorter = min(size.width, size.height)
    behind = background(shot.pictures, shot.subjects)
    across = (shot.x - 0.5) * size.width / shorter
    down = (shot.y - 0.5) * size.height / shorter - 0.145
    top = _floor(behind, across, down)
    inside = 0.44 - (across.abs() + 2.0 * down.abs()) / 1.0
    thick = 0.11
    under = (across.abs() + 2.0 * (down - thick).abs()) < 0.44
    middle = (across.abs() < 0.44) & (down > (0.44 - across.abs()) / 2) & (down < (0.44 - across.abs()) / 2 + thick)
    ground = behind[:, :, round(size.height * 0.6) :].mean((2, 3), keepdim=True)
    average = behind.mean((2, 3), keepdim=True)
    air = mixed(average, colour(behind, (1.0, 1.0, 1.0)), 0.25) * (1.04 - 0.12 * shot.y)
    side = ground * torch.where(across < 0, 0.78, 0.55)
    soft = (-((across / 0.40) ** 2) - (((down - 0.26) / 0.09) ** 2)).exp()
    scene = air * (1.0 - 0.30 * soft)
    scene = torch.where(middle | under & (down > 0), side, scene)
    scene = mixed(scene, top, rising(inside, 0.0, 0.012))
    return _standing(shot, scene)


def _floor(behind: Tensor, across: Tensor, down: Tensor) -> Tensor:
    """The lower part of the setting laid flat on the diamond."""
    first, second = (across + 2.0 * down) / 0.88, (2.0 * down - across) / 0.88
    batch, _, height, width = behind.shape
    place = torch.stack(
        [(first * 1.6).expand(1, 1, height, width), (second * 0.55 + 0.45).expand(1, 1, height, width)], -1
    )
    return functional.grid_sample(
        behind, place[0].expand(batch, -1, -1, -1), padding_mode="reflection", align_corners=False
    )


def _standing(shot: Shot, scene: Tensor) -> Tensor:
    """Set the subjects down, smaller, on the middle of the block."""
    cut = torch.cat([shot.pictures * shot.subjects, shot.subjects], 1)
    size = shot.canvas.size
    shorter = min(size.width, size.height)
    scale = 0.72
    x = ((shot.x - 0.5) / scale * 2.0).expand(1, 1, size.height, size.width)
    lift = 0.03 * shorter / size.height
    y = ((shot.y - 0.5 + lift) / scale * 2.0).expand(1, 1, size.height, size.width)
    place = torch.stack([x, y], -1)[0].expand(len(shot.canvas), -1, -1, -1)
    small = functional.grid_sample(blurred(cut, 0.6), place, align_corners=False)
    shade = blurred(shifted(small[:, 3:], 5, 5), 5.0)
    return scene * (1.0 - 0.35 * shade) * (1.0 - small[:, 3:]) + small[:, :3]
