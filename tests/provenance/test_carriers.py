"""The waves of a key: what is laid into a tile is heard from it, wherever it begins, and under this key alone."""

import numpy as np
import pytest
from PIL import Image

from outcrop.provenance.carriers import LONGEST, SHORTEST, TILE, TURNS, Carriers, turned
from outcrop.provenance.convolution import encode
from outcrop.provenance.payload import BITS
from tests.marking import KEY

SAID = np.random.default_rng(4).integers(0, 2, BITS).astype(np.uint8)


@pytest.fixture(scope="module")
def carriers() -> Carriers:
    """The waves of the tests' key."""
    return Carriers(KEY)


def test_a_tile_has_only_waves_of_its_band(carriers: Carriers) -> None:
    """Of mean 0 and root mean square 1, and real."""
    tile = carriers.tile(SAID)
    assert abs(tile.mean()) < 1e-5
    assert abs(tile.std() - 1) < 1e-5
    power = np.abs(np.fft.rfft2(tile)) ** 2
    radius = np.hypot(np.fft.fftfreq(TILE, 1 / TILE)[:, None], np.arange(TILE // 2 + 1)[None, :])
    band = (radius >= TILE / LONGEST) & (radius < TILE / SHORTEST)
    assert power[~band].sum() < 1e-6 * power.sum()


@pytest.mark.parametrize(("down", "right"), [(0, 0), (1, 0), (100, 37), (127, 127)])
def test_a_tile_is_heard_wherever_it_begins(carriers: Carriers, down: int, right: int) -> None:
    """The pilot tells where, and then every bit of the code is right."""
    spectrum = np.fft.rfft2(np.roll(carriers.tile(SAID), (-down, -right), (0, 1)))
    clear, *place = carriers.find(spectrum)
    assert clear > 20
    assert place == [-down % TILE, -right % TILE]
    heard = carriers.listen(spectrum, *place)
    assert np.array_equal(heard < 0, encode(SAID).astype(bool))


def test_another_key_hears_nothing(carriers: Carriers) -> None:
    """No pilot stands out, and the bits are chance."""
    spectrum = np.fft.rfft2(carriers.tile(SAID))
    clear, down, right = Carriers(KEY[::-1]).find(spectrum)
    assert clear < 6
    heard = Carriers(KEY[::-1]).listen(spectrum, down, right)
    assert 0.35 < np.mean((heard < 0) == encode(SAID)) < 0.65


def test_the_same_key_makes_the_same_tile() -> None:
    """Marks last longer than a process, a machine and a library's version: these waves are for ever."""
    tile = Carriers(KEY).tile(SAID)
    assert np.array_equal(tile, Carriers(KEY).tile(SAID))
    assert [round(float(value), 3) for value in tile[0, :4]] == RECORDED


RECORDED = [-0.182, 0.159, 0.169, 0.18]
"""Of 23 November 2026."""


@pytest.mark.parametrize("turn", TURNS)
def test_a_turned_tile_is_turned_back(carriers: Carriers, turn: Image.Transpose | None) -> None:
    """Mirrored and rotated in every way, wherever it begins."""
    tile = np.roll(carriers.tile(SAID), (17, -40), (0, 1))
    laid = turned(tile, turn)
    back = turned(laid, carriers.turn(laid))
    assert np.array_equal(back, tile)
