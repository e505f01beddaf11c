"""The pixel grid that a batch of pictures is painted on, and the chance each of them may use. Paints nothing itself.

Every picture has a source of chance of its own, read on the CPU: it is the same alone, in any batch, on any device.
"""

from collections.abc import Sequence
from typing import final

import numpy as np
import torch
from torch import Tensor

from outcrop.units import Size


@final
class Canvas:
    """A batch of b pictures of one size.

    Shapes: x is (1, 1, w), y is (1, h, 1), both running from 0 to 1 at the pixels' centres.
    """

    def __init__(self, seeds: Sequence[int], size: Size, device: torch.device) -> None:
        self.size = size
        self.device = device
        self.x = ((torch.arange(size.width, device=device) + 0.5) / size.width)[None, None, :]
        self.y = ((torch.arange(size.height, device=device) + 0.5) / size.height)[None, :, None]
        self._sources = [np.random.default_rng(seed) for seed in seeds]

    def __len__(self) -> int:
        """How many pictures there are."""
        return len(self._sources)

    @property
    def aspect(self) -> float:
        """Width over height."""
        return self.size.width / self.size.height

    def between(self, low: float, high: float) -> Tensor:
        """A number a picture, drawn evenly. Shapes: (b, 1, 1)."""
        return self._tensor([source.uniform(low, high) for source in self._sources])[:, None, None]

    def chosen(self, choices: int) -> Tensor:
        """A number from 0 to choices - 1 a picture. Shapes: (b,), int64."""
        return torch.tensor([int(source.integers(choices)) for source in self._sources], device=self.device)

    def scattered(self, count: int) -> Tensor:
        """Places drawn evenly, x before y. Shapes: (b, count, 2). Units: 0 to 1."""
        return self._tensor([source.uniform(0.0, 1.0, (count, 2)) for source in self._sources])

    def clouds(self, across: int, down: int) -> Tensor:
        """Smooth noise with that many cells each way. Shapes: (b, h, w). Units: about -1 to 1."""
        cells = self._tensor([source.uniform(-1.0, 1.0, (down + 1, across + 1)) for source in self._sources])
        rows = _interpolated(cells, self.y[0, :, 0] * down)
        return _interpolated(rows.transpose(1, 2), self.x[0, 0] * across).transpose(1, 2)

    def grain(self) -> Tensor:
        """White noise, one value a pixel. Shapes: (b, h, w). Units: deviation 1."""
        shape = (self.size.height, self.size.width)
        return self._tensor([source.standard_normal(shape, dtype=np.float32) for source in self._sources])

    def _tensor(self, values: Sequence[object]) -> Tensor:
        return torch.from_numpy(np.asarray(values, dtype=np.float32)).to(self.device)


def _interpolated(cells: Tensor, at: Tensor) -> Tensor:
    """Mix neighbouring rows smoothly. Shapes: cells (b, n, m), at (k,) in cells; returns (b, k, m)."""
    low = at.floor().long().clamp(0, cells.shape[1] - 2)
    part = (at - low).clamp(0.0, 1.0)
    smooth = (part * part * (3.0 - 2.0 * part))[None, :, None]
    return cells[:, low] * (1.0 - smooth) + cells[:, low + 1] * smooth
