"""Draws decided scenes, many at a time, on the CPU or a GPU. Decides nothing; knows no words and no latents.

A scene's picture depends on the scene alone, never on its company.
"""

from collections.abc import Callable, Hashable, Sequence
from operator import attrgetter

import torch
from torch import Tensor
from torch.nn import functional

from outcrop.training.canvas import Canvas
from outcrop.training.finishes import repaint
from outcrop.training.grounds import load_grounds, paint_plain, paint_setting
from outcrop.training.lighting import apply_lighting, apply_mood
from outcrop.training.panoramas import paint_photograph
from outcrop.training.scenes import Scene, Thing
from outcrop.training.sprites import Sprites
from outcrop.training.styles import apply_style
from outcrop.units import Size

_GROUND, _FINISH, _LIGHTING, _MOOD, _STYLE = range(5)
_SHADOW = (0.06, 0.05, 0.08)
Apply = Callable[[str, Tensor, Tensor, Canvas], Tensor]
_LOOKS: tuple[tuple[int, Apply, Callable[[Scene], str]], ...] = (
    (_LIGHTING, apply_lighting, attrgetter("lighting")),
    (_STYLE, apply_style, attrgetter("style")),
    (_MOOD, apply_mood, attrgetter("mood")),
)
"""What is done to whole pictures, in this order: a style shows the light, a mood tints all."""


def compose(scenes: Sequence[Scene], sprites: Sprites, size: Size) -> Tensor:
    """Draw scenes.

    Shapes: returns (b, 3, h, w), on the sprites' device. Units: 0 to 1, sRGB.
    """
    pictures = torch.empty(len(scenes), 3, size.height, size.width, device=sprites.device)
    mask = torch.zeros(len(scenes), 1, size.height, size.width, device=sprites.device)
    for rows in _alike([(scene.plain, scene.setting) for scene in scenes]):
        pictures[rows] = _ground([scenes[row] for row in rows], sprites, size)
    for number in range(max(len(scene.things) for scene in scenes)):
        for rows in _alike([_finish_of(scene, number) for scene in scenes]):
            here = [scenes[row] for row in rows]
            pictures[rows], mask[rows] = _placed(here, number, sprites, pictures[rows], mask[rows])
    return _shown(scenes, pictures, mask).clamp(0.0, 1.0)


def to_bytes(pictures: Tensor) -> Tensor:
    """Shapes: (b, 3, h, w) to (b, h, w, 3), uint8. Units: 0 to 1, to 0 to 255."""
    return (pictures * 255.0 + 0.5).to(torch.uint8).permute(0, 2, 3, 1).contiguous()


def _alike(kinds: Sequence[Hashable]) -> list[list[int]]:
    """The rows of each kind, which are handled at once; None is no kind."""
    groups: dict[Hashable, list[int]] = {}
    for row, kind in enumerate(kinds):
        if kind is not None:
            groups.setdefault(kind, []).append(row)
    return list(groups.values())


def _canvas(scenes: Sequence[Scene], use: int, size: Size, device: torch.device) -> Canvas:
    """A canvas whose chance is each scene's own, and another one for each use."""
    return Canvas([scene.seed * 8 + use for scene in scenes], size, device)


def _ground(scenes: Sequence[Scene], sprites: Sprites, size: Size) -> Tensor:
    canvas = _canvas(scenes, _GROUND, size, sprites.device)
    if setting := scenes[0].setting:
        names = load_grounds().setting(setting).panoramas
        return paint_photograph(canvas, sprites.panoramas, names) if names else paint_setting(canvas, setting)
    colour = torch.tensor(load_grounds().colours[scenes[0].plain], device=sprites.device)
    return paint_plain(canvas, colour.expand(len(scenes), 3))


def _shown(scenes: Sequence[Scene], pictures: Tensor, mask: Tensor) -> Tensor:
    """Pictures in their light, style and mood."""
    size = Size(width=pictures.shape[3], height=pictures.shape[2])
    for use, apply, name_of in _LOOKS:
        for rows in _alike([name_of(scene) or None for scene in scenes]):
            here = [scenes[row] for row in rows]
            canvas = _canvas(here, use, size, pictures.device)
            pictures[rows] = apply(name_of(here[0]), pictures[rows], mask[rows], canvas)
    return pictures


def _finish_of(scene: Scene, number: int) -> str | None:
    """The finish of a scene's number-th thing; None where it has fewer."""
    return scene.things[number].finish if number < len(scene.things) else None


