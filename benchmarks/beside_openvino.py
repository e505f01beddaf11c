"""A pass of the denoiser by Outcrop, by OpenVINO and by diffusers, in turns: `python -m benchmarks.beside_openvino`.

OpenVINO is no dependency: install it where this is run. Keeps what it measured in benchmarks/results.json.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import openvino
import torch
from diffusers import SD3Transformer2DModel
from torch import Tensor, nn

from benchmarks.report import page
from benchmarks.run import PAGE, RESULTS
from outcrop.catalog.load import load_catalog
from outcrop.engine.weights import load_checkpoint
from outcrop.prompt import plain

ROUNDS = 9
EVALUATIONS = 2
"""One picture with guidance."""
SIDE = 32
"""Latent pixels: a picture of 256 by 256."""


class _Positional(nn.Module):
    """Diffusers' network with its inputs by position, as OpenVINO's converter wants them."""

    def __init__(self, network: Any) -> None:  # noqa: ANN401 - diffusers has no types
        super().__init__()
        self.network = network

    def forward(self, x: Tensor, tokens: Tensor, pooled: Tensor, time_: Tensor) -> Tensor:
        """Predict the velocity."""
        seen: Tensor = self.network(
            hidden_states=x,
            encoder_hidden_states=tokens,
            pooled_projections=pooled,
            timestep=time_,
            return_dict=False,
        )[0]
        return seen


@torch.inference_mode()
def measure(note: str) -> dict[str, Any]:
    """Medians of rounds in which each took its turn, float32, one thread. Units: milliseconds."""
    torch.set_num_threads(1)
    card = load_catalog().checkpoints["outcrop-nano"]
    checkpoint = load_checkpoint(card, torch.device("cpu"))
    conditioning = [checkpoint.prompts.encode(plain("a red apple on a wooden table"))] * EVALUATIONS
    x, sigma = torch.randn(EVALUATIONS, checkpoint.network.channels, SIDE, SIDE), torch.full((EVALUATIONS,), 0.5)
    given = (
        x,
        torch.stack([each.tokens for each in conditioning]),
        torch.stack([each.pooled for each in conditioning]),
        sigma * 1000,
    )
    network = _Positional(SD3Transformer2DModel.from_pretrained(card.folder / "transformer", local_files_only=True))
    options = {"INFERENCE_NUM_THREADS": 1, "INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY"}
    compiled = openvino.Core().compile_model(openvino.convert_model(network, example_input=given), "CPU", options)
    arrays = [tensor.numpy() for tensor in given]
    apart = float((torch.from_numpy(compiled(arrays)[0]) - network(*given)).abs().max())
    works: dict[str, Callable[[], object]] = {
        "outcrop": lambda: checkpoint.network.denoise(x, sigma, conditioning),
        "openvino": lambda: compiled(arrays),
        "diffusers": lambda: network(*given),
    }
    spent: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS + 1):  # the first one warms up
        for name, work in works.items():
            began = time.perf_counter()
            work()
            spent[name].append(time.perf_counter() - began)
    rounds = list(zip(*(spent[name][1:] for name in works), strict=True))
    return {
        "version": openvino.__version__,
        "evaluations": EVALUATIONS,
        "apart": apart,
        **{f"{name}_ms": round(statistics.median(seconds[1:]) * 1e3, 1) for name, seconds in spent.items()},
        "openvino_of_outcrop": round(statistics.median(theirs / ours for ours, theirs, _ in rounds), 2),
        "note": note,
    }


if __name__ == "__main__":
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    results["openvino"] = measure(" ".join(sys.argv[1:]))
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    PAGE.write_text(page(results), encoding="utf-8")
