"""Repainting gives the colour that is asked, keeps light and shade, and leaves other colours alone."""

import numpy as np
import pytest
import torch
from torch import Tensor

from outcrop.training.canvas import Canvas
from outcrop.training.finishes import load_finishes, repaint
from outcrop.training.judge import to_lab
from outcrop.units import Size

SIZE = Size(width=64, height=64)
ALL = (*load_finishes().colours, *load_finishes().materials)


def _ball() -> Tensor:
    """A red ball lit from above on clear ground, with a blue square in its middle. Shapes: (1, 4, 64, 64)."""
    y, x = torch.meshgrid(torch.linspace(-1, 1, 64), torch.linspace(-1, 1, 64), indexing="ij")
    light = 0.75 - 0.35 * y
    inside = (x**2 + y**2 < 0.9).float()
    rgb = torch.stack([light, 0.12 * light, 0.14 * light])
    rgb[:, 26:38, 26:38] = torch.tensor([0.1, 0.3, 0.9])[:, None, None]
    return torch.cat([rgb, inside[None]])[None]


def _repainted(finish: str) -> Tensor:
    return repaint(_ball(), torch.tensor([1.0]), finish, Canvas([3], SIZE, torch.device("cpu")))[0]


@pytest.mark.parametrize("finish", ALL)
def test_the_form_stays(finish: str) -> None:
    """Alpha is untouched, values stay in range, and what was lighter is not darker now."""
    out = _repainted(finish)
    assert torch.equal(out[3], _ball()[0, 3])
    assert out.min() >= 0.0
    assert out.max() <= 1.0
    upper, lower = out[:3, 8:20, 26:38].mean(), out[:3, 44:56, 26:38].mean()
    assert upper > lower


@pytest.mark.parametrize("finish", load_finishes().colours)
def test_a_colour_measures_as_it_is_called(finish: str) -> None:
    """The ball's median is nearest, in CIELAB, to the middle of that colour's ramp; the blue square stays."""
    out = _repainted(finish)
    median = np.median(to_lab(out[:3, 16:24, 10:54].reshape(3, -1).T.double().numpy()), axis=0)
    middles = {name: to_lab(np.array(ramp[1])) for name, ramp in load_finishes().colours.items()}
    assert min(middles, key=lambda name: float(np.linalg.norm(middles[name] - median))) == finish
    assert torch.allclose(out[:3, 30:34, 30:34], _ball()[0, :3, 30:34, 30:34], atol=1e-5)


@pytest.mark.parametrize("finish", load_finishes().materials)
def test_a_material_covers_everything(finish: str) -> None:
    """Even the blue square takes the material's tint."""
    out = _repainted(finish)
    assert (out[:3, 30:34, 30:34] - _ball()[0, :3, 30:34, 30:34]).abs().max() > 0.1


def test_company_changes_nothing() -> None:
    """A drawing repainted alone is the drawing repainted beside others."""
    balls = torch.cat([_ball(), _ball() * 0.8, _ball()])
    canvas = Canvas([3, 4, 5], SIZE, torch.device("cpu"))
    together = repaint(balls, torch.tensor([1.0, 1.0, 1.0]), "wooden", canvas)
    assert torch.allclose(together[0], _repainted("wooden"), atol=1e-6)
    assert not torch.allclose(together[2], together[0], atol=1e-2)


def test_an_unknown_finish_is_named() -> None:
    """KeyError with the name."""
    with pytest.raises(KeyError, match="velvet"):
        _repainted("velvet")