def _placed(
    scenes: Sequence[Scene], number: int, sprites: Sprites, pictures: Tensor, mask: Tensor
) -> tuple[Tensor, Tensor]:
    """Pictures and mask with the number-th thing of each scene laid over them, and its shadow under it."""
    size = Size(width=pictures.shape[3], height=pictures.shape[2])
    things = [scene.things[number] for scene in scenes]
    rows = [sprites.row(thing.subject, scene.drawn) for thing, scene in zip(things, scenes, strict=True)]
    drawings = sprites.pictures[rows].float() / 255.0
    if finish := things[0].finish:
        side = Size(width=drawings.shape[3], height=drawings.shape[2])
        drawings = repaint(drawings, sprites.hues(rows), finish, _canvas(scenes, _FINISH, side, sprites.device))
    laid = _laid(drawings, things, rows, sprites, size)
    shade = _shadow(scenes, things, rows, sprites, size)
    dark = torch.tensor(_SHADOW, device=pictures.device)[None, :, None, None]
    pictures = pictures + (dark - pictures) * shade
    alpha = laid[:, 3:]
    return pictures * (1.0 - alpha) + laid[:, :3], torch.maximum(mask, alpha)


def _laid(drawings: Tensor, things: Sequence[Thing], rows: list[int], sprites: Sprites, size: Size) -> Tensor:
    """Drawings at their places in pictures of a size, premultiplied. Shapes: (b, 4, s, s) to (b, 4, h, w)."""
    level = torch.cat([drawings[:, :3] * drawings[:, 3:], drawings[:, 3:]], dim=1)
    out = torch.zeros(len(things), 4, size.height, size.width, device=drawings.device)
    shrinks = [_shrink(thing.size * size.shorter, drawings.shape[3]) for thing in things]
    for shrink in sorted(set(shrinks)):
        here = [row for row, own in enumerate(shrinks) if own == shrink]
        small = functional.avg_pool2d(level[here], shrink) if shrink > 1 else level[here]
        grid = torch.stack([_grid(things[row], rows[row], sprites, size) for row in here])
        out[here] = functional.grid_sample(small, grid, mode="bilinear", padding_mode="zeros", align_corners=False)
    return out


def _shrink(side_px: float, full_px: int) -> int:
    """How often to halve a drawing before it is sampled, so that sampling neither blurs nor flickers."""
    shrink = 1
    while full_px / (2 * shrink) >= side_px:
        shrink *= 2
    return shrink


def _grid(thing: Thing, row: int, sprites: Sprites, size: Size) -> Tensor:
    """Where each pixel of the picture looks in the drawing. Shapes: (h, w, 2). Units: -1 to 1, as grid_sample's."""
    side = thing.size * size.shorter
    outline = sprites.outline(row)
    left = thing.x * size.width - side * (outline.left + outline.right) / 2
    top = thing.foot * size.height - side * outline.bottom
    x = (torch.arange(size.width, device=sprites.device) + 0.5 - left) / side * 2.0 - 1.0
    y = (torch.arange(size.height, device=sprites.device) + 0.5 - top) / side * 2.0 - 1.0
    return torch.stack([x.expand(size.height, -1), y[:, None].expand(-1, size.width)], dim=-1)


def _shadow(scenes: Sequence[Scene], things: Sequence[Thing], rows: list[int], sprites: Sprites, size: Size) -> Tensor:
    """How dark the ground is under each thing: a soft ellipse at its foot, none where things float.

    Shapes: (b, 1, h, w). Units: 0 to 1.
    """
    values = []
    for scene, thing, row in zip(scenes, things, rows, strict=True):
        outline = sprites.outline(row)
        reach = 0.5 * (outline.right - outline.left) * thing.size * size.shorter
        floats = bool(scene.setting) and load_grounds().setting(scene.setting).floats
        values.append([thing.x * size.width, thing.foot * size.height - 0.05 * reach, reach, 0.0 if floats else 0.42])
    x, y, reach, strength = torch.tensor(values, device=sprites.device).T[:, :, None, None]
    across = (torch.arange(size.width, device=sprites.device) + 0.5 - x) / reach
    down = (torch.arange(size.height, device=sprites.device)[:, None] + 0.5 - y) / (0.22 * reach)
    dark: Tensor = strength * torch.exp(-1.8 * (across**2 + down**2) ** 1.5)
    return dark[:, None]
