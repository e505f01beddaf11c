"""A view into a panorama is level, has no seam, and is the same alone and in company."""

import math

import numpy as np
import pytest
import torch
from PIL import Image

from outcrop.training.canvas import Canvas
from outcrop.training.grounds import load_grounds
from outcrop.training.panoramas import Panoramas, paint_photograph, prepare
from outcrop.units import Size

CPU = torch.device("cpu")
SIZE = Size(width=48, height=32)


@pytest.fixture(scope="module")
def panoramas() -> Panoramas:
    """A red sky over green ground; and a ring of smooth grey waves that closes at its seam."""
    land = np.zeros((128, 256, 3), dtype=np.uint8)
    land[:64], land[64:] = (200, 30, 30), (30, 200, 30)
    turn = np.cos(np.linspace(0.0, 2.0 * math.pi, 256, endpoint=False))
    ring = np.broadcast_to((128.0 + 100.0 * turn)[None, :, None], (128, 256, 3)).astype(np.uint8)
    return prepare({"land": Image.fromarray(land), "ring": Image.fromarray(ring)})


def test_the_sky_is_above_and_the_ground_below(panoramas: Panoramas) -> None:
    """Whatever the direction, the horizon lies near the middle."""
    seen = paint_photograph(Canvas(range(8), SIZE, CPU), panoramas, ["land"])
    assert bool((seen[:, 0, 0] > 0.7).all())
    assert bool((seen[:, 1, -1] > 0.7).all())
    share = (seen[:, 0] > 0.5).float().mean(dim=(1, 2))
    assert bool(((share > 0.25) & (share < 0.5)).all())


def test_there_is_no_seam(panoramas: Panoramas) -> None:
    """No view of a smooth ring has a jump between neighbouring pixels."""
    seen = paint_photograph(Canvas(range(64), SIZE, CPU), panoramas, ["ring"])
    assert float(seen.diff(dim=-1).abs().max()) < 0.05


def test_a_view_is_the_same_alone_and_in_company(panoramas: Panoramas) -> None:
    """The batch does not change a picture; the seeds choose panorama and direction."""
    together = paint_photograph(Canvas(range(6), SIZE, CPU), panoramas, ["land", "ring"])
    for seed in range(6):
        alone = paint_photograph(Canvas([seed], SIZE, CPU), panoramas, ["land", "ring"])
        assert float((alone[0] - together[seed]).abs().max()) < 1e-6
    assert len({tuple(picture.mean(dim=(1, 2)).tolist()) for picture in together}) == 6


def test_a_hole_in_the_sun_is_filled() -> None:
    """A small dark blue spot in a bright sky, left by an overflow, becomes sky."""
    sky = np.full((256, 512, 3), 240, dtype=np.uint8)
    sky[60:66, 100:106] = (0, 0, 120)
    assert float(prepare({"sky": Image.fromarray(sky)}).pictures["sky"].min()) > 0.9


def test_an_unknown_panorama_is_refused(panoramas: Panoramas) -> None:
    """A name that is not there is an error."""
    with pytest.raises(KeyError, match="nowhere"):
        paint_photograph(Canvas([1], SIZE, CPU), panoramas, ["nowhere"])


def test_photographed_settings_name_their_panoramas() -> None:
    """Each has some, no painted setting has any, and none is called like a painted one."""
    grounds = load_grounds()
    assert all(setting.panoramas for setting in grounds.photographs.values())
    assert not any(setting.panoramas for setting in grounds.settings.values())
    assert not set(grounds.photographs) & set(grounds.settings)
