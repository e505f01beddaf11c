"""What a checkpoint is drawn with here: device, precision, threads, and a digest of its weights. Draws nothing."""

from functools import lru_cache
from hashlib import file_digest, sha256
from pathlib import Path

import torch

from outcrop.catalog.card import CheckpointCard
from outcrop.engine.threads import threads_for
from outcrop.engine.weight_files import find_weights
from outcrop.plan import Means
from outcrop.units import Precision

PARTS = ("text_encoder", "text_encoder_2", "text_encoder_3", "transformer", "unet", "vae")
"""Folders of a checkpoint that may hold weights."""


def means_of(card: CheckpointCard, device: torch.device, precision: Precision, threads: int) -> Means:
    """What the pictures of a checkpoint are drawn with, where there are so many threads.

    Raises: BadCheckpoint when its weights are not whole.
    """
    return Means(
        precision=precision,
        threads=threads_for(card.folder, threads),
        device=_name(device),
        torch=torch.__version__,
        weights=weight_digest(card),
    )


def weight_digest(card: CheckpointCard) -> str:
    """SHA-256 over the digests of all files that a checkpoint's weights are read from, its LoRA's last.

    Units: hexadecimal. A file that has not changed is read once in a process.
    Raises: BadCheckpoint when they are not whole.
    """
    whole = sha256()
    for part in PARTS:
        if (card.folder / part).is_dir():
            for file in find_weights(card.folder / part).files:
                whole.update(_digest_of(file))
    if card.lora is not None:
        whole.update(_digest_of(card.lora))
    return whole.hexdigest()


def _digest_of(file: Path) -> bytes:
    state = file.stat()
    return _digest(file, state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=256)
def _digest(file: Path, _size: int, _changed: int) -> bytes:
    with file.open("rb") as content:
        return file_digest(content, "sha256").digest()


def _name(device: torch.device) -> str:
    if device.type == "cpu":
        return f"cpu {torch.backends.cpu.get_cpu_capability()}"  # which of its kernels torch takes
    return torch.cuda.get_device_name(device)
