"""Pictures are drawn as they are served, kept, and found again by all that decides them."""

from pathlib import Path

import numpy as np
import pytest

from outcrop import clock
from outcrop.catalog.load import load_catalog
from outcrop.errors import OutcropError
from outcrop.prompt import plain
from outcrop.request import ImageToImage, TextToImage
from outcrop.training.generate import Gallery, bitmap
from outcrop.units import Seed, Size
from tests.engine.conftest import tiny_sd3  # noqa: F401  # a fixture

SIZE = Size(width=64, height=64)


def _wish(prompt: str, seed: int = 1) -> TextToImage:
    return TextToImage(prompt=plain(prompt), size=SIZE, seed=Seed(seed))


def _gallery(weights: Path, folder: Path, steps: int = 2) -> Gallery:
    name = load_catalog().model_named("sd35")
    catalog = load_catalog(folders={name.tier.checkpoint: weights}, tiers={name.id: {"steps": steps}})
    return Gallery(catalog, catalog.model_named("sd35"), folder, clock.now)


def test_what_was_drawn_is_not_drawn_again(tiny_sd3: Path, tmp_path: Path) -> None:  # noqa: F811  # the fixture
    """Only what is missing is; other steps are another picture, and so is another seed."""
    heard: list[str] = []
    wishes = [_wish("a fox"), _wish("an owl"), _wish("a fox", seed=2)]
    first = _gallery(tiny_sd3, tmp_path / "kept").draw(wishes[:2], heard.append)
    assert heard[-1].startswith("2 of 2 pictures")
    again = _gallery(tiny_sd3, tmp_path / "kept").draw(wishes, heard.append)
    assert heard[-1].startswith("1 of 1 pictures")
    assert [shot.engine_s for shot in again[:2]] == [shot.engine_s for shot in first]
    assert all(np.array_equal(a.pixels, b.pixels) for a, b in zip(first, again, strict=False))
    assert not np.array_equal(again[0].pixels, again[2].pixels)
    _gallery(tiny_sd3, tmp_path / "kept", steps=3).draw(wishes[:1], heard.append)
    assert len(heard) == 3
    assert len(list((tmp_path / "kept").glob("*.png"))) == 4


def test_pictures_grow_from_pictures(tiny_sd3: Path, tmp_path: Path) -> None:  # noqa: F811  # the fixture
    """Of their size, and strength is part of what decides them."""
    gallery = _gallery(tiny_sd3, tmp_path, steps=8)
    start = np.full((64, 64, 3), 128, dtype=np.uint8)
    requests = [
        ImageToImage(prompt=plain("a fox"), image=bitmap(start), strength=strength, seed=Seed(1))
        for strength in (0.2, 1.0)
    ]
    little, much = (shot.pixels.astype(float) for shot in gallery.draw(requests, lambda _: None))
    assert little.shape == much.shape == start.shape
    assert np.abs(little - much).mean() > 0.0


def test_a_failed_picture_fails_the_run(tmp_path: Path) -> None:
    """A folder that holds no checkpoint is named."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(OutcropError, match="empty"):
        _gallery(tmp_path / "empty", tmp_path / "kept")
