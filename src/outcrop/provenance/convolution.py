"""An error-correcting code for few bits in much noise: convolutional, read by soft decisions. Knows bits alone.

Rate 1/4, constraint length 9, free distance 24; ended by eight zeros. Reading is the Viterbi algorithm over the 256
states at once.

Source: K. J. Larsen, "Short Convolutional Codes with Maximal Free Distance", IEEE Trans. Inf. Theory 19 (1973).
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

MEMORY: Final = 8
STATES: Final = 1 << MEMORY
POLYNOMIALS: Final = (0o463, 0o535, 0o733, 0o745)
RATE: Final = len(POLYNOMIALS)

Bits = NDArray[np.uint8]
Soft = NDArray[np.float32]


def coded_length(bits: int) -> int:
    """How many bits the code makes of so many."""
    return RATE * (bits + MEMORY)


def encode(bits: Bits) -> Bits:
    """The code's bits.

    Shapes: bits (n,), 0 or 1; the result (4 (n + 8),).
    """
    padded = np.concatenate([np.zeros(MEMORY, np.uint8), bits, np.zeros(MEMORY, np.uint8)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, MEMORY + 1)  # (n + 8, 9), the newest bit last
    taps = _taps(np.arange(MEMORY, -1, -1))
    return ((windows @ taps.T) & 1).astype(np.uint8).reshape(-1)


def decode(soft: Soft) -> Bits:
    """The most likely bits; a positive value speaks for a 0, the more the larger it is.

    Shapes: soft (4 (n + 8),); the result (n,).
    """
    steps = soft.reshape(-1, RATE)
    registers = np.arange(2 * STATES)
    outputs = ((registers[:, None] & np.array(POLYNOMIALS)).astype(np.uint16)[..., None] >> np.arange(MEMORY + 1)) & 1
    signs = (1 - 2 * (outputs.sum(-1) & 1)).astype(np.float32)  # (512, 4)
    gains = steps @ signs.T  # (n + 8, 512)
    # A register is its newest bit on top of the state before it; the state after it forgets the oldest bit.
    score = np.full(STATES, -np.inf, np.float32)
    score[0] = 0
    came = np.empty((len(steps), STATES), np.uint8)
    before = _before()
    for number, gain in enumerate(gains):
        paths = score[before & (STATES - 1)] + gain[before]  # (256, 2)
        came[number] = paths.argmax(1)
        score = paths.max(1)
    state, bits = 0, np.empty(len(steps), np.uint8)
    for number in range(len(steps) - 1, -1, -1):
        bits[number] = state >> (MEMORY - 1)
        state = int(before[state, came[number, state]]) & (STATES - 1)
    return bits[:-MEMORY]


def _before() -> NDArray[np.int64]:
    """The two registers that lead to each state."""
    states = np.arange(STATES)
    return np.stack([states << 1, (states << 1) | 1], axis=1)


def _taps(places: NDArray[np.int64]) -> NDArray[np.int64]:
    return (np.array(POLYNOMIALS)[:, None] >> (MEMORY - places)[None, :]) & 1
