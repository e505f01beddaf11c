"""Reads Wavefront OBJ models with their materials into arrays of triangles. Knows no camera and no light."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from PIL import Image

from outcrop.training.pack.archives import Files

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

_LARGEST_TEXTURE_PX = 512
_EDGE = 0.87
"""Cosine between a face and the mean of those around its corner from which on they are one curved surface."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """A surface's colour, how much it hides, and its picture where it has one.

    Shapes: colour (3,), texture (h, w, 4), the first row at the picture's foot. Units: 0 to 1, sRGB.
    """

    colour: Floats
    opacity: float
    texture: Floats | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mesh:
    """Triangles. Shapes: corners and normals (t, 3, 3), places on textures (t, 3, 2), material (t,)."""

    corners: Floats
    normals: Floats
    places: Floats
    material: Ints
    materials: tuple[Material, ...]


_Corner = tuple[int, int, int]
_PLAIN = Material(colour=np.full(3, 0.8, dtype=np.float32), opacity=1.0, texture=None)


def read_mesh(files: Files, path: str) -> Mesh:
    """The model at a path of a catalogue, with the materials and pictures beside it.

    Raises: ValueError where it has no faces.
    """
    folder = path.rpartition("/")[0]
    vertices: list[list[float]] = [[0.0, 0.0, 0.0]]
    normals: list[list[float]] = [[0.0, 0.0, 0.0]]
    places: list[list[float]] = [[0.0, 0.0]]
    triangles: list[tuple[_Corner, _Corner, _Corner]] = []
    used: list[int] = []
    materials: dict[str, Material] = {"": _PLAIN}
    current = 0
    for keyword, words in _lines(files[path]):
        match keyword:
            case "v":
                vertices.append([float(word) for word in words[:3]])
            case "vn":
                normals.append([float(word) for word in words[:3]])
            case "vt":
                places.append([float(word) for word in words[:2]])
            case "f":
                counts = (len(vertices), len(places), len(normals))
                corners = [_corner(word, counts) for word in words]
                triangles.extend((corners[0], *pair) for pair in pairwise(corners[1:]))
                used.extend([current] * (len(corners) - 2))
            case "mtllib":
                materials |= _read_materials(files, folder, " ".join(words))
            case "usemtl":
                name = " ".join(words)
                current = list(materials).index(name) if name in materials else 0
            case _:
                pass
    if not triangles:
        raise ValueError(f"the model {path} has no faces")
    index = np.array(triangles)
    corners_xyz = np.array(vertices, dtype=np.float32)[index[..., 0]]
    return Mesh(
        corners=corners_xyz,
        normals=_completed(np.array(normals, dtype=np.float32)[index[..., 2]], index, corners_xyz),
        places=np.array(places, dtype=np.float32)[index[..., 1]],
        material=np.array(used),
        materials=tuple(materials.values()),
    )


def _lines(content: bytes) -> Iterator[tuple[str, list[str]]]:
    for line in content.decode("utf-8", errors="replace").replace("\\\n", " ").splitlines():
        words = line.split("#")[0].split() if line.lstrip().startswith("#") else line.split()
        if words:
            yield words[0], words[1:]


def _corner(word: str, counts: tuple[int, int, int]) -> _Corner:
    """Numbers of vertex, place and normal; 0 for none, and negative ones count from the last read.

    Source: the OBJ format, `f v/vt/vn`.
    """
    numbers = [int(part) if part else 0 for part in word.split("/")] + [0, 0]
    vertex, place, normal = (
        number if number >= 0 else count + number for number, count in zip(numbers[:3], counts, strict=True)
    )
    return vertex, place, normal


def _completed(normals: Floats, index: Ints, corners: Floats) -> Floats:
    """Given normals where there are any, else those of the surface around a corner, unless it has an edge there.

    Shapes: normals, index (vertex, place, normal) and corners (t, 3, 3).
    """
    flat = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    around = np.zeros((int(index[..., 0].max()) + 1, 3), dtype=np.float32)
    for corner in range(3):
        np.add.at(around, index[:, corner, 0], flat)
    smooth, plane = _unit(around[index[..., 0]]), np.broadcast_to(_unit(flat)[:, None, :], normals.shape)
    soft = (smooth * plane).sum(axis=-1, keepdims=True) > _EDGE
    return np.where((index[..., 2] == 0)[..., None], np.where(soft, smooth, plane), _unit(normals))


def _unit(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)


def _read_materials(files: Files, folder: str, name: str) -> dict[str, Material]:
    """Materials by name. Source: the MTL format; Kd colour, d or Tr opacity, map_Kd picture."""
    found: dict[str, dict[str, list[str]]] = {}
    table: dict[str, list[str]] = {}
    for keyword, words in _lines(files.get(f"{folder}/{name}", b"")):
        if keyword == "newmtl":
            table = found.setdefault(" ".join(words), {})
        else:
            table[keyword] = words
    return {name: _material(files, folder, table) for name, table in found.items()}


def _material(files: Files, folder: str, table: dict[str, list[str]]) -> Material:
    texture = _texture(files.get(f"{folder}/{table['map_Kd'][-1]}")) if table.get("map_Kd") else None
    colour = [float(word) for word in table.get("Kd", ["0.8"] * 3)[:3]]
    clear = 1.0 - float(table["Tr"][0]) if "Tr" in table else 1.0
    return Material(
        colour=np.ones(3, dtype=np.float32) if texture is not None else np.array(colour, dtype=np.float32),
        opacity=float(table["d"][-1]) if "d" in table else clear,
        texture=texture,
    )


def _texture(content: bytes | None) -> Floats | None:
    if content is None:
        return None
    picture = Image.open(io.BytesIO(content)).convert("RGBA")
    picture.thumbnail((_LARGEST_TEXTURE_PX, _LARGEST_TEXTURE_PX))
    return np.asarray(np.asarray(picture, dtype=np.float32)[::-1] / 255.0)
