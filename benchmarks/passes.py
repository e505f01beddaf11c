"""What a pass takes by how many evaluations share it: time, memory, and its part of what the machine multiplies.

`python -m benchmarks.passes` prints it alone. The machine's rate is that of one large product of matrices by torch, on
as many threads, in the same numbers; what a pass multiplies is counted on diffusers' own network.
"""

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import torch
from diffusers import SD3Transformer2DModel
from torch.utils.flop_counter import FlopCounterMode

from outcrop.catalog.card import CheckpointCard
from outcrop.catalog.load import Catalog, load_catalog
from outcrop.engine.conditioning import Conditioning
from outcrop.engine.footprint import _LiveBytes, measure
from outcrop.engine.threads import threads_for
from outcrop.engine.weights import load_checkpoint
from outcrop.prompt import plain

BATCHES = (1, 2, 4, 8, 16)
PICTURE = 256
"""Side, in pixels."""
ROUNDS = 7
MATRIX = 2048
"""Rows and columns of the product that the machine's rate is measured on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A pass with so many evaluations; medians."""

    evaluations: int
    pass_ms: float
    memory_mib: float
    """The most that its tensors take at once, besides the weights."""
    foretold_mib: float
    """What the engine reckons with before it runs one."""
    gflops_a_second: float
    of_machine: float
    """Over the machine's rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passes:
    """The denoiser of the embedded model, at one size."""

    size: str
    precision: str
    threads: int
    note: str
    """What a reader must know of this measurement alone."""
    machine_gflops_a_second: float
    evaluation_gflops: float
    batches: tuple[Batch, ...]


@torch.inference_mode()
def measure_passes(catalog: Catalog, threads: int, note: str = "") -> Passes:
    """Run passes of each batch in turn, the machine's own product between them: what else runs slows both.

    Both take the threads that the engine draws with.
    """
    card = next(card for card in catalog.checkpoints.values() if card.preview and card.lora is None)
    threads = threads_for(card.folder, threads)
    torch.set_num_threads(threads)
    checkpoint = load_checkpoint(card, torch.device("cpu"))
    network, shrink = checkpoint.network, checkpoint.autoencoder.shrink
    conditioning = checkpoint.prompts.encode(plain("a red apple on a wooden table"))
    side = PICTURE // shrink

    def run(evaluations: int) -> Callable[[], object]:
        x, sigma = torch.zeros(evaluations, network.channels, side, side), torch.full((evaluations,), 0.5)
        return lambda: network.denoise(x, sigma, [conditioning] * evaluations)

    passes = {evaluations: run(evaluations) for evaluations in BATCHES}
    square = torch.randn(MATRIX, MATRIX)
    spent: dict[int, list[float]] = {evaluations: [] for evaluations in (0, *BATCHES)}
    for _ in range(ROUNDS + 1):  # the first one warms up
        spent[0].append(_seconds(lambda: square @ square))
        for evaluations, one in passes.items():
            spent[evaluations].append(_seconds(one))
    median = {evaluations: statistics.median(seconds[1:]) for evaluations, seconds in spent.items()}
    rate = 2 * MATRIX**3 / median[0]
    flops = _flops(card, conditioning, side)
    footprint = measure(checkpoint)
    pixels = PICTURE * PICTURE
    return Passes(
        size=f"{PICTURE}x{PICTURE}",
        precision="fp32",
        threads=threads,
        note=note,
        machine_gflops_a_second=round(rate / 1e9, 1),
        evaluation_gflops=round(flops / 1e9, 3),
        batches=tuple(
            Batch(
                evaluations=evaluations,
                pass_ms=round(median[evaluations] * 1e3, 2),
                memory_mib=round(_peak(one) / 2**20, 1),
                foretold_mib=round(evaluations * (footprint.fixed + footprint.a_pixel * pixels) / 2**20, 1),
                gflops_a_second=round(evaluations * flops / median[evaluations] / 1e9, 1),
                of_machine=round(evaluations * flops / median[evaluations] / rate, 3),
            )
            for evaluations, one in passes.items()
        ),
    )


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _peak(work: Callable[[], object]) -> int:
    with _LiveBytes() as live:
        work()
    peak: int = live.peak
    return peak


def _flops(card: CheckpointCard, conditioning: Conditioning, side: int) -> int:
    """Of one evaluation, counted by torch on the network as diffusers has it."""
    network: Any = SD3Transformer2DModel.from_pretrained(card.folder / "transformer", local_files_only=True)
    with FlopCounterMode(display=False) as counter:
        network(
            hidden_states=torch.zeros(1, network.config.in_channels, side, side),
            timestep=torch.tensor([500.0]),
            encoder_hidden_states=conditioning.tokens[None],
            pooled_projections=conditioning.pooled[None],
        )
    return int(counter.get_total_flops())


if __name__ == "__main__":
    print(json.dumps(asdict(measure_passes(load_catalog(), torch.get_num_threads())), indent=2))
