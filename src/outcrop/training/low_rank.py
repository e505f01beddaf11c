"""Low-rank additions to a network's matrices, trained while the network itself stays: LoRA. Knows no losses.

Source: Hu et al. 2021 (arXiv:2106.09685), section 4.1; tensor names as diffusers and peft write them.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import final

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn.utils import parametrize

_PREFIX = "transformer."


@final
class LowRank(nn.Module):
    """A matrix with a product of two thin ones added: begins as the matrix alone.

    Shapes: weight (out, in); down (rank, in), up (out, rank).
    """

    def __init__(self, weight: Tensor, rank: int) -> None:
        super().__init__()
        self.down = nn.Parameter(torch.randn(rank, weight.shape[1], device=weight.device) / weight.shape[1] ** 0.5)
        self.up = nn.Parameter(torch.zeros(weight.shape[0], rank, device=weight.device))
        self.on = True

    def forward(self, weight: Tensor) -> Tensor:
        """The matrix with its addition, or as it was where the addition is off."""
        return weight + self.up @ self.down if self.on else weight


@final
class Additions:
    """The low-rank additions of one transformer; its own weights are frozen."""

    def __init__(self, transformer: nn.Module, rank: int) -> None:
        """Add to every linear layer inside the blocks.

        Raises: ValueError for a rank that is not positive.
        """
        if rank < 1:
            raise ValueError(f"a rank is positive, found {rank}")
        transformer.requires_grad_(False)  # noqa: FBT003 - torch's own signature
        self.parts: dict[str, LowRank] = {}
        for name, layer in list(transformer.named_modules()):
            if isinstance(layer, nn.Linear) and "transformer_blocks" in name:
                part = LowRank(layer.weight, rank)
                parametrize.register_parametrization(layer, "weight", part)
                self.parts[name] = part

    def parameters(self) -> Iterator[nn.Parameter]:
        """What is trained."""
        for part in self.parts.values():
            yield from part.parameters()

    def switch(self, *, on: bool) -> None:
        """With the additions, or the network as it was."""
        for part in self.parts.values():
            part.on = on

    def state(self) -> dict[str, Tensor]:
        """Both matrices of every addition, by the names of a LoRA file."""
        named = ((f"{_PREFIX}{name}", part) for name, part in self.parts.items())
        return {
            key: value.detach()
            for name, part in named
            for key, value in ((f"{name}.lora_A.weight", part.down), (f"{name}.lora_B.weight", part.up))
        }

    def load_state(self, state: dict[str, Tensor]) -> None:
        """Take over what `state` gave.

        Raises: KeyError where an addition is missing.
        """
        with torch.no_grad():
            for name, part in self.parts.items():
                part.down.copy_(state[f"{_PREFIX}{name}.lora_A.weight"])
                part.up.copy_(state[f"{_PREFIX}{name}.lora_B.weight"])


def write_lora(state: dict[str, Tensor], path: Path) -> None:
    """Write additions, float16, as diffusers' `load_lora_weights` and Outcrop's engine read them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: value.half().contiguous().cpu() for name, value in state.items()}, path)
    path.chmod(0o644)
