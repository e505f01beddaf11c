"""Draws a mesh as seen from one side: a depth buffer, textures, an even and a directed light. Reads no files."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from outcrop.training.pack.mesh import Floats, Ints, Material, Mesh

_OVERSAMPLING = 2
_ELEVATION_DEG = 15.0
_FIELD_DEG = 30.0
_MARGIN = 0.94
_AMBIENT = 0.5
_DIRECTED = 0.6
_LIGHT = np.array([-0.35, 0.65, 0.68], dtype=np.float32)
_AT_ONCE = 1_000_000
_SEEN_THROUGH = 0.99


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fragments:
    """What triangles show at pixels. Shapes: pixel, triangle, depth (n,); weights of the corners (n, 3)."""

    pixel: Ints
    triangle: Ints
    depth: Floats
    weights: Floats


def render(mesh: Mesh, turn_deg: float, side_px: int) -> Image.Image:
    """The mesh turned about its upright axis, seen from a little above, as large as the square allows.

    Shapes: RGBA, side_px x side_px. Units: degrees, 0 shows the front, positive its right side.
    """
    side = side_px * _OVERSAMPLING
    turned = _rotation(turn_deg)
    placed = np.asarray((mesh.corners - _middle(mesh.corners)) @ turned.T, dtype=np.float32)
    screen = _projected(placed, side)
    opacity = np.array([material.opacity for material in mesh.materials], dtype=np.float32)[mesh.material]
    solid, glass = (
        _rasterised(screen, np.flatnonzero(which), side)
        for which in (opacity >= _SEEN_THROUGH, opacity < _SEEN_THROUGH)
    )
    picture = np.zeros((side * side, 4), dtype=np.float32)
    depth = np.full(side * side, np.inf, dtype=np.float32)
    normals = mesh.normals @ turned.T
    for fragments in (solid, glass):
        colours = _shaded(mesh, normals, fragments)
        kept = (fragments.depth < depth[fragments.pixel]) & (colours[:, 3] > 1.0 / 255.0)
        nearest = _nearest(fragments, kept)
        pixel, front = fragments.pixel[nearest], colours[nearest]
        behind = picture[pixel]
        cover = front[:, 3:]
        picture[pixel] = np.concatenate(
            [front[:, :3] * cover + behind[:, :3] * (1 - cover), cover + behind[:, 3:] * (1 - cover)], axis=1
        )
        depth[pixel] = np.minimum(depth[pixel], fragments.depth[nearest])
    return _finished(picture.reshape(side, side, 4), side_px)


def _rotation(turn_deg: float) -> Floats:
    """Turn about the upright axis, then tip the top towards the camera, which looks along -z."""
    turn, tip = np.radians(turn_deg), np.radians(_ELEVATION_DEG)
    about_y = np.array([[np.cos(turn), 0, np.sin(turn)], [0, 1, 0], [-np.sin(turn), 0, np.cos(turn)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(tip), -np.sin(tip)], [0, np.sin(tip), np.cos(tip)]])
    return np.asarray(about_x @ about_y, dtype=np.float32)


def _middle(corners: Floats) -> Floats:
    points = corners.reshape(-1, 3)
    return np.asarray((points.min(axis=0) + points.max(axis=0)) / 2)


def _projected(corners: Floats, side: int) -> Floats:
    """Corners on the picture, x right, y down, z away from the camera, filling the square. Shapes: (t, 3, 3)."""
    radius = float(np.linalg.norm(corners.reshape(-1, 3), axis=1).max()) or 1.0
    distance = radius / np.sin(np.radians(_FIELD_DEG / 2))
    away = distance - corners[..., 2]
    flat = corners[..., :2] * np.array([1.0, -1.0], dtype=np.float32) / away[..., None]
    low, high = flat.reshape(-1, 2).min(axis=0), flat.reshape(-1, 2).max(axis=0)
    scale = _MARGIN * side / max(float((high - low).max()), 1e-9)
    placed = (flat - (low + high) / 2) * scale + side / 2
    return np.asarray(np.concatenate([placed, away[..., None]], axis=-1), dtype=np.float32)


def _rasterised(screen: Floats, chosen: Ints, side: int) -> _Fragments:
    """Every pixel whose middle lies in a chosen triangle, group by group of triangles so that memory is bounded."""
    boxes_low = np.clip(np.floor(screen[chosen, :, :2].min(axis=1)), 0, side - 1).astype(np.int64)
    boxes_high = np.clip(np.ceil(screen[chosen, :, :2].max(axis=1)), 1, side).astype(np.int64)
    sizes = np.maximum(boxes_high - boxes_low, 1)
    areas = sizes[:, 0] * sizes[:, 1]
    ends = np.searchsorted(np.cumsum(areas) // _AT_ONCE, np.arange(1, int(areas.sum()) // _AT_ONCE + 1))
    groups = [group for group in np.split(np.arange(len(chosen)), ends) if len(group)]
    parts = [_covered(screen, chosen[group], boxes_low[group], sizes[group], side) for group in groups]
    return _Fragments(
        pixel=np.concatenate([np.zeros(0, dtype=np.int64), *(part.pixel for part in parts)]),
        triangle=np.concatenate([np.zeros(0, dtype=np.int64), *(part.triangle for part in parts)]),
        depth=np.concatenate([np.zeros(0, dtype=np.float32), *(part.depth for part in parts)]),
        weights=np.concatenate([np.zeros((0, 3), dtype=np.float32), *(part.weights for part in parts)]),
    )


def _covered(screen: Floats, triangles: Ints, low: Ints, sizes: Ints, side: int) -> _Fragments:
    """The pixels of the triangles' boxes that lie inside. Source: Pineda 1988, edge functions."""
    areas = sizes[:, 0] * sizes[:, 1]
    owner = np.repeat(np.arange(len(triangles)), areas)
    place = np.arange(int(areas.sum())) - np.repeat(np.cumsum(areas) - areas, areas)
    x = low[owner, 0] + place % sizes[owner, 0]
    y = low[owner, 1] + place // sizes[owner, 0]
    a, b, c = (screen[triangles, corner, :2][owner] for corner in range(3))
    point = np.stack([x + 0.5, y + 0.5], axis=-1).astype(np.float32)
    whole = _cross(b - a, c - a)
    with np.errstate(divide="ignore", invalid="ignore"):
        weights = np.stack(
            [_cross(b - point, c - point), _cross(c - point, a - point), _cross(a - point, b - point)], 1
        )
        weights = weights / whole[:, None]
    inside = (np.abs(whole) > 1e-9) & (weights >= -1e-6).all(axis=1)
    upright = weights[inside] / screen[triangles, :, 2][owner[inside]]
    depth = 1.0 / upright.sum(axis=1)
    return _Fragments(
        pixel=(y * side + x)[inside],
        triangle=triangles[owner[inside]],
        depth=depth.astype(np.float32),
        weights=(upright * depth[:, None]).astype(np.float32),
    )


