"""An estimate goes to the palette and keeps the rest; real pictures end nearer to it, and show what they showed."""

import math
from pathlib import Path

import pytest
import torch
from benchmarks.drafts import likeness
from benchmarks.palettes import PALETTES, distance
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from outcrop.catalog.load import load_catalog
from outcrop.clock import now
from outcrop.engine.latents import LatentRgb
from outcrop.engine.palette import LUMA, STRENGTH, PaletteGuide, shares
from outcrop.palette import Palette
from outcrop.prompt import plain
from outcrop.request import TextToImage
from outcrop.training.generate import Gallery
from outcrop.units import ModelId, Seed, Size
from tests.conftest import CANVAS, SDXL, ULTRA

CHANNELS = 16
LEVELS = st.integers(0, 255)
PALETTES_OF_ANY_COLOURS = st.lists(st.tuples(LEVELS, LEVELS, LEVELS), min_size=1, max_size=10, unique=True).map(tuple)
SEEDS = st.integers(0, 1000)


def latents_and_map(seed: int) -> tuple[Tensor, LatentRgb]:
    """Latents of a picture of chance, and some map from them to colours."""
    chance = torch.Generator().manual_seed(seed)
    weight = torch.randn(CHANNELS, 3, generator=chance) / 10
    return torch.randn(CHANNELS, 9, 7, generator=chance), LatentRgb(weight=weight, bias=torch.full((3,), 0.5))


def colours_of(latents: Tensor, latent_rgb: LatentRgb) -> Tensor:
    """What the map sees. Shapes: (c, h, w) to (h w, 3)."""
    return latents.flatten(1).T @ latent_rgb.weight + latent_rgb.bias


def chroma(colours: Tensor) -> Tensor:
    """What of colours is not lightness. Shapes: (n, 3), returns the same."""
    return colours - (colours @ torch.tensor(LUMA))[:, None]


@given(SEEDS, PALETTES_OF_ANY_COLOURS)
def test_every_place_is_made_of_the_palette(seed: int, palette: Palette) -> None:
    """In shares that are whole, and every colour has one."""
    latents, latent_rgb = latents_and_map(seed)
    found = shares(colours_of(latents, latent_rgb), torch.tensor(palette) / 255)
    assert found.shape == (63, len(palette))
    assert torch.allclose(found.sum(1), torch.ones(63), atol=1e-5)
    assert (found.mean(0) > 1 / (10 * len(palette))).all()


@given(SEEDS, PALETTES_OF_ANY_COLOURS, st.floats(0, 1))
def test_what_is_no_colour_stays(seed: int, palette: Palette, left: float) -> None:
    """Latents that the map does not see are those of before, to rounding."""
    latents, latent_rgb = latents_and_map(seed)
    change = (PaletteGuide.of(palette, latent_rgb).guided(latents, left) - latents).flatten(1).T
    seen = latent_rgb.weight @ torch.linalg.pinv(latent_rgb.weight)
    assert torch.allclose(change, change @ seen, atol=1e-3)


@given(SEEDS, PALETTES_OF_ANY_COLOURS)
def test_the_end_is_the_networks_own(seed: int, palette: Palette) -> None:
    """When no step is left, nothing is changed."""
    latents, latent_rgb = latents_and_map(seed)
    assert torch.equal(PaletteGuide.of(palette, latent_rgb).guided(latents, 0), latents)


@given(SEEDS, st.tuples(LEVELS, LEVELS, LEVELS))
def test_one_colour_keeps_light_and_shade(seed: int, colour: tuple[int, int, int]) -> None:
    """A place becomes a shade of it, of its own lightness."""
    latents, latent_rgb = latents_and_map(seed)
    before = colours_of(latents, latent_rgb)
    after = colours_of(PaletteGuide.of((colour,), latent_rgb).guided(latents, 1), latent_rgb)
    luma = torch.tensor(LUMA)
    assert torch.allclose(after @ luma, before @ luma, atol=1e-4)
    hue = chroma(torch.tensor([colour]) / 255)
    assert torch.allclose(chroma(after), torch.lerp(chroma(before), hue, STRENGTH), atol=1e-4)


def test_colours_that_are_there_already_stay() -> None:
    """A picture of black and white halves is left alone by a palette of both."""
    latent_rgb = LatentRgb(weight=torch.eye(3), bias=torch.zeros(3))
    latents = torch.cat([torch.zeros(3, 4, 2), torch.ones(3, 4, 2)], 2)
    guided = PaletteGuide.of(((0, 0, 0), (255, 255, 255)), latent_rgb).guided(latents, 1)
    assert torch.allclose(guided, latents, atol=1e-3)


@pytest.mark.parametrize("model", [CANVAS, ULTRA, SDXL], ids=str)
def test_real_pictures_have_the_colours(tmp_path: Path, model: str) -> None:
    """Of the model that comes along: nearer to each palette by a quarter at least than the same words and seed without,
    on average, and of the same structure.
    """
    words = ("a house by a lake at sunset", "a bouquet of flowers in a vase")
    catalog = load_catalog()
    gallery = Gallery(catalog, catalog.model(ModelId(model)), tmp_path, now)
    size = Size(width=512, height=512)

    def draw(palette: Palette) -> list[TextToImage]:
        return [TextToImage(prompt=plain(text), size=size, seed=Seed(7), palette=palette) for text in words]

    controls = gallery.draw(draw(()), lambda _: None)
    for palette in PALETTES.values():
        guided = gallery.draw(draw(palette), lambda _: None)
        near = math.fsum(distance(shot.pixels, palette) for shot in guided)
        assert near < 0.75 * math.fsum(distance(shot.pixels, palette) for shot in controls)
        alike = [likeness(one.pixels, other.pixels) for one, other in zip(controls, guided, strict=True)]
        assert min(alike) > 0.2
