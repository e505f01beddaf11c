"""What weights and passes take in memory: weights by their files' headers, passes by measuring two small ones.

Knows tensors and files; knows no limit.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, final
from weakref import finalize

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_iter

from outcrop.engine.conditioning import Conditioning
from outcrop.engine.network import Network
from outcrop.engine.weights import Checkpoint
from outcrop.prompt import plain
from outcrop.units import Size

SIDES = (16, 32)
"""Sides of the latents, in latent pixels, that passes are measured on: every network takes multiples of 16."""

PUT_TOGETHER = 60
"""Bytes a pixel of what is decoded in tiles and put together: five pictures of three float32 numbers."""

LONGEST_HEADER = 100_000_000
"""Bytes; what safetensors itself allows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Footprint:
    """What one evaluation of a network takes beside its weights. Units: bytes."""

    fixed: float
    """Whatever the picture's size: mostly for the words of its prompt."""
    a_pixel: float
    """For each pixel of the picture."""
    a_token: float
    """For each token of a prompt beyond those of an empty one."""
    decoding: float
    """For each pixel of a picture that is decoded at once, when its last pass is over."""
    at_once: int
    """The pixels that are."""

    def cost(self, size: Size, halves: int, further: int) -> int:
        """What a picture counts in a pass, in pixels; `further` are its prompt's tokens beyond an empty one's.

        A token counts as many pixels as take the memory that it takes. In a transformer, through which words and pixels
        pass side by side, that is its share of the work as well; a UNet only looks at words, so there it is next to
        nothing of both.
        """
        return halves * (size.pixels + round(further * self.a_token / self.a_pixel))

    def room(self, size: Size, memory: int) -> int:
        """How many pixels, counted as `Slot.cost`, of pictures of a size fit a pass in that much memory.

        What decoding one of them takes is left free: the device may keep for itself what a pass gave back.
        """
        whole = PUT_TOGETHER * size.pixels if size.pixels > self.at_once else 0
        left = max(0.0, memory - self.decoding * min(size.pixels, self.at_once) - whole)
        return int(left / (self.a_pixel + self.fixed / size.pixels))


@final
class _LiveBytes(TorchDispatchMode):  # type: ignore[no-untyped-call] # torch's own
    """Counts the bytes of the tensors that are made inside it, and the most that lived at once."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # likewise
        self.peak = 0
        self._now = 0
        self._known: set[int] = set()

    def __torch_dispatch__(
        self,
        function: Any,  # noqa: ANN401 - torch's own signature
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401 - torch's own signature
        """Run an operation; what it was given and is not known came from outside and counts nothing."""
        given = kwargs or {}
        self._note([args, given], counted=False)
        result = function(*args, **given)
        self._note(result, counted=True)
        return result

    def _note(self, tensors: object, *, counted: bool) -> None:
        for tensor in tree_iter(tensors):
            if isinstance(tensor, Tensor) and tensor.layout == torch.strided:  # packed weights are of another
                storage = tensor.untyped_storage()
                if storage._cdata not in self._known:  # noqa: SLF001 - what tells storages apart
                    self._known.add(storage._cdata)  # noqa: SLF001 - likewise
                    size = storage.nbytes() if counted else 0
                    self._now += size
                    self.peak = max(self.peak, self._now)
                    finalize(storage, self._forget, storage._cdata, size)  # noqa: SLF001 - likewise

    def _forget(self, key: int, size: int) -> None:
        self._known.discard(key)
        self._now -= size


@torch.inference_mode()
def measure(checkpoint: Checkpoint) -> Footprint:
    """Measure two small pictures, and one with twice the words: a pass grows by the pixel and the word; then decode."""
    conditioning = checkpoint.prompts.encode(plain(""))
    tokens = conditioning.tokens
    wordy = replace(conditioning, tokens=torch.cat([tokens, tokens]))
    shrink = checkpoint.autoencoder.shrink
    small, large = ((side * shrink) ** 2 for side in SIDES)
    of_small, of_large = (_peak(checkpoint.network, conditioning, side) for side in SIDES)
    of_wordy = _peak(checkpoint.network, wordy, SIDES[0])
    a_pixel = (of_large - of_small) / (large - small)
    return Footprint(
        fixed=max(0.0, of_small - a_pixel * small),
        a_pixel=a_pixel,
        a_token=max(0.0, (of_wordy - of_small) / len(tokens)),
        decoding=_decoding_peak(checkpoint, SIDES[1]) / large,
        at_once=checkpoint.autoencoder.at_once,
    )


def _peak(network: Network, conditioning: Conditioning, side: int) -> int:
    """Bytes of one evaluation; `side` in latent pixels."""
    beside = network.channels + 1 if network.sees_mask else 0
    x = torch.zeros(1, network.channels, side, side, device=network.device)
    shown = replace(conditioning, beside=torch.zeros(beside, side, side, device=network.device))
    with _LiveBytes() as live:
        network.denoise(x, torch.tensor([1.0]), [shown])
    peak: int = live.peak
    return peak


def _decoding_peak(checkpoint: Checkpoint, side: int) -> int:
    """Bytes of decoding one picture; `side` in latent pixels."""
    network = checkpoint.network
    latents = torch.zeros(network.channels, side, side, device=network.device)
    with _LiveBytes() as live:
        checkpoint.autoencoder.decode(latents)
    peak: int = live.peak
    return peak


def weight_bytes(folder: Path, bytes_a_number: int) -> int:
    """Bytes of the weights in a folder in diffusers layout, once loaded with so many bytes a number.

    A file that cannot be read counts as long as it is: loading it will say what is wrong.
    """
    return sum(_numbers(file, bytes_a_number) for file in folder.glob("*/*.safetensors"))


def _numbers(file: Path, bytes_a_number: int) -> int:
    try:
        with file.open("rb") as opened:
            length = int.from_bytes(opened.read(8), "little")
            if length > LONGEST_HEADER:
                return file.stat().st_size
            header = json.loads(opened.read(length))
        shapes = [entry["shape"] for name, entry in header.items() if name != "__metadata__"]
        return sum(bytes_a_number * math.prod(shape) for shape in shapes)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return file.stat().st_size if file.exists() else 0
