"""Pictures show what their scenes decided: measured by image analysis, not by asking the code that drew them."""

import numpy as np
import numpy.typing as npt
import pytest
import torch
from PIL import Image
from scipy import ndimage

from outcrop.training.compose import compose, to_bytes
from outcrop.training.corpus import Drawing
from outcrop.training.grounds import load_grounds
from outcrop.training.judge import border_colour, ground_colour, to_lab
from outcrop.training.panoramas import prepare
from outcrop.training.pool import OTHER_SIZES, SQUARE
from outcrop.training.scenes import Mix, Scene, decide
from outcrop.training.sprites import Sprites
from outcrop.training.subjects import SubjectList
from outcrop.units import Size
from tests.training.conftest import drawing

Pixels = npt.NDArray[np.uint8]


def _pictures(scenes: list[Scene], sprites: Sprites, size: Size) -> list[Pixels]:
    parts = [to_bytes(compose(scenes[start : start + 25], sprites, size)) for start in range(0, len(scenes), 25)]
    return list(torch.cat(parts).numpy())


def _things(picture: Pixels) -> list[tuple[float, float]]:
    """Middles of what stands out from the ground, left to right. Units: parts of width and height.

    Shadows are as dark as the ground allows but as colourful: only what differs from it in tint or strongly counts.
    """
    lab = to_lab(picture / 255.0) - to_lab(border_colour(picture))
    apart = np.hypot(lab[..., 1], lab[..., 2]) + 0.45 * np.abs(lab[..., 0])
    labels, count = ndimage.label(ndimage.binary_opening(apart > 26.0, iterations=2))
    height, width = picture.shape[:2]
    middles = [ndimage.center_of_mass(labels == number) for number in range(1, count + 1)]
    return sorted((float(x) / width, float(y) / height) for y, x in middles)


@pytest.fixture(scope="module")
def measured(sprites: Sprites, plain_mix: Mix) -> list[tuple[Scene, Pixels]]:
    """Five hundred scenes that can be measured, and their pictures; no thing has the colour of its ground."""
    scenes = [decide(seed, sprites, SQUARE, plain_mix) for seed in range(900)]
    clear = [scene for scene in scenes if _stands_out(scene)][:500]
    assert len(clear) == 500
    return list(zip(clear, _pictures(clear, sprites, SQUARE), strict=True))


def _stands_out(scene: Scene) -> bool:
    """Whether the thing's colour is far from the ground's, so that analysis can tell them apart."""
    alike = [{"red", "pink", "orange", "brown", ""}, {"white", "gray"}, {"black", "gray", "brown"}, {"purple", "blue"}]
    alike += [{"yellow", "orange"}, {"", "red", "brown"}]
    return scene.layout != "close-up" and not any(
        scene.plain == thing.finish or any({scene.plain, thing.finish} <= kind for kind in alike)
        for thing in scene.things
    )


def test_five_hundred_grounds_measure_as_they_are_called(measured: list[tuple[Scene, Pixels]]) -> None:
    """The border of every picture is nearest, in CIELAB, to the colour that its caption names."""
    for scene, picture in measured:
        assert ground_colour(picture) == scene.plain


def test_five_hundred_pictures_hold_the_number_they_say(measured: list[tuple[Scene, Pixels]]) -> None:
    """Connected parts of every picture are as many as its things."""
    for scene, picture in measured:
        assert len(_things(picture)) == len(scene.things), scene


def test_five_hundred_pictures_have_their_things_where_they_say(measured: list[tuple[Scene, Pixels]]) -> None:
    """Every thing's middle is measured within a twentieth of where it was decided; sides are sides."""
    for scene, picture in measured:
        found = _things(picture)
        decided = sorted(thing.x for thing in scene.things)
        assert np.allclose([x for x, _ in found], decided, atol=0.05), scene
        if scene.layout == "left":
            assert found[0][0] < 0.4
        if scene.layout == "right":
            assert found[0][0] > 0.6


def test_five_hundred_colours_measure_as_they_are_called(measured: list[tuple[Scene, Pixels]]) -> None:
    """The pixels at a recoloured disc's middle are nearest to the colour of its finish."""
    colours = load_grounds().colours
    seen = 0
    for scene, picture in measured:
        thing = scene.things[0]
        if thing.finish in colours and thing.subject in ("car", "house", "wolf"):  # the discs
            row, column = int((thing.foot - 0.4 * thing.size) * 256), int(thing.x * 256)
            patch = picture[row - 3 : row + 4, column - 3 : column + 4]
            lab = np.median(to_lab(patch / 255.0).reshape(-1, 3), axis=0)
            nearest = min(colours, key=lambda name: float(np.linalg.norm(to_lab(np.array(colours[name])) - lab)))
            assert nearest == thing.finish, scene
            seen += 1
    assert seen > 40


def test_the_same_scenes_give_the_same_pictures_in_any_company(sprites: Sprites) -> None:
    """Composing is deterministic, and a picture alone differs from itself in a batch by less than a grey level."""
    for size in (Size(width=128, height=128), Size(width=192, height=80)):
        scenes = [decide(seed, sprites, size, Mix()) for seed in range(48)]
        whole = compose(scenes, sprites, size)
        assert torch.equal(whole, compose(scenes, sprites, size))
        for number in range(0, 48, 5):
            alone = compose([scenes[number]], sprites, size)[0]
            assert (alone - whole[number]).abs().max() < 1e-3, scenes[number]


@pytest.mark.parametrize("size", [SQUARE, *OTHER_SIZES], ids=str)
def test_every_shape_is_filled(sprites: Sprites, size: Size) -> None:
    """Pictures have the asked size, stay in range and are no flat colour."""
    scenes = [decide(seed, sprites, size, Mix()) for seed in range(12)]
    pictures = compose(scenes, sprites, size)
    assert pictures.shape == (12, 3, size.height, size.width)
    assert torch.isfinite(pictures).all()
    assert pictures.min() >= 0.0
    assert pictures.max() <= 1.0
    assert (pictures.std(dim=(1, 2, 3)) > 0.01).all()


def test_a_photographed_setting_lies_behind_its_thing(subjects: SubjectList) -> None:
    """With panoramas, some scenes are set in them; the same scene is the same picture alone."""
    names = [name for setting in load_grounds().photographs.values() for name in setting.panoramas]
    photograph = Image.effect_noise((64, 32), 60.0).convert("RGB")
    keys = [subjects.key(each, drawn) for each in subjects.subjects for drawn in subjects.drawn_styles]
    drawings = {key: Drawing(key=key, picture=drawing(1)) for key in keys}
    sprites = Sprites(subjects, drawings, torch.device("cpu"), prepare(dict.fromkeys(names, photograph)))
    mix = Mix(plain=0.0, studio=0.0, photograph=0.5, style=0.0)
    scenes = [decide(seed, sprites, SQUARE, mix) for seed in range(12)]
    real = [number for number, scene in enumerate(scenes) if scene.setting in load_grounds().photographs]
    assert 2 < len(real) < 10
    together = compose(scenes, sprites, SQUARE)
    assert (compose([scenes[real[0]]], sprites, SQUARE)[0] - together[real[0]]).abs().max() < 1e-3
