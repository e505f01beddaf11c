"""The loop that both trainers share: step after step until the steps or the time are spent. Knows no networks."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
import torch
from torch import Tensor

from outcrop.clock import Clock

Tokens = Callable[[list[int], np.random.Generator], Tensor]
"""Row numbers of a bucket to freshly worded captions as token numbers, (b, t)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """Latents of one picture size, and a way to caption them.

    Shapes: latents is (n, c, h, w).
    Units: `share` of the steps, relative to the other buckets; `batch` pictures a step, relative to the run's;
    `most_sigma` is the noisiest it is practised at: a refine pass never starts from pure noise.
    """

    latents: Tensor
    tokens: Tokens
    empty: Callable[[int], Tensor]
    """That many empty captions as token numbers, (b, t)."""
    share: float = 1.0
    batch: float = 1.0
    most_sigma: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far training is. Units: spent_s seconds of wall clock, over every resumption."""

    step: int
    spent_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """How long to go on. Units: steps in all, over every resumption; seconds of wall clock of this run alone."""

    steps: int
    seconds_s: float
    save_every_s: float
    clock: Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one step practises on, decided by the seed and the step's number alone.

    Shapes: clean and noise (b, c, h, w).
    """

    size: str
    """The bucket's name."""
    bucket: Bucket
    clean: Tensor
    noise: Tensor
    tokens: Tensor
    rng: np.random.Generator
    """What else is left to chance."""


class Practising(Protocol):
    """Something that learns a step at a time."""

    progress: Progress

    def step(self, buckets: Mapping[str, Bucket]) -> tuple[float, str]:
        """One update; returns its loss and the name of the bucket it practised."""
        ...


Learner = TypeVar("Learner", bound=Practising)


def practise(
    learner: Learner,
    buckets: Mapping[str, Bucket],
    hours: Hours,
    report: Callable[[str], None],
    saved: Callable[[Learner], None],
) -> None:
    """Go on to the last step, or until the time is spent; `saved` is called now and then, and at the end."""
    clock = hours.clock
    start, before, last = clock(), learner.progress.spent_s, clock()
    while learner.progress.step < hours.steps and clock() - start < hours.seconds_s:
        loss, size = learner.step(buckets)
        learner.progress = Progress(step=learner.progress.step + 1, spent_s=before + clock() - start)
        line = {
            "step": learner.progress.step,
            "spent_s": round(learner.progress.spent_s, 1),
            "loss": loss,
            "size": size,
        }
        report(json.dumps(line))
        if clock() - last > hours.save_every_s:
            saved(learner)
            last = clock()
    saved(learner)


def draw_batch(buckets: Mapping[str, Bucket], seed: int, step: int, count: int) -> Batch:
    """The batch of a step: a bucket as often as its share, rows of it, their noise and their words."""
    rng = np.random.default_rng((seed, step))
    source = torch.Generator().manual_seed(int(rng.integers(2**62)))
    names = list(buckets)
    shares = np.array([bucket.share for bucket in buckets.values()])
    size = names[int(rng.choice(len(names), p=shares / shares.sum()))]
    bucket = buckets[size]
    rows = [int(row) for row in rng.integers(len(bucket.latents), size=max(1, round(count * bucket.batch)))]
    clean = bucket.latents[rows].float()
    noise = torch.randn(clean.shape, generator=source)
    return Batch(size=size, bucket=bucket, clean=clean, noise=noise, tokens=bucket.tokens(rows, rng), rng=rng)
