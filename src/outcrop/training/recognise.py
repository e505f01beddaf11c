"""A small network that names the subject of a picture, taught on drawing sets that the generator never sees.

Knows drawings and plain grounds; no prompts, no scenes and no generator.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import final

import torch
from torch import Tensor, nn
from torch.nn import functional

from outcrop.training.corpus import DrawingKey, list_drawings, read_drawings
from outcrop.training.subjects import SubjectList

HELD_OUT = ("fluent-emoji", "noto", "noto-v1", "twemoji", "emojione")
"""Drawing sets of the same subjects that no picture of the pool is made of."""
SIDE = 48
_WIDTHS = (24, 48, 96, 192)
_SHRINKS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """Drawings to learn from and the number of the subject that each shows.

    Shapes: drawings (n, 4, SIDE, SIDE), premultiplied; labels (n,). Units: 0 to 1.
    """

    drawings: Tensor
    labels: Tensor


@dataclass(frozen=True, slots=True, kw_only=True)
class RecogniserRun:
    """How a recogniser is taught."""

    steps: int = 2000
    batch: int = 64
    rate: float = 4e-3
    seed: int = 1
    report_every: int = 100


@final
class Recogniser(nn.Module):
    """Pictures to a score for each subject."""

    def __init__(self, subjects: int) -> None:
        super().__init__()
        layers: list[nn.Module] = [_convolution(3, _WIDTHS[0], 5, 2)]
        for before, after in pairwise(_WIDTHS):
            layers += [_convolution(before, after, 3, 2), _Residual(after)]
        self.body = nn.Sequential(*layers)
        self.head = nn.Linear(_WIDTHS[-1] * (SIDE // _SHRINKS) ** 2, subjects)
        self.dropped = nn.Dropout(0.3)

    def forward(self, pictures: Tensor) -> Tensor:
        """Shapes: (b, 3, SIDE, SIDE) to (b, subjects). Units: 0 to 1."""
        scores: Tensor = self.head(self.dropped(self.body(pictures * 4.0 - 2.0).flatten(1)))
        return scores


@final
class _Residual(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.inner = _convolution(width, width, 3, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Shapes: (b, c, h, w) to the same."""
        out: Tensor = x + self.inner(x)
        return out


