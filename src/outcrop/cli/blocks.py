"""Has the C library give large blocks of memory back to the system as soon as they are free. Knows no block."""

import ctypes
from typing import Final

M_MMAP_THRESHOLD: Final = -3
LARGE: Final = 5 * 2**20
"""Bytes from which on a block is one that only a large body or picture asks for."""


def return_large_blocks() -> None:
    """Fix the size from which blocks are mapped one by one; does nothing where the C library is not glibc.

    glibc raises it by itself up to 32 MiB with every such block that is freed, and then keeps what the largest bodies
    took for later.

    Source: mallopt(3), "M_MMAP_THRESHOLD".
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, LARGE)
