"""Pictures a second on a GPU, ours against diffusers' networks: `python -m benchmarks.gpu.run > gpu.json`.

1024 x 1024, bfloat16, guidance, decoding included, prompts already encoded. All sides take the same Euler steps; ours
go through the engine's own networks, the others call diffusers' as its pipelines do, eager and compiled. `--tiny`
rehearses on any machine, with tiny networks and figures that mean nothing. SDXL's network is measured at noise levels
as a flow's, which changes nothing of its work.
"""

import argparse
import gc
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor

from benchmarks.gpu.architectures import ARCHITECTURES, REHEARSAL, Architecture
from outcrop.catalog.noise import DiffusionNoise
from outcrop.engine.attention import fuse_attention
from outcrop.engine.conditioning import Conditioning
from outcrop.engine.guidance import guide
from outcrop.engine.network import DiffusionUNet, FlowTransformer, Network

GUIDANCE = 5.0
ROUNDS = 3
BATCHES = (1, 2, 4, 8)
STEPS = (20, 28)

Estimate = Callable[[Tensor, float], Tensor]
"""From latents (b, c, h, w) and their noise level to the guided denoised latents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measurement, the best of some rounds after one that warmed up."""

    network: str
    side: str
    batch: int
    steps: int
    images_per_s: float
    s_per_picture: float
    floor: float


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure every network, and print the figures as JSON."""
    parser = argparse.ArgumentParser(description="Pictures a second on a GPU, against diffusers.")
    parser.add_argument("--tiny", action="store_true", help="rehearse with tiny networks, on any machine")
    tiny = parser.parse_args(arguments).tiny
    if not tiny and not torch.cuda.is_available():
        sys.exit("There is no GPU that torch can use; --tiny rehearses without one.")
    device = torch.device("cpu" if tiny else "cuda")
    figures = [
        asdict(figure)
        for architecture in (REHEARSAL if tiny else ARCHITECTURES)
        for figure in measure(architecture, device, tiny=tiny)
    ]
    card = "rehearsal" if tiny else torch.cuda.get_device_name()
    print(json.dumps({"card": card, "torch": torch.__version__, "figures": figures}, indent=2))


@torch.inference_mode()
def measure(architecture: Architecture, device: torch.device, *, tiny: bool) -> list[Figure]:
    """Measure one network by all sides in turns, batch by batch."""
    dtype = torch.float32 if tiny else torch.bfloat16
    torch.manual_seed(0)
    theirs = architecture.make_denoiser(device, dtype)
    mine = architecture.make_denoiser(device, dtype)
    autoencoder = architecture.make_autoencoder(device, dtype)
    sides = {"outcrop": _ours(architecture, mine), "diffusers": _theirs(architecture, theirs)}
    if not tiny:
        sides["diffusers, compiled"] = _theirs(architecture, torch.compile(theirs))
    side = 8 if tiny else 128
    channels = int(theirs.config.in_channels)
    figures = []
    for batch in BATCHES[:2] if tiny else BATCHES:
        x = torch.randn(batch, channels, side, side, device=device)
        for steps in (2,) if tiny else STEPS:
            for name, estimate in sides.items():
                seconds = min(_timed(estimate, autoencoder, x, steps) for _ in range(1 + ROUNDS))
                figures.append(
                    Figure(
                        network=architecture.name,
                        side=name,
                        batch=batch,
                        steps=steps,
                        floor=architecture.floor,
                        images_per_s=round(batch / seconds, 3),
                        s_per_picture=round(seconds / batch, 4),
                    )
                )
    gc.collect()
    return figures


def _timed(estimate: Estimate, autoencoder: Any, x: Tensor, steps: int) -> float:  # noqa: ANN401 - diffusers has no types
    began = _instant(x.device)
    levels = torch.linspace(0.98, 0, steps + 1).tolist()
    for sigma, following in pairwise(levels):
        x = x + (x - estimate(x, sigma)) / sigma * (following - sigma)
    for each in x:
        autoencoder.decode(each[None].to(autoencoder.dtype))
    return _instant(x.device) - began


def _instant(device: torch.device) -> float:
    if device.type == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter()


def _ours(architecture: Architecture, denoiser: Any) -> Estimate:  # noqa: ANN401 - diffusers has no types
    network: Network
    if architecture.is_flow:
        fuse_attention(denoiser)
        network = FlowTransformer(denoiser, 1000)
    else:
        noise = DiffusionNoise(
            train_steps=1000, beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", zero_terminal=False,
            prediction="epsilon", spacing="leading", offset=1, curve="uniform",
        )  # fmt: skip
        network = DiffusionUNet(denoiser, noise, 8)
    tokens, pooled = _words(architecture, 2, denoiser)
    both = [Conditioning(tokens=tokens[half], pooled=pooled[half]) for half in range(2)]

    def estimate(x: Tensor, sigma: float) -> Tensor:
        seen = network.denoise(x.repeat_interleave(2, 0), torch.full((2 * len(x),), sigma), both * len(x))
        return torch.stack([guide(halves, GUIDANCE) for halves in torch.split(seen, 2)])

    return estimate


def _theirs(architecture: Architecture, denoiser: Any) -> Estimate:  # noqa: ANN401 - diffusers has no types
    def estimate(x: Tensor, sigma: float) -> Tensor:
        count = 2 * len(x)
        tokens, pooled = _words(architecture, count, denoiser)
        shown, time_ = torch.cat([x, x]).to(denoiser.dtype), torch.full((count,), 1000 * sigma, device=x.device)
        if architecture.is_flow:
            found = denoiser(shown, tokens, pooled, time_, return_dict=False)[0]
        else:
            sizes = torch.tensor([[1024, 1024, 0, 0, 1024, 1024]], device=x.device).expand(count, -1)
            added = {"text_embeds": pooled, "time_ids": sizes}
            found = denoiser(shown, time_, tokens, added_cond_kwargs=added, return_dict=False)[0]
        positive, negative = found.float().chunk(2)
        guided: Tensor = negative + GUIDANCE * (positive - negative)
        return x - sigma * guided

    return estimate


def _words(architecture: Architecture, count: int, denoiser: Any) -> tuple[Tensor, Tensor]:  # noqa: ANN401 - likewise
    """An encoded prompt; what it says makes no difference to speed."""
    tokens = torch.ones(count, architecture.tokens, architecture.width, device=denoiser.device, dtype=denoiser.dtype)
    return tokens, torch.ones(count, architecture.pooled, device=denoiser.device, dtype=denoiser.dtype)


if __name__ == "__main__":
    main()
