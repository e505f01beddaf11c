"""Curves say what the log says."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from outcrop.training.curves import draw_curves, read_curves, smoothed


def _log(path: Path, steps: list[int]) -> Path:
    lines = [
        {"step": step, "spent_s": 2.0 * step, "loss": 1.0 / step, "size": "256x256" if step % 3 else "512x512"}
        for step in steps
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def test_a_curve_for_every_size(tmp_path: Path) -> None:
    """The most practised first; steps repeated after a resumption count once."""
    curves = read_curves(_log(tmp_path / "log.jsonl", [1, 2, 3, 4, 5, 6, 5, 6, 7, 8]))
    assert [curve.size for curve in curves] == ["256x256", "512x512"]
    assert curves[0].steps.tolist() == [1, 2, 4, 5, 7, 8]
    assert curves[1].spent_s.tolist() == [6.0, 12.0]


def test_an_empty_log_is_refused(tmp_path: Path) -> None:
    """With the name of the file."""
    with pytest.raises(ValueError, match=r"log\.jsonl"):
        read_curves(_log(tmp_path / "log.jsonl", []))


def test_smoothing_keeps_level_and_length() -> None:
    """A constant stays; a single peak is spread; a width of one changes nothing."""
    assert smoothed(np.full(9, 3.0), 5).tolist() == [3.0] * 9
    assert smoothed(np.array([0.0, 0.0, 6.0, 0.0, 0.0]), 2).tolist() == [0.0, 2.0, 2.0, 2.0, 0.0]
    assert smoothed(np.array([1.0, 5.0]), 1).tolist() == [1.0, 5.0]


def test_the_picture_is_written(tmp_path: Path) -> None:
    """In the kind that the path asks for."""
    draw_curves(read_curves(_log(tmp_path / "log.jsonl", list(range(1, 90)))), tmp_path / "out" / "loss.webp")
    with Image.open(tmp_path / "out" / "loss.webp") as picture:
        assert picture.format == "WEBP"
        assert picture.width > 2 * picture.height
