"""Grounds are the same alone and in company, come from their seed alone, and settings look unlike each other."""

import numpy as np
import pytest
import torch
from torch import Tensor

from outcrop.training.canvas import Canvas
from outcrop.training.grounds import load_grounds, paint_plain, paint_setting
from outcrop.units import Size

SETTINGS = tuple(load_grounds().settings)
SQUARE = Size(width=64, height=64)
SIZES = (SQUARE, Size(width=96, height=40), Size(width=40, height=96), Size(width=50, height=34))
CPU = torch.device("cpu")


def _painted(name: str, seeds: list[int], size: Size = SQUARE) -> Tensor:
    return paint_setting(Canvas(seeds, size, CPU), name)


def _small(pictures: Tensor) -> Tensor:
    """Colours on an 8 x 8 grid, and how rough each of its cells is. Shapes: (n, 3, h, w) to (n, d)."""
    mean = torch.nn.functional.adaptive_avg_pool2d(pictures, 8)
    square = torch.nn.functional.adaptive_avg_pool2d(pictures**2, 8)
    rough = (square - mean**2).clamp(min=0.0).sqrt()
    return torch.cat([mean.flatten(1), 2.0 * rough.flatten(1)], dim=1)


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_paints_every_shape(name: str) -> None:
    """The asked size, finite, between 0 and 1, and no flat colour."""
    for size in SIZES:
        picture = _painted(name, [1, 2], size)
        assert picture.shape == (2, 3, size.height, size.width)
        assert picture.dtype == torch.float32
        assert bool(torch.isfinite(picture).all())
        assert 0.0 <= float(picture.min()) < float(picture.max()) <= 1.0
        assert float(picture.std()) > 0.02


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_is_the_same_alone_and_in_company(name: str) -> None:
    """Neither the batch nor a second run changes a picture; another seed does."""
    together = _painted(name, [3, 4, 5])
    for place, seed in enumerate((3, 4, 5)):
        assert float((_painted(name, [seed])[0] - together[place]).abs().max()) < 1e-6
    assert torch.equal(together, _painted(name, [3, 4, 5]))
    assert float((together[0] - together[1]).abs().max()) > 0.02


def test_plain_grounds_have_their_colours_alone_and_in_company() -> None:
    """A plain ground is near its colour everywhere, and owes nothing to the batch."""
    colours = torch.tensor(list(load_grounds().colours.values()))
    seeds = list(range(len(colours)))
    together = paint_plain(Canvas(seeds, SQUARE, CPU), colours)
    assert float((together - colours[:, :, None, None]).abs().max()) < 0.12
    alone = paint_plain(Canvas([2], SQUARE, CPU), colours[2:3])
    assert float((alone[0] - together[2]).abs().max()) < 1e-6


def test_settings_are_told_apart() -> None:
    """The nearest of the settings' mean descriptors is the right one for at least nine pictures of ten."""
    centres = torch.stack([_small(_painted(name, list(range(100, 106)))).mean(dim=0) for name in SETTINGS])
    right = [
        int((centres - sample).square().sum(dim=1).argmin()) == number
        for number, name in enumerate(SETTINGS)
        for sample in _small(_painted(name, list(range(6))))
    ]
    assert np.mean(right) >= 0.9


def test_every_setting_says_how_to_stand_in_it() -> None:
    """Phrases that no other setting shares, and a floor in the lower half."""
    settings = load_grounds().settings.values()
    phrases = [phrase for setting in settings for phrase in setting.phrases]
    assert len(phrases) == len(set(phrases))
    for setting in settings:
        assert 3 <= len(setting.phrases) <= 6
        assert 0.5 < setting.floor[0] <= setting.floor[1] <= 1.0


def test_a_name_without_a_painter_is_refused() -> None:
    """An unknown name is an error, not a blank."""
    with pytest.raises(KeyError, match="nowhere"):
        _painted("nowhere", [1])
