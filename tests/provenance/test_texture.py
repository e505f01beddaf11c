"""Liveliness: none where a picture is flat, and every place alike once it is evened out."""

import numpy as np

from outcrop.provenance.texture import CLIP, evened, liveliness


def test_a_flat_picture_is_not_lively() -> None:
    """Nor does anything of it remain."""
    flat = np.full((40, 50), 200, np.float32)
    assert np.abs(liveliness(flat)).max() < 0.1
    assert np.abs(evened(flat)).max() < 0.1


def test_noise_is_as_lively_as_it_is_loud() -> None:
    """Up to what its surroundings take from it."""
    noise = np.random.default_rng(1).normal(100, 20, (80, 80)).astype(np.float32)
    assert 17 < liveliness(noise).mean() < 21


def test_an_edge_alone_is_not_lively() -> None:
    """It would hide nothing of what stands beside it."""
    edge = np.where(np.arange(80) < 40, 40, 200).astype(np.float32) * np.ones((80, 1), np.float32)
    assert liveliness(edge).max() < 1.5


def test_loud_and_quiet_parts_become_alike() -> None:
    """Neither edges nor loud parts stand out."""
    noise = np.random.default_rng(2).normal(0, 1, (64, 128)).astype(np.float32)
    grey = 128 + noise * np.where(np.arange(128) < 64, 40, 8).astype(np.float32)
    even = evened(grey)
    assert np.abs(even).max() <= CLIP + 0.1
    assert 1 < even[:, :60].std() / even[:, 68:].std() < 1.4
    assert abs(even.mean()) < 1e-4
