"""Pictures to mark: of many scales as photographs are, flat as drawings are, and rough as grass. Knows pixels alone."""

import numpy as np
from PIL import Image


def cloudy(width: int, height: int, seed: int, roughness: float = 1.1) -> Image.Image:
    """Noise of all scales in three colours: the higher the roughness, the less of it is fine."""
    chance = np.random.default_rng(seed)
    down, right = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :]
    falling = 1 / np.maximum(np.hypot(down, right), 1 / max(width, height)) ** roughness
    planes = []
    for _ in range(3):
        waves = falling * np.exp(2j * np.pi * chance.random(falling.shape))
        plane = np.fft.irfft2(waves, (height, width))
        planes.append(128 + 48 * plane / plane.std())
    return Image.fromarray(np.stack(planes, axis=-1).clip(0, 255).astype(np.uint8))


def drawn(width: int, height: int, seed: int) -> Image.Image:
    """Flat discs on a flat ground, edges soft, as the embedded model's pictures are."""
    chance = np.random.default_rng(seed)
    rows, columns = np.indices((height // 4, width // 4))
    canvas = np.full((height // 4, width // 4, 3), chance.integers(40, 220, 3), np.uint8)
    for _ in range(7):
        down, right, radius = chance.random(3) * (height // 4, width // 4, height // 10)
        canvas[np.hypot(rows - down, columns - right) < radius] = chance.integers(0, 255, 3)
    return Image.fromarray(canvas).resize((width, height), Image.Resampling.LANCZOS)
