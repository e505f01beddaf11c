"""How many threads draw with a checkpoint: a small network gives them too little to divide. Knows files, no torch."""

from pathlib import Path
from typing import Final

DENOISERS: Final = ("transformer", "unet")
"""Folders of a checkpoint that may hold its denoiser."""

SMALL: Final = 256 * 2**20
"""Bytes of a denoiser's files up to which one thread draws with it."""


def is_small(folder: Path) -> bool:
    """Whether a checkpoint's denoiser is so small that threads would wait for each other longer than they compute.

    A product of the preview model takes some 50 microseconds, and to wake a thread that sleeps takes as long.
    """
    files = (file for part in DENOISERS for file in (folder / part).glob("*.safetensors"))
    return sum(file.stat().st_size for file in files) <= SMALL


def threads_for(folder: Path, threads: int) -> int:
    """The threads that divide each product of a checkpoint, of as many as there are."""
    return 1 if is_small(folder) else threads
