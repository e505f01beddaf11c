"""Trains the denoiser by rectified flow on stored latents, resumably. Knows no pixels and no drawings.

Source: Liu et al. 2022 (arXiv:2209.03003) for the flow, Esser et al. 2024 (arXiv:2403.03206) for the times.
"""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from outcrop.clock import Clock
from outcrop.training.networks import Denoiser

Tokens = Callable[[list[int], np.random.Generator], Tensor]
"""Row numbers of a bucket to freshly worded captions as token numbers, (b, t)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """Latents of one picture size, how likely each is to be drawn, and a way to caption them.

    Shapes: latents is (n, c, h, w), chances (n,) with the sum 1.
    """

    latents: Tensor
    chances: npt.NDArray[np.float64]
    tokens: Tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class DenoiserRun:
    """How a denoiser is trained.

    Units: seconds_s of wall clock in all, over every resumption; save_every_s likewise. `other_share` is how many of
    the batches after `other_after` (a part of the whole time) come from the buckets beside the first.
    """

    seconds_s: float
    batch: int = 32
    rate: float = 1e-3
    warm_up: int = 200
    average: float = 0.999
    time_shift: float = 0.3
    other_share: float = 0.25
    other_after: float = 0.55
    save_every_s: float = 300.0
    seed: int = 1
    half: bool = True
    compiled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far training is. Units: spent_s seconds of wall clock."""

    step: int
    spent_s: float


class Trainer:
    """Owns the denoiser, its average and the optimiser; one call of `train` goes on until the time is up."""

    def __init__(self, denoiser: Denoiser, run: DenoiserRun) -> None:
        self.denoiser = denoiser
        self.run = run
        self.progress = Progress(step=0, spent_s=0.0)
        self.average = {name: value.detach().clone() for name, value in denoiser.state_dict().items()}
        self._forward = torch.compile(denoiser) if run.compiled else denoiser
        self._optimiser = torch.optim.AdamW(
            _groups(denoiser), lr=run.rate, betas=(0.9, 0.99), weight_decay=0.01, fused=True
        )

    def train(self, buckets: Mapping[str, Bucket], clock: Clock, report: Callable[[str], None], folder: Path) -> None:
        """Train until `run.seconds_s` are spent, saving under `folder`; the first bucket is the usual one."""
        start = clock() - self.progress.spent_s
        saved = self.progress.spent_s
        while (spent := clock() - start) < self.run.seconds_s:
            loss, size = self.step(buckets, spent / self.run.seconds_s)
            self.progress = Progress(step=self.progress.step + 1, spent_s=spent)
            if self.progress.step % 20 == 0:
                report(json.dumps({"step": self.progress.step, "spent_s": round(spent, 1), "loss": loss, "size": size}))
            if spent - saved > self.run.save_every_s:
                self.save(folder)
                saved = spent
        self.save(folder)

    def step(self, buckets: Mapping[str, Bucket], part: float) -> tuple[float, str]:
        """One update at a part, 0 to 1, of the whole time; chance depends on the seed and the step's number alone."""
        rng = np.random.default_rng((self.run.seed, self.progress.step))
        noise_source = torch.Generator().manual_seed(int(rng.integers(2**62)))
        size = self._choose_bucket(list(buckets), part, rng)
        bucket = buckets[size]
        rows = [int(row) for row in rng.choice(len(bucket.latents), size=self.run.batch, p=bucket.chances)]
        clean = bucket.latents[rows].float()
        sigma = torch.sigmoid(torch.randn(len(rows), generator=noise_source) + self.run.time_shift)
        noise = torch.randn(clean.shape, generator=noise_source)
        mix = sigma[:, None, None, None]
        tokens = bucket.tokens(rows, rng)
        usual = size == next(iter(buckets))
        forward = self._forward if usual else self.denoiser
        with torch.autocast("cpu", torch.bfloat16, enabled=self.run.half):
            velocity = forward(tokens, (1.0 - mix) * clean + mix * noise, sigma)
        loss = (velocity.float() - (noise - clean)).square().mean()
        self._update(loss, part)
        return float(loss.detach()), size

    def save(self, folder: Path) -> None:
        """Write everything needed to go on, replacing the last save only when complete."""
        folder.mkdir(parents=True, exist_ok=True)
        state = {
            "denoiser": self.denoiser.state_dict(),
            "average": self.average,
            "optimiser": self._optimiser.state_dict(),
            "step": self.progress.step,
            "spent_s": self.progress.spent_s,
        }
        torch.save(state, folder / "trainer.tmp")
        (folder / "trainer.tmp").replace(folder / "trainer.pt")

    def resume(self, folder: Path) -> None:
        """Go on from the last save under `folder`."""
        state = torch.load(folder / "trainer.pt", weights_only=True)
        self.denoiser.load_state_dict(state["denoiser"])
        self._optimiser.load_state_dict(state["optimiser"])
        for group in self._optimiser.param_groups:
            group["fused"] = True  # a save made without it would switch it off: fourteen times slower on a CPU
        self.average = state["average"]
        self.progress = Progress(step=state["step"], spent_s=state["spent_s"])

    def _choose_bucket(self, sizes: list[str], part: float, rng: np.random.Generator) -> str:
        if len(sizes) > 1 and part >= self.run.other_after and rng.random() < self.run.other_share:
            return sizes[1 + int(rng.integers(len(sizes) - 1))]
        return sizes[0]

    def _update(self, loss: Tensor, part: float) -> None:
        rate = self.run.rate * min(1.0, (self.progress.step + 1) / self.run.warm_up) * _decay(part)
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        self._optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        torch.nn.utils.clip_grad_norm_(self.denoiser.parameters(), 1.0)
        self._optimiser.step()
        keep = min(self.run.average, (self.progress.step + 1) / (self.progress.step + 10))
        state = self.denoiser.state_dict()
        names = [name for name, value in state.items() if value.is_floating_point()]
        torch._foreach_lerp_([self.average[name] for name in names], [state[name] for name in names], 1.0 - keep)


def _decay(part: float) -> float:
    """The rate's factor: a cosine down to a fiftieth at the end."""
    return max(0.02, 0.5 * (1.0 + math.cos(math.pi * min(part, 1.0))))


def _groups(denoiser: Denoiser) -> list[dict[str, object]]:
    """Decay matrices, leave vectors (norms, biases) and embeddings alone."""
    matrices = [p for name, p in denoiser.named_parameters() if p.ndim > 1 and "embed" not in name]
    rest = [p for name, p in denoiser.named_parameters() if p.ndim <= 1 or "embed" in name]
    return [{"params": matrices}, {"params": rest, "weight_decay": 0.0}]
