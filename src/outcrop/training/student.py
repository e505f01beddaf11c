"""Teaches a few passes without guidance to do what many with guidance do. Knows no pixels and no drawings.

The student is its teacher with low-rank additions: on a fixed short schedule it learns, at each noise level, the one
step that takes it where several guided steps of the teacher would.
Source: Salimans and Ho 2022 (arXiv:2202.00512) for steps, Meng et al. 2023 (arXiv:2210.03142) for guidance.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import final

import torch
from torch import Tensor

from outcrop.operations.schedules import shifted_flow
from outcrop.training.low_rank import Additions
from outcrop.training.networks import Denoiser
from outcrop.training.practice import Bucket, Progress, draw_batch


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentRun:
    """How a student is trained; `substeps` of the teacher for each of the student's `passes`."""

    steps: int = 600
    passes: int = 6
    substeps: int = 2
    guidance: float = 3.0
    shift: float = 1.5
    rank: int = 32
    batch: int = 24
    rate: float = 1e-3
    warm_up: int = 30
    average: float = 0.99
    save_every_s: float = 300.0
    seed: int = 2
    half: bool = True


@final
class StudentTrainer:
    """Owns a frozen teacher with additions, their average and the optimiser."""

    def __init__(self, teacher: Denoiser, run: StudentRun, device: torch.device) -> None:
        self.run = run
        self.device = device
        self.teacher = teacher.to(device).requires_grad_(False)  # noqa: FBT003 - torch's own signature
        self.additions = Additions(teacher.transformer, run.rank)
        self.average = {name: value.clone() for name, value in self.additions.state().items()}
        self.progress = Progress(step=0, spent_s=0.0)
        self._levels = shifted_flow(run.passes, run.shift)
        self._optimiser = torch.optim.AdamW(
            list(self.additions.parameters()), lr=run.rate, betas=(0.9, 0.99), weight_decay=0.0, fused=True
        )

    def step(self, buckets: Mapping[str, Bucket]) -> tuple[float, str]:
        """One update; returns its loss and the name of the bucket it practised."""
        batch = draw_batch(buckets, self.run.seed, self.progress.step, self.run.batch)
        count = len(batch.clean)
        at = torch.from_numpy(batch.rng.integers(self.run.passes, size=count))
        levels = torch.tensor(self._levels)
        sigma, after = levels[at].to(self.device), levels[at + 1].to(self.device)
        mix = levels[at][:, None, None, None]
        x = ((1.0 - mix) * batch.clean + mix * batch.noise).to(self.device)
        tokens, empty = batch.tokens.to(self.device), batch.bucket.empty(count).to(self.device)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.run.half):
            wanted = self._taught(x, tokens, empty, sigma, after)
            loss = (self.teacher(tokens, x, sigma).float() - wanted).square().mean()
        self._update(loss)
        return float(loss.detach()), batch.size

    def save(self, folder: Path) -> None:
        """Write everything needed to go on, replacing the last save only when complete."""
        folder.mkdir(parents=True, exist_ok=True)
        state = {
            "additions": self.additions.state(),
            "average": self.average,
            "optimiser": self._optimiser.state_dict(),
            "step": self.progress.step,
            "spent_s": self.progress.spent_s,
        }
        torch.save(state, folder / "student.tmp")
        (folder / "student.tmp").replace(folder / "student.pt")

    def resume(self, folder: Path) -> None:
        """Go on from the last save under `folder`, with the same losses as if it had never stopped."""
        state = torch.load(folder / "student.pt", weights_only=True, map_location=self.device)
        self.additions.load_state(state["additions"])
        self._optimiser.load_state_dict(state["optimiser"])
        self.average = state["average"]
        self.progress = Progress(step=state["step"], spent_s=state["spent_s"])

    def _taught(self, x: Tensor, tokens: Tensor, empty: Tensor, sigma: Tensor, after: Tensor) -> Tensor:
        """The straight velocity from x at sigma to where guided steps of the teacher end. Shapes: as x."""
        both = torch.cat([tokens, empty])
        moved, now = x, sigma
        self.additions.switch(on=False)
        with torch.no_grad():
            for number in range(1, self.run.substeps + 1):
                following = sigma + (after - sigma) * (number / self.run.substeps)
                said, unsaid = self.teacher(both, torch.cat([moved, moved]), torch.cat([now, now])).float().chunk(2)
                velocity = unsaid + self.run.guidance * (said - unsaid)
                moved = moved + (following - now)[:, None, None, None] * velocity
                now = following
        self.additions.switch(on=True)
        return (moved - x) / (after - sigma)[:, None, None, None]

    def _update(self, loss: Tensor) -> None:
        left = 1.0 - self.progress.step / self.run.steps
        for group in self._optimiser.param_groups:
            group["lr"] = self.run.rate * min(1.0, (self.progress.step + 1) / self.run.warm_up) * max(0.05, left)
        self._optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        torch.nn.utils.clip_grad_norm_(list(self.additions.parameters()), 1.0)
        self._optimiser.step()
        keep = min(self.run.average, (self.progress.step + 1) / (self.progress.step + 10))
        for name, value in self.additions.state().items():
            self.average[name].lerp_(value, 1.0 - keep)
