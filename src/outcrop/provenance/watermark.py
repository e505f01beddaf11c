"""An invisible mark in a picture's brightness that says a payload, and is read without knowing the picture.

Embedding lays a tile of keyed waves over the picture, as strong as each place hides it. Reading brings the picture to
the canonical size, evens it out, finds the tile's scale by where its waves stand out from the spectrum between them,
folds the picture onto one tile, and finds by the pilot where that begins and how it was mirrored or turned. Knows
pixels; knows no file.

Source: spread spectrum after Cox, Kilian, Leighton and Shamoon, IEEE Trans. Image Processing 6 (1997); a repeated tile
against cropping and scaling after Kutter, Proc. SPIE 3528 (1998).
"""

from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from outcrop.provenance.carriers import TILE, Carriers, Spectrum, turned
from outcrop.provenance.convolution import decode, encode
from outcrop.provenance.payload import Payload, pack, unpack
from outcrop.provenance.texture import evened, liveliness

CANONICAL_PIXELS: Final = 512 * 512
"""To so many a picture is brought to be read, and to be marked; a small one to half of its own, so that files and
smaller sizes leave the waves, which are then longer in it."""
SMALL: Final = 4 / 3
"""How much stronger the mark of a small picture is."""
FLAT: Final = 0.6
"""Levels, root mean square, of the mark where a picture is flat."""
HIDDEN: Final = 0.35
"""Levels more for each level of liveliness, up to `MOST_LIVELY`."""
MOST_LIVELY: Final = 12.0
WEAKEST: Final = 0.9
STRONGEST: Final = 2.2
"""Root mean square of the whole mark, in levels, at least and at most: 49.0 and 41.3 dB."""
SCALES: Final = np.exp(np.arange(np.log(0.72), np.log(2.6), 0.002))
"""Sizes of the tile, against that of a whole picture, that are looked for: a crop makes it larger, a frame smaller."""
TRIED: Final = 5
"""Scales that are tried in full, besides that of a whole picture."""
NEAR: Final = 0.004
"""Scales that are nearer to each other, as a part of each, count as one."""
CLEAR: Final = 5.0
"""Standard deviations by which a pilot must stand out: less is chance among 16,384 places. It only saves work."""
DIM: Final = 4.5
OBVIOUS: Final = 14.0
"""Those at which a pilot is worth a closer look, and at which no other is looked for."""

BAND: Final = 64
"""Rows that are marked at once."""

Plane = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A mark that was found."""

    payload: Payload
    confidence: float
    """The part of the code's bits that were read right, of which half would be by chance."""
    scale: float
    """Size of the tile against that of a whole picture of a megapixel: above 1 after a crop, or of a small one."""
    turned: bool
    """Whether the picture was mirrored or turned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A pilot, as clear as it was."""

    clear: float
    scale: float
    turned: bool
    spectrum: Spectrum
    down: int
    right: int


