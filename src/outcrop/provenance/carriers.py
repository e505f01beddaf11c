"""The waves that carry a mark: which they are and what each one's phase says is the key's secret. Knows no picture.

They are waves of a square tile that repeats all over a picture. A quarter of them is the pilot, whose phases are known
and tell where the tile begins; the others carry the code's bits, each bit several times.
"""

from hashlib import shake_256
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from outcrop.provenance.convolution import Soft, coded_length, encode
from outcrop.provenance.payload import BITS

TILE: Final = 128
"""Side of the tile, in pixels of the canonical size."""
SHORTEST: Final = 4.0
LONGEST: Final = 10.0
"""Wave lengths, in the same: shorter ones do not survive a smaller picture, longer ones are seen."""
PILOT_PART: Final = 0.25

TURNS: Final = (None, *(Image.Transpose(number) for number in range(7)))
"""All ways to lay a square on itself."""
BACK: Final = {
    Image.Transpose.ROTATE_90: Image.Transpose.ROTATE_270,
    Image.Transpose.ROTATE_270: Image.Transpose.ROTATE_90,
}
"""What undoes a turn that does not undo itself."""

Spectrum = NDArray[np.complexfloating[Any, Any]]
"""The real Fourier transform of a tile, (TILE, TILE / 2 + 1)."""
Plane = NDArray[np.float32]


class Carriers:
    """The waves of one key."""

    def __init__(self, key: bytes) -> None:
        v, u = np.meshgrid(np.fft.fftfreq(TILE, 1 / TILE).astype(int), np.arange(TILE // 2), indexing="ij")
        radius = np.hypot(u, v)
        used = (radius >= TILE / LONGEST) & (radius < TILE / SHORTEST) & ((u > 0) | (v > 0))
        chance = np.frombuffer(shake_256(b"outcrop watermark waves" + key).digest(8 * 3 * int(used.sum())), "<u8")
        ranks, phases, signs = chance.reshape(3, -1)
        order = np.argsort(ranks, kind="stable")
        pilots = int(len(order) * PILOT_PART)
        self.v, self.u = v[used][order], u[used][order]
        """Waves across the tile, downward and to the right: first those of the pilot, then the others."""
        rings = np.rint(radius[used][order]).astype(int)
        self._rings = rings - rings.min()
        """Which waves are about as long as each other."""
        self._pilots = pilots
        self._pilot = np.exp(2j * np.pi * phases[:pilots] / 2.0**64).astype(np.complex64)
        self._turned = np.stack([np.conj(np.fft.rfft2(turned(self._laid(self._pilot), turn))) for turn in TURNS])
        # Each wave beyond the pilot carries two signs, in its cosine and in its sine.
        self._signs = (1.0 - 2.0 * np.stack([signs & 1, signs >> np.uint64(1) & 1], axis=1)[pilots:]).astype(np.float32)
        self._places = np.arange(self._signs.size) % coded_length(BITS)

    def tile(self, bits: NDArray[np.uint8]) -> Plane:
        """The tile that says some bits.

        Shapes: bits (112,); the result (TILE, TILE), of mean 0 and root mean square 1.
        """
        said = (1 - 2 * encode(bits).astype(np.float32))[self._places].reshape(-1, 2) * self._signs
        return self._laid(np.concatenate([self._pilot, (said[:, 0] + 1j * said[:, 1]) / np.sqrt(2)]))

    def turn(self, tile: Plane) -> Image.Transpose | None:
        """What turns a tile as it was laid, by where the pilot stands out most; None where it lies so already."""
        likeness = np.fft.irfft2(np.fft.rfft2(tile) * self._turned, (TILE, TILE))
        found = TURNS[int((likeness.max((1, 2)) / (likeness.std((1, 2)) + 1e-12)).argmax())]
        return None if found is None else BACK.get(found, found)

    def _laid(self, waves: NDArray[np.complexfloating[Any, Any]]) -> Plane:
        """The tile of the first waves' phases. Shapes: (TILE, TILE), of mean 0 and root mean square 1."""
        v, u = self.v[: len(waves)], self.u[: len(waves)]
        spectrum = np.zeros((TILE, TILE // 2 + 1), np.complex64)
        spectrum[v, u] = waves
        upright = u == 0  # the inverse transform takes the other half of these from itself
        spectrum[-v[upright], 0] = np.conj(spectrum[v[upright], 0])
        tile = np.fft.irfft2(spectrum, (TILE, TILE))
        even: Plane = (tile / tile.std()).astype(np.float32)
        return even

    def find(self, spectrum: Spectrum) -> tuple[float, int, int]:
        """Where in a tile the pilot begins, and how clearly.

        Units: the first is in standard deviations of chance; then pixels down and to the right.
        """
        pilots = slice(self._pilots)
        aligned = np.zeros_like(spectrum)
        aligned[self.v[pilots], self.u[pilots]] = spectrum[self.v[pilots], self.u[pilots]] * np.conj(self._pilot)
        likeness = np.fft.irfft2(aligned, (TILE, TILE))
        place = int(likeness.argmax())
        return float(likeness.flat[place] / (likeness.std() + 1e-12)), *divmod(place, TILE)

    def listen(self, spectrum: Spectrum, down: int, right: int) -> Soft:
        """What a tile that begins at a place says of each bit of the code; positive for a 0.

        Shapes: (coded_length(112),), of mean size 1.
        """
        v, u = self.v[self._pilots :], self.u[self._pilots :]
        even = spectrum[v, u] / self._loudness(spectrum)[self._pilots :]
        waves = even * np.exp(2j * np.pi * (v * down + u * right) / TILE)
        heard = np.stack([waves.real, waves.imag], axis=1) * self._signs
        soft = np.bincount(self._places, heard.ravel())
        sized: Soft = (soft / (np.abs(soft).mean() + 1e-12)).astype(np.float32)
        return sized

    def _loudness(self, spectrum: Spectrum) -> NDArray[np.float64]:
        """How loud waves of each one's length are: what is louder there is the picture, which tells nothing.

        Shapes: as `v`; root mean squares.
        """
        waves = spectrum[self.v, self.u]
        counts = np.bincount(self._rings)
        powers = np.bincount(self._rings, waves.real**2 + waves.imag**2) / np.maximum(counts, 1)
        smooth = np.convolve(np.pad(powers, 1, mode="edge"), [0.25, 0.5, 0.25], "valid")
        loudness: NDArray[np.float64] = np.sqrt(smooth[self._rings]) + 1e-12
        return loudness


def turned(tile: Plane, turn: Image.Transpose | None) -> Plane:
    """A tile, turned or mirrored. Shapes: (TILE, TILE)."""
    return tile if turn is None else np.asarray(Image.fromarray(tile).transpose(turn))
