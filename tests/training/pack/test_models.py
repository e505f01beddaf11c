"""Furniture is read from its catalogues and drawn: form, side, colour, texture, glass."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from outcrop.training.pack.archives import Files
from outcrop.training.pack.mesh import read_mesh
from outcrop.training.pack.models import SIDE_PX, VIEWS_DEG, build_views, read_catalogues, read_models
from outcrop.training.pack.render import render

# A box: 1 wide, 1 high, 1 deep; its front (+z) red, its right side (+x) green, the rest grey.
BOX = """mtllib box.mtl
v 0 0 0
v 1 0 0
v 1 1 0
v 0 1 0
v 0 0 1
v 1 0 1
v 1 1 1
v 0 1 1
vt 0 0
vt 1 0
vt 1 1
vt 0 1
usemtl front
f 5/1 6/2 7/3 8/4
usemtl right
f 6 2 3 7
usemtl nowhere
f -8 -5 -6 -7
f 1 5 8 4
f 4 8 7 3
f 1 2 6 5
"""
PAINT = "newmtl front\nKd 1 0 0\nnewmtl right\nKd 0 1 0\n"


def png(picture: Image.Image) -> bytes:
    """A PNG file."""
    file = io.BytesIO()
    picture.save(file, "png")
    return file.getvalue()


def files(paint: str = PAINT, **others: bytes) -> Files:
    """The box beside its materials and pictures."""
    return {"m/box.obj": BOX.encode(), "m/box.mtl": paint.encode(), **{f"m/{k}.png": v for k, v in others.items()}}


def shares(picture: Image.Image) -> tuple[float, float]:
    """How much of a picture is red, and how much green."""
    pixels = np.asarray(picture, dtype=np.float64)
    strength, opaque = pixels[..., :3].max(axis=-1), pixels[..., 3] > 250
    red, green = ((pixels[..., channel] == strength) & (pixels[..., 2] < 20) & opaque for channel in (0, 1))
    return float(red.mean()), float(green.mean())


def test_faces_become_triangles_whatever_way_corners_are_counted() -> None:
    """Six squares, one of them counted from the end, and a normal for each corner."""
    mesh = read_mesh(files(), "m/box.obj")
    assert mesh.corners.shape == (12, 3, 3)
    assert np.bincount(mesh.material).tolist() == [8, 2, 2]
    assert np.allclose(np.linalg.norm(mesh.normals, axis=-1), 1.0)
    assert np.allclose(mesh.normals[0], [0, 0, 1])


def test_a_model_without_faces_is_refused() -> None:
    """There is nothing to draw."""
    with pytest.raises(ValueError, match="no faces"):
        read_mesh({"m/box.obj": b"v 0 0 0\n"}, "m/box.obj")


def test_the_front_is_seen_from_the_front_and_the_side_from_the_side() -> None:
    """A quarter turn to the left brings the right side before the camera; half a turn hides both."""
    mesh = read_mesh(files(), "m/box.obj")
    front, side, back = (shares(render(mesh, turn, 48)) for turn in (0, -90, 180))
    assert min(front[0], side[1]) > 0.5
    assert max(front[1], side[0]) < 0.01
    assert max(back) < 0.01


def test_the_model_fills_the_square_and_nothing_else_does() -> None:
    """The longer side of what is seen nearly reaches from edge to edge; the corners are clear."""
    cover = render(read_mesh(files(), "m/box.obj"), -30, 64).getchannel("A")
    box = cover.getbbox()
    assert box is not None
    assert 58 <= max(box[2] - box[0], box[3] - box[1]) <= 64
    assert cover.getpixel((0, 0)) == 0


def test_a_texture_is_the_right_way_up() -> None:
    """Places are counted from the picture's foot."""
    picture = Image.new("RGB", (8, 8), (255, 0, 0))
    picture.paste((0, 255, 0), (0, 0, 8, 4))
    mesh = read_mesh(files("newmtl front\nmap_Kd flag.png\n", flag=png(picture)), "m/box.obj")
    pixels = np.asarray(render(mesh, 0, 48))
    assert pixels[16, 24, 1] > 100 > pixels[16, 24, 0]
    assert pixels[36, 24, 0] > 100 > pixels[36, 24, 1]


def test_glass_lets_through_what_is_behind() -> None:
    """Through a front of which half is glass the grey inside is seen."""
    clear = render(read_mesh(files("newmtl front\nKd 1 0 0\nd 0.5\n"), "m/box.obj"), 0, 48)
    pixel = clear.getpixel((24, 30))
    assert isinstance(pixel, tuple)
    assert pixel[3] == 255
    assert pixel[0] > pixel[1] > 40


def package() -> Files:
    """A Debian package with one catalogue: the box, twice as high as wide, and an entry without a model."""
    rows = (
        "id=x\nname=A catalogue\n"
        "name#2=Lost chair\nmodel#2=/m/none.obj\nwidth#2=1\ndepth#2=1\nheight#2=1\n"
        "name#1=Captain's box 2\ncreator#1=Somebody\nmodel#1=/m/box.obj\nwidth#1=1\ndepth#1=1\nheight#1=2\n"
        "modelRotation#1=0 0 1 0 1 0 -1 0 0\n"
    )
    catalogue = io.BytesIO()
    with zipfile.ZipFile(catalogue, "w") as archive:
        archive.writestr("PluginFurnitureCatalog.properties", rows)
        for name, content in files().items():
            archive.writestr(name, content)
    return {"usr/share/furniture/Some.sh3f": catalogue.getvalue(), "usr/share/doc/copyright": b""}


def test_a_catalogue_lists_its_models() -> None:
    """In the order of their numbers, with labels that captions can use."""
    ((name, inside),) = read_catalogues(package()).items()
    models = list(read_models(name, inside))
    assert [(model.label, model.author, model.size) for model in models] == [
        ("captains box", "Somebody", (1.0, 2.0, 1.0)),
        ("lost chair", "", (1.0, 1.0, 1.0)),
    ]


def test_each_model_is_drawn_from_four_sides() -> None:
    """Turned and stretched as the catalogue says; one that cannot be read is passed over."""
    pictures = list(build_views(package()))
    assert [picture.member for picture in pictures] == [f"captains box__1_{view}" for view in VIEWS_DEG]
    first = Image.open(io.BytesIO(pictures[0].content))
    box = first.convert("RGBA").getchannel("A").point(lambda value: 255 if value > 127 else 0).getbbox()
    assert first.size == (SIDE_PX, SIDE_PX)
    assert box is not None
    assert box[3] - box[1] > 1.3 * (box[2] - box[0])