def _cross(one: Floats, other: Floats) -> Floats:
    return np.asarray(one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0])


def _nearest(fragments: _Fragments, kept: npt.NDArray[np.bool_]) -> Ints:
    """The nearest kept fragment of each pixel, as places in the fragments."""
    places = np.flatnonzero(kept)
    order = places[np.lexsort((fragments.depth[places], fragments.pixel[places]))]
    _, first = np.unique(fragments.pixel[order], return_index=True)
    return np.asarray(order[first])


def _shaded(mesh: Mesh, normals: Floats, fragments: _Fragments) -> Floats:
    """Colour and cover of each fragment, lit from both sides alike. Shapes: (n, 4)."""
    weights = fragments.weights[..., None]
    normal = (normals[fragments.triangle] * weights).sum(axis=1)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)
    towards = normal * np.sign(normal[:, 2:] + 1e-9)
    light = _AMBIENT + _DIRECTED * np.clip(towards @ (_LIGHT / np.linalg.norm(_LIGHT)), 0.0, 1.0)
    places = (mesh.places[fragments.triangle] * weights).sum(axis=1)
    colours = np.zeros((len(places), 4), dtype=np.float32)
    which = mesh.material[fragments.triangle]
    for number, material in enumerate(mesh.materials):
        own = np.flatnonzero(which == number)
        colours[own] = _surface(material, places[own])
    colours[:, :3] = np.clip(colours[:, :3] * light[:, None], 0.0, 1.0)
    return colours


def _surface(material: Material, places: Floats) -> Floats:
    """Unlit colour and cover at places of a material. Shapes: (n, 2) to (n, 4)."""
    plain = np.broadcast_to(np.append(material.colour, material.opacity), (len(places), 4))
    if material.texture is None:
        return np.asarray(plain, dtype=np.float32)
    height, width, _ = material.texture.shape
    column = (np.floor(places[:, 0] % 1.0 * width)).astype(np.int64) % width
    row = (np.floor(places[:, 1] % 1.0 * height)).astype(np.int64) % height
    return np.asarray(material.texture[row, column] * plain, dtype=np.float32)


def _finished(picture: Floats, side_px: int) -> Image.Image:
    """Colours are already weighted by cover; averaged to the asked size, then told apart again."""
    weighted = Image.fromarray(np.round(picture * 255.0).astype(np.uint8), "RGBA")
    small = np.asarray(weighted.resize((side_px, side_px), Image.Resampling.BOX), dtype=np.float32)
    cover = np.maximum(small[..., 3:], 1.0)
    bare = np.concatenate([np.clip(small[..., :3] / cover * 255.0, 0, 255), small[..., 3:]], axis=-1)
    return Image.fromarray(np.round(bare).astype(np.uint8), "RGBA")