def _convolution(before: int, after: int, kernel: int, stride: int) -> nn.Module:
    convolution = nn.Conv2d(before, after, kernel, stride, kernel // 2, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(after), nn.SiLU())


def read_lesson(corpus: Path, subjects: SubjectList) -> Lesson:
    """Read every subject's drawing in each held-out source that has one."""
    keys: list[tuple[DrawingKey, int]] = []
    for source in HELD_OUT:
        held = {entry.key.name for entry in list_drawings(corpus, source)}
        keys += [
            (DrawingKey(source=source, name=subject.drawing), number)
            for number, subject in enumerate(subjects.subjects)
            if subject.drawing in held
        ]
    found = read_drawings(corpus, [key for key, _ in keys])
    pictures = [torch.frombuffer(bytearray(found[key].picture.tobytes()), dtype=torch.uint8) for key, _ in keys]
    side = found[keys[0][0]].picture.width
    straight = torch.stack(pictures).view(-1, side, side, 4).permute(0, 3, 1, 2)
    drawings = torch.cat([_premultiplied(part.float() / 255.0) for part in torch.split(straight, 64)])
    return Lesson(drawings=drawings, labels=torch.tensor([number for _, number in keys]))


def teach(lesson: Lesson, subjects: int, run: RecogniserRun, report: Callable[[str], None]) -> Recogniser:
    """Teach a recogniser on augmented views of drawings; the same run gives the same network on the same machine."""
    chance = torch.Generator().manual_seed(run.seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(run.seed)
        recogniser = Recogniser(subjects)
        recogniser.train()
        optimiser = torch.optim.AdamW(recogniser.parameters(), lr=run.rate, weight_decay=0.02, fused=True)
        rate = torch.optim.lr_scheduler.OneCycleLR(optimiser, run.rate, total_steps=run.steps)
        for step in range(1, run.steps + 1):
            rows = torch.randint(len(lesson.labels), (run.batch,), generator=chance)
            views = augmented(lesson.drawings[rows], chance)
            scores = recogniser(views)
            loss = functional.cross_entropy(scores, lesson.labels[rows], label_smoothing=0.05)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
            optimiser.step()
            rate.step()
            if step % run.report_every == 0:
                right = (scores.argmax(1) == lesson.labels[rows]).float().mean()
                report(f"recogniser: step {step} of {run.steps}, loss {loss.item():.2f}, right {right.item():.0%}")
    recogniser.eval()
    return recogniser


def ranking(recogniser: Recogniser, pictures: Tensor) -> Tensor:
    """Subject numbers by falling score, of pictures of any size and of their mirror images together.

    Shapes: (n, h, w, 3) uint8 to (n, subjects).
    """
    orders = []
    for part in torch.split(pictures, 64):
        level = part.permute(0, 3, 1, 2).float() / 255.0
        small = functional.interpolate(level, (SIDE, SIDE), mode="bilinear", antialias=True)
        with torch.no_grad():
            scores = recogniser(small).log_softmax(1) + recogniser(small.flip(3)).log_softmax(1)
        orders.append(scores.argsort(dim=1, descending=True))
    return torch.cat(orders)


def save_recogniser(recogniser: Recogniser, path: Path) -> None:
    """Write the weights."""
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(recogniser.state_dict(), path)


def load_recogniser(path: Path, subjects: int) -> Recogniser:
    """Read weights that `save_recogniser` wrote.

    Raises: FileNotFoundError where there are none; RuntimeError where they know another number of subjects.
    """
    recogniser = Recogniser(subjects)
    recogniser.load_state_dict(torch.load(path, weights_only=True))
    recogniser.eval()
    return recogniser


def augmented(drawings: Tensor, chance: torch.Generator) -> Tensor:
    """Drawings laid on plain grounds, each a little moved, scaled, turned, recoloured, relit and blurred.

    Shapes: (b, 4, s, s), premultiplied, to (b, 3, s, s). Units: 0 to 1.
    """
    laid = _moved(drawings, chance)
    alpha = laid[:, 3:]
    ground = _uniform(chance, (len(laid), 3, 1, 1), 0.03, 1.0) * (1.0 - 0.15 * _clouds(len(laid), 3, chance).abs())
    shade = functional.avg_pool2d(functional.pad(alpha, (4, 4, 8, 0)), 9, 1)
    ground = ground * (1.0 - _uniform(chance, (len(laid), 1, 1, 1), 0.0, 0.5) * shade)
    pictures = _recoloured(laid[:, :3], alpha, chance) + ground * (1.0 - alpha)
    soft = functional.avg_pool2d(functional.pad(pictures, (1, 1, 1, 1), mode="replicate"), 3, 1)
    pictures = pictures + (soft - pictures) * _uniform(chance, (len(laid), 1, 1, 1), 0.0, 1.0)
    noise = torch.randn(pictures.shape, generator=chance) * _uniform(chance, (len(laid), 1, 1, 1), 0.0, 0.04)
    return (pictures + noise).clamp(0.0, 1.0)


def _premultiplied(straight: Tensor) -> Tensor:
    """Shapes: (b, 4, h, w) to (b, 4, SIDE, SIDE)."""
    level = torch.cat([straight[:, :3] * straight[:, 3:], straight[:, 3:]], dim=1)
    return functional.interpolate(level, (SIDE, SIDE), mode="area")


def _moved(drawings: Tensor, chance: torch.Generator) -> Tensor:
    """Mirrored half of the time, about three quarters of the picture high, near its middle."""
    count = len(drawings)
    scale = _uniform(chance, (count,), 0.60, 0.88)
    turn = _uniform(chance, (count,), -0.14, 0.14)
    mirror = (torch.rand(count, generator=chance) < 0.5).float() * 2.0 - 1.0
    squeeze = _uniform(chance, (count,), 0.88, 1.12)
    x = torch.stack(
        [mirror * turn.cos() / scale * squeeze, turn.sin() / scale, _uniform(chance, (count,), -0.1, 0.1)], 1
    )
    y = torch.stack([-mirror * turn.sin() / scale, turn.cos() / scale, _uniform(chance, (count,), -0.1, 0.1)], 1)
    grid = functional.affine_grid(torch.stack([x, y], 1), list(drawings.shape), align_corners=False)
    return functional.grid_sample(drawings, grid, align_corners=False)


def _recoloured(colours: Tensor, alpha: Tensor, chance: torch.Generator) -> Tensor:
    """Other tints, contrasts and lights, lightly, and the smooth shading of a solid body."""
    count = len(colours)
    grey = colours.mean(dim=1, keepdim=True)
    colours = grey + (colours - grey) * _uniform(chance, (count, 1, 1, 1), 0.6, 1.4)
    colours = colours * _uniform(chance, (count, 3, 1, 1), 0.82, 1.18)
    middle = 0.5 * alpha
    colours = middle + (colours - middle) * _uniform(chance, (count, 1, 1, 1), 0.7, 1.2)
    colours = colours + alpha * _uniform(chance, (count, 1, 1, 1), -0.12, 0.12)
    return (colours * (1.0 + 0.35 * _clouds(count, 4, chance))).clamp(0.0, 1.0)


def _clouds(count: int, cells: int, chance: torch.Generator) -> Tensor:
    """Smooth noise. Shapes: (count, 1, SIDE, SIDE). Units: -1 to 1."""
    coarse = _uniform(chance, (count, 1, cells, cells), -1.0, 1.0)
    return functional.interpolate(coarse, (SIDE, SIDE), mode="bilinear", align_corners=True)


def _uniform(chance: torch.Generator, shape: tuple[int, ...], low: float, high: float) -> Tensor:
    return low + (high - low) * torch.rand(shape, generator=chance)