@final
class Watermark:
    """Marks pictures under one key, and reads marks of that key."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._carriers = Carriers(key)

    def embed(self, image: Image.Image, payload: Payload) -> Image.Image:
        """The picture with a mark, as strong in all three colours; where it is one of RGB, it is changed itself."""
        rgb = image if image.mode == "RGB" else image.convert("RGB")
        laid = self._laid(rgb, payload)
        grain = laid.height / rgb.height
        for top in range(0, rgb.height, BAND):  # as numbers the whole of it would take ten times its room
            end = min(top + BAND, rgb.height)
            mark = laid.resize(
                (rgb.width, end - top), Image.Resampling.BICUBIC, (0, top * grain, laid.width, end * grain)
            )
            band = np.asarray(rgb.crop((0, top, rgb.width, end)), np.int16)
            changed = (band + np.rint(np.asarray(mark)).astype(np.int16)[..., None]).clip(0, 255)
            rgb.paste(Image.fromarray(changed.astype(np.uint8)), (0, top))
        return rgb

    def _laid(self, rgb: Image.Image, payload: Payload) -> Image.Image:
        """The mark of a picture, at the size to which it is brought to be marked."""
        pixels = rgb.width * rgb.height
        grey = _grey(rgb, min(CANONICAL_PIXELS, max(pixels // 2, min(pixels, CANONICAL_PIXELS // 2))))
        lift = 1.0 if pixels >= 2 * CANONICAL_PIXELS else SMALL
        strength = lift * (FLAT + HIDDEN * np.minimum(liveliness(grey), MOST_LIVELY))
        whole = float(np.sqrt(np.mean(strength * strength)))
        strength *= min(max(whole, lift * WEAKEST), STRONGEST) / whole
        tile = self._carriers.tile(pack(payload, self._key))
        rows, columns = grey.shape
        return Image.fromarray(np.tile(tile, (-(-rows // TILE), -(-columns // TILE)))[:rows, :columns] * strength)

    def read(self, image: Image.Image) -> Reading | None:
        """The mark in a picture, if there is one of this key."""
        even = evened(_grey(image, CANONICAL_PIXELS))
        found = self._find(even, 1.0)
        if found.clear < OBVIOUS:
            found = max(found, *(self._find(even, scale) for scale in self._scales(even)), key=_clearness)
        if found.clear > DIM:
            found = self._finest(even, found)
        if found.clear < CLEAR:
            return None
        soft = self._carriers.listen(found.spectrum, found.down, found.right)
        bits = decode(soft)
        payload = unpack(bits, self._key)
        if payload is None:
            return None
        right = np.mean((soft < 0) == encode(bits).astype(bool))
        return Reading(payload=payload, confidence=float(right), scale=found.scale, turned=found.turned)

    def _scales(self, even: Plane) -> list[float]:
        """The scales, other than that of a whole picture, at which the tile's waves stand out most."""
        rows, columns = (2 * side for side in even.shape)
        spectrum = np.fft.rfft2(even, (rows, columns))
        power = np.log(spectrum.real**2 + spectrum.imag**2 + 1e-9)
        v, u = self._carriers.v / TILE, self._carriers.u / TILE
        down = np.rint(np.outer(rows / SCALES, v)).astype(np.int32) % rows
        right = np.rint(np.outer(columns / SCALES, u)).astype(np.int32)
        inside = np.minimum(right, power.shape[1] - 1)
        standing = power[down, inside].mean(axis=1)
        about = np.convolve(np.pad(standing, 15, mode="edge"), np.ones(31) / 31, "valid")
        chosen = [1.0]
        for number in np.argsort(about - standing):
            scale = float(SCALES[number])
            if all(abs(scale / other - 1) > NEAR for other in chosen):
                chosen.append(scale)
            if len(chosen) > TRIED:
                break
        return chosen[1:]

    def _finest(self, even: Plane, found: _Found) -> _Found:
        """The same at the scales beside it, where the pilot is clearer there."""
        near = (self._find(even, found.scale * (1 + off)) for off in (-0.002, -0.001, 0.001, 0.002))
        return max(found, *near, key=_clearness)

    def _find(self, even: Plane, scale: float) -> _Found:
        """The clearest pilot at a scale, however the tile lies."""
        fold = _fold(even, scale)
        turn = self._carriers.turn(fold)
        spectrum = np.fft.rfft2(turned(fold, turn))
        clear, down, right = self._carriers.find(spectrum)
        return _Found(clear=clear, scale=scale, turned=turn is not None, spectrum=spectrum, down=down, right=right)


def _clearness(found: _Found) -> float:
    return found.clear


def _grey(image: Image.Image, pixels: int) -> Plane:
    """Brightness at the size of so many pixels, in the picture's shape."""
    scale = (pixels / (image.width * image.height)) ** 0.5
    size = (max(8, round(image.width * scale)), max(8, round(image.height * scale)))
    grey = image.convert("L")
    if grey.size != size:
        grey = grey.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
    return np.asarray(grey, np.float32)


def _fold(even: Plane, scale: float) -> Plane:
    """The sum of all tiles of a size.

    Shapes: (TILE, TILE).
    """
    if scale != 1.0:
        size = (max(1, round(even.shape[1] / scale)), max(1, round(even.shape[0] / scale)))
        even = np.asarray(Image.fromarray(even).resize(size, Image.Resampling.BICUBIC))
    rows, columns = even.shape
    whole = np.pad(even, ((0, -rows % TILE), (0, -columns % TILE)))
    summed: Plane = whole.reshape(-(-rows // TILE), TILE, -(-columns // TILE), TILE).sum((0, 2))
    return summed
