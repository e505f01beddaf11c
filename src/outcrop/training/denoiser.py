"""Trains the denoiser by rectified flow on stored latents, resumably. Knows no pixels and no drawings.

Source: Liu et al. 2022 (arXiv:2209.03003) for the flow, Esser et al. 2024 (arXiv:2403.03206) for the times.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import final

import numpy as np
import torch
from torch import Tensor

from outcrop.training.networks import Denoiser
from outcrop.training.practice import Bucket, Progress, draw_batch


@dataclass(frozen=True, slots=True, kw_only=True)
class DenoiserRun:
    """How a denoiser is trained.

    Units: `flat` is the part of the steps before the rate begins to fall; save_every_s is wall clock.
    """

    steps: int
    batch: int = 32
    rate: float = 8e-4
    warm_up: int = 200
    flat: float = 0.5
    average: float = 0.999
    time_shift: float = 0.3
    save_every_s: float = 300.0
    seed: int = 1
    half: bool = True
    compiled: bool = False


@final
class Trainer:
    """Owns the denoiser, its average and the optimiser; chance depends on the seed and the step's number alone."""

    def __init__(self, denoiser: Denoiser, run: DenoiserRun, device: torch.device) -> None:
        self.denoiser = denoiser.to(device)
        self.run = run
        self.device = device
        self.progress = Progress(step=0, spent_s=0.0)
        self.average = {name: value.detach().clone() for name, value in denoiser.state_dict().items()}
        self._forward = torch.compile(denoiser) if run.compiled else denoiser
        self._optimiser = torch.optim.AdamW(
            _groups(denoiser), lr=run.rate, betas=(0.9, 0.99), weight_decay=0.01, fused=True
        )

    def step(self, buckets: Mapping[str, Bucket]) -> tuple[float, str]:
        """One update; returns its loss and the name of the bucket it practised."""
        batch = draw_batch(buckets, self.run.seed, self.progress.step, self.run.batch)
        clean, noise = batch.clean.to(self.device), batch.noise.to(self.device)
        drawn = torch.from_numpy(batch.rng.standard_normal(len(clean), dtype=np.float32))
        sigma = (torch.sigmoid(drawn + self.run.time_shift) * batch.bucket.most_sigma).to(self.device)
        mix = sigma[:, None, None, None]
        tokens = batch.tokens.to(self.device)
        forward = self._forward if batch.size == next(iter(buckets)) else self.denoiser
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.run.half):
            velocity = forward(tokens, (1.0 - mix) * clean + mix * noise, sigma)
        loss = (velocity.float() - (noise - clean)).square().mean()
        self._update(loss)
        return float(loss.detach()), batch.size

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
        """Go on from the last save under `folder`, with the same losses as if it had never stopped."""
        state = torch.load(folder / "trainer.pt", weights_only=True, map_location=self.device)
        self.denoiser.load_state_dict(state["denoiser"])
        self._optimiser.load_state_dict(state["optimiser"])
        for group in self._optimiser.param_groups:
            group["fused"] = True  # a save made without it would switch it off: fourteen times slower on a CPU
        self.average = state["average"]
        self.progress = Progress(step=state["step"], spent_s=state["spent_s"])

    def begin_from(self, weights: Mapping[str, Tensor]) -> None:
        """Start from weights that another run left, as a denoiser's state."""
        self.denoiser.load_state_dict(dict(weights))
        self.average = {name: value.detach().clone() for name, value in self.denoiser.state_dict().items()}

    def _update(self, loss: Tensor) -> None:
        rate = self.run.rate * min(1.0, (self.progress.step + 1) / self.run.warm_up) * self._decay()
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

    def _decay(self) -> float:
        """The rate's factor: flat, then a cosine down to a fiftieth at the last step."""
        part = self.progress.step / self.run.steps
        falling = max(0.0, part - self.run.flat) / (1.0 - self.run.flat)
        return max(0.02, 0.5 * (1.0 + math.cos(math.pi * min(falling, 1.0))))


def _groups(denoiser: Denoiser) -> list[dict[str, object]]:
    """Decay matrices, leave vectors (norms, biases) and embeddings alone."""
    matrices = [p for name, p in denoiser.named_parameters() if p.ndim > 1 and "embed" not in name]
    rest = [p for name, p in denoiser.named_parameters() if p.ndim <= 1 or "embed" in name]
    return [{"params": matrices}, {"params": rest, "weight_decay": 0.0}]
