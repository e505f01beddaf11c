"""The measure of a draft's composition: equal is 1, and what moves counts while what is texture does not."""

import numpy as np
from benchmarks.drafts import likeness
from PIL import Image

from outcrop.engine.engine import Pixels


def scene(left: int, texture: float = 0.0) -> Pixels:
    """A bright square on a dark ground, at some place, with noise over it."""
    noise = np.random.default_rng(1).normal(0, 255 * texture, (256, 256))
    ground = np.full((256, 256), 40.0)
    ground[96:176, left : left + 80] = 220.0
    return np.repeat(np.clip(ground + noise, 0, 255).astype(np.uint8)[:, :, None], 3, axis=2)


def test_a_picture_is_wholly_like_itself() -> None:
    """At any size."""
    larger = np.asarray(Image.fromarray(scene(40)).resize((512, 512), Image.Resampling.NEAREST))
    assert likeness(scene(40), scene(40)) > 0.999
    assert likeness(scene(40), larger) > 0.999


def test_texture_counts_little_and_place_counts_much() -> None:
    """A final may draw its surfaces anew, not move its things."""
    textured, moved = likeness(scene(40), scene(40, texture=0.03)), likeness(scene(40), scene(140))
    assert textured > 0.8 > moved
