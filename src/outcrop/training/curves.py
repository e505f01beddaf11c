"""Draws how a training's loss fell, over steps and over time, from its log. Trains nothing."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

Floats = npt.NDArray[np.float64]

_MOST = 10
"""Curves in one picture; more could not be told apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """The losses of one picture size. Shapes: all (n,). Units: seconds."""

    size: str
    steps: Floats
    spent_s: Floats
    losses: Floats


def read_curves(path: Path) -> list[Curve]:
    """Read a log of JSON lines with step, spent_s, loss and size: one curve a size, the most practised first.

    A step that was repeated after a resumption counts as it went the last time.
    Raises: ValueError where the log holds no step.
    """
    rows = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        rows[row["step"]] = row
    if not rows:
        raise ValueError(f"{path} holds no step; it is the log that denoise writes.")
    by_size: dict[str, list[dict[str, float]]] = {}
    for step in sorted(rows):
        by_size.setdefault(rows[step].get("size", ""), []).append(rows[step])
    sizes = sorted(by_size, key=lambda size: -len(by_size[size]))
    return [_curve(size, by_size[size]) for size in sizes]


def smoothed(values: Floats, width: int) -> Floats:
    """Means over a window of neighbours, smaller at both ends. Shapes: (n,) to (n,)."""
    half = min(width, len(values)) // 2
    sums = np.concatenate([[0.0], np.cumsum(values)])
    at = np.arange(len(values))
    low, high = np.maximum(at - half, 0), np.minimum(at + half + 1, len(values))
    means: Floats = (sums[high] - sums[low]) / (high - low)
    return means


def draw_curves(curves: Sequence[Curve], path: Path) -> None:
    """Write a picture, of the kind that the path ends in: curves over steps on the left, over hours on the right."""
    figure = Figure(figsize=(11.0, 4.0), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    for number, curve in enumerate(curves[:_MOST]):
        level = smoothed(curve.losses, max(1, len(curve.losses) // 40))
        style = {"linewidth": 1.8 if number == 0 else 0.9, "alpha": 1.0 if number == 0 else 0.7, "label": curve.size}
        left.plot(curve.steps, level, **style)
        right.plot(curve.spent_s / 3600.0, level, **style)
    _dressed(left, "steps")
    _dressed(right, "hours")
    left.set_ylabel("loss, smoothed")
    left.legend(fontsize="small", frameon=False, ncols=2)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)


def _curve(size: str, rows: list[dict[str, float]]) -> Curve:
    steps, spent_s, losses = (np.array([row[name] for row in rows]) for name in ("step", "spent_s", "loss"))
    return Curve(size=size, steps=steps, spent_s=spent_s, losses=losses)


def _dressed(axes: Axes, label: str) -> None:
    axes.set_xlabel(label)
    axes.set_yscale("log")
    axes.grid(visible=True, which="both", linewidth=0.3, alpha=0.5)
    for edge in ("top", "right"):
        axes.spines[edge].set_visible(False)
