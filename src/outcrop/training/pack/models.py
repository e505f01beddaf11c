"""Sweet Home 3D's furniture: catalogues of OBJ models, drawn from four sides. Knows no files of the pack."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from outcrop.training.pack.archives import Files
from outcrop.training.pack.mesh import Floats, Mesh, read_mesh
from outcrop.training.pack.picture import Picture
from outcrop.training.pack.render import render

VIEWS_DEG = (-30, 35, 75, 150)
SIDE_PX = 192
_CATALOGUE = "PluginFurnitureCatalog.properties"
_PROPERTY = re.compile(r"^(\w+)#(\d+)=([^\r\n]*)", re.MULTILINE)
_SUFFIX = ".sh3f"
_QUALITY = 85


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One entry of a catalogue. Shapes: size (3,) width, height, depth; turn (3, 3)."""

    label: str
    author: str
    catalogue: str
    path: str
    size: tuple[float, float, float]
    turn: Floats


def build_views(package: Files) -> Iterator[Picture]:
    """Each model of each catalogue from four sides; one that cannot be read is passed over."""
    number = 0
    for catalogue, files in sorted(read_catalogues(package).items()):
        for model in read_models(catalogue, files):
            number += 1
            try:
                mesh = _fitted(read_mesh(files, model.path), model)
            except (ValueError, KeyError, IndexError, OSError):
                continue
            for view in VIEWS_DEG:
                file = io.BytesIO()
                render(mesh, view, SIDE_PX).save(file, "webp", quality=_QUALITY)
                member = f"{model.label.replace('/', ' ')}__{number}_{view}"
                yield Picture(label=model.label, content=file.getvalue(), member=member)


def read_catalogues(package: Files) -> dict[str, Files]:
    """The files of each furniture catalogue of a package, by the catalogue's name."""
    found: dict[str, Files] = {}
    for path, content in package.items():
        if path.endswith(_SUFFIX):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                files = {name: archive.read(name) for name in archive.namelist()}
            found[path.rpartition("/")[2].removesuffix(_SUFFIX)] = files
    return found


def read_models(catalogue: str, files: Files) -> Iterator[Model]:
    """The models that a catalogue lists, in its order."""
    rows: dict[int, dict[str, str]] = {}
    for name, number, value in _PROPERTY.findall(files[_CATALOGUE].decode("unicode_escape")):
        rows.setdefault(int(number), {})[name] = value.strip()
    for _, row in sorted(rows.items()):
        yield Model(
            label=_label(row["name"]),
            author=row.get("creator", ""),
            catalogue=catalogue,
            path=row["model"].lstrip("/"),
            size=(float(row["width"]), float(row["height"]), float(row["depth"])),
            turn=_turn(row),
        )


def _label(name: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9 ]|\s\d$", "", name.lower()).split())


def _turn(row: Mapping[str, str]) -> Floats:
    numbers = [float(word) for word in row.get("modelRotation", "1 0 0 0 1 0 0 0 1").split()]
    return np.array(numbers, dtype=np.float32).reshape(3, 3)


def _fitted(mesh: Mesh, model: Model) -> Mesh:
    """The mesh turned and stretched to the size that the catalogue gives it. Shapes: as in Mesh."""
    corners = mesh.corners @ model.turn.T
    points = corners.reshape(-1, 3)
    extent = np.maximum(points.max(axis=0) - points.min(axis=0), 1e-6)
    scale = np.array(model.size, dtype=np.float32) / extent
    normals = mesh.normals @ model.turn.T / scale
    normals /= np.maximum(np.linalg.norm(normals, axis=-1, keepdims=True), 1e-12)
    return Mesh(
        corners=np.asarray(corners * scale, dtype=np.float32),
        normals=np.asarray(normals, dtype=np.float32),
        places=mesh.places,
        material=mesh.material,
        materials=mesh.materials,
    )
