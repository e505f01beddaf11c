"""A large picture goes through the autoencoder in tiles: nearly the same picture, in bounded memory."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional

from outcrop.catalog.card import CheckpointCard
from outcrop.catalog.checkpoint import read_checkpoint
from outcrop.clock import now
from outcrop.engine.engine import Pixels
from outcrop.engine.footprint import PUT_TOGETHER, _LiveBytes
from outcrop.engine.latents import Autoencoder
from outcrop.engine.local import LocalEngine
from outcrop.engine.tiles import OVERLAP, Scale, in_tiles, sampled, spread
from outcrop.engine.weights import load_checkpoint
from outcrop.plan import Plan, Start
from outcrop.request import Bitmap
from outcrop.units import Seed, Size
from tests.engine.listening import Ear
from tests.engine.pictures import psnr

CPU = torch.device("cpu")
SIDE = 256
"""Of a tile, in pixels."""


def autoencoder_in(folder: Path) -> Autoencoder:
    """A folder's autoencoder, which takes a tile at once."""
    return replace(load_checkpoint(read_checkpoint("tiny", folder), CPU).autoencoder, at_once=SIDE**2)


def from_left_to_right(channels: int) -> Tensor:
    """Latents of a picture of 512 by 384 whose left is another than its right, as of a dark wood under a bright sky."""
    generator = torch.Generator().manual_seed(0)
    slope = torch.randn(channels, 1, 1, generator=generator) * torch.linspace(-1, 1, 64)
    return 0.5 * torch.randn(channels, 48, 64, generator=generator) + 2 * slope


def by_diffusers(autoencoder: Autoencoder, latents: Tensor) -> Pixels:
    """The same by diffusers' own tiles of that side."""
    vae = autoencoder.network
    vae.enable_tiling()
    vae.tile_sample_min_size, vae.tile_latent_min_size = SIDE, SIDE // autoencoder.shrink
    with torch.inference_mode():
        sample = vae.decode((latents / autoencoder.scaling_factor + autoencoder.shift_factor)[None]).sample[0]
    vae.disable_tiling()
    pixels: Pixels = ((sample.permute(1, 2, 0) / 2 + 0.5).clamp(0, 1) * 255).round().to(torch.uint8).numpy()
    return pixels


@given(length=st.integers(1, 400), side=st.integers(8, 64))
def test_tiles_cover_a_side_and_overlap(length: int, side: int) -> None:
    """All of one length, from edge to edge, each neighbour by its share at least, and no more of them than needed."""
    places = spread(length, side)
    assert {len(place) for place in places} == {min(length, side)}
    assert (places[0].start, places[-1].stop) == (0, length)
    overlaps = [one.stop - other.start for one, other in pairwise(places)]
    assert all(overlap >= side / OVERLAP - 1 for overlap in overlaps)
    assert len(places) <= 2 or (len(places) - 2) * (side - -(-side // OVERLAP)) + side < length


@pytest.mark.parametrize("size", [(5, 100), (16, 16), (17, 40), (100, 33)])
def test_what_needs_no_neighbour_comes_out_whole(size: tuple[int, int]) -> None:
    """Work on single pixels, growing and shrinking: the tiles of a picture count as one everywhere."""
    height, width = size
    whole = torch.randn(3, height, width, generator=torch.Generator().manual_seed(1))
    grown = in_tiles(
        lambda tile: tile.repeat_interleave(4, 1).repeat_interleave(4, 2), whole, 16, Scale(before=1, after=4)
    )
    assert torch.allclose(grown, whole.repeat_interleave(4, 1).repeat_interleave(4, 2), atol=1e-5)
    shrunk = in_tiles(lambda tile: functional.avg_pool2d(tile, 4), grown, 16, Scale(before=4, after=1))
    assert torch.allclose(shrunk, whole, atol=1e-5)


def test_no_tile_is_larger_than_allowed() -> None:
    """Whatever the picture's shape."""
    seen: list[tuple[int, ...]] = []

    def work(tile: Tensor) -> Tensor:
        seen.append(tuple(tile.shape))
        return tile

    in_tiles(work, torch.zeros(1, 70, 9), 16, Scale(before=1, after=1))
    assert set(seen) == {(1, 16, 9)}


def test_a_sample_is_like_the_whole() -> None:
    """Pieces of it, from edge to edge, with the mean and the deviation of each channel."""
    whole = from_left_to_right(4)
    sample = sampled(whole, Scale(before=1, after=8), 1 / 3)
    assert sample.shape == (4, 27, 36)
    for one, other in zip(torch.std_mean(sample, (1, 2)), torch.std_mean(whole, (1, 2)), strict=True):
        assert torch.allclose(one, other, rtol=1e-2, atol=1e-5)
    assert sampled(torch.ones(2, 9, 9), Scale(before=1, after=8), 0.5).eq(1).all()


@pytest.mark.parametrize(("folder_fixture", "least", "better"), [("tiny_sdxl", 40, 20), ("tiny_sd3", 28, 10)])
def test_decoding_in_tiles_is_nearly_decoding_at_once(
    request: pytest.FixtureRequest, folder_fixture: str, least: float, better: float
) -> None:
    """To so many dB, which diffusers' tiles miss by far: theirs are each normalised by themselves."""
    autoencoder = autoencoder_in(request.getfixturevalue(folder_fixture))
    latents = from_left_to_right(int(autoencoder.network.config.latent_channels))
    whole = replace(autoencoder, at_once=10**9).decode(latents)
    found = psnr(whole, autoencoder.decode(latents))
    assert found >= least
    assert found >= psnr(whole, by_diffusers(autoencoder, latents)) + better


def test_tiles_are_like_those_of_diffusers_where_all_parts_are_alike(tiny_sdxl: Path) -> None:
    """Noise alone: nothing to normalise otherwise; to 36 dB, though the tiles lie elsewhere."""
    autoencoder = autoencoder_in(tiny_sdxl)
    latents = torch.randn(4, 48, 64, generator=torch.Generator().manual_seed(0))
    assert psnr(autoencoder.decode(latents), by_diffusers(autoencoder, latents)) >= 36


def test_norms_are_as_ever_afterwards(tiny_sdxl: Path) -> None:
    """A small picture after a large one is what it was before it."""
    autoencoder = autoencoder_in(tiny_sdxl)
    large, small = torch.ones(4, 40, 40), from_left_to_right(4)[:, :16, :16]
    before = autoencoder.decode(small)
    autoencoder.decode(large)
    assert np.array_equal(before, autoencoder.decode(small))


def test_memory_is_a_tile_and_what_is_put_together(tiny_sdxl: Path) -> None:
    """However large the picture: here six times a tile, which at once would take more than twice as much."""
    autoencoder = autoencoder_in(tiny_sdxl)
    latents = from_left_to_right(4).repeat(1, 1, 2)
    peaks: list[int] = []
    for each, x in (
        (autoencoder, latents[:, :32, :32]),
        (autoencoder, latents),
        (replace(autoencoder, at_once=10**9), latents),
    ):
        with _LiveBytes() as live:
            each.decode(x)
        peaks.append(live.peak)
    tile, tiled, whole = peaks
    assert tiled <= 1.1 * tile + PUT_TOGETHER * 48 * 128 * 64
    assert tiled < whole / 2


@pytest.fixture(scope="module")
def engine(tiny_card: CheckpointCard) -> Iterator[LocalEngine]:
    """An engine whose autoencoder takes 96 by 96 pixels at once."""
    engine = LocalEngine({"tiny": replace(tiny_card, tile_pixels=96 * 96)}, now)
    yield engine
    engine.close()


def test_pictures_in_tiles_are_byte_equal_alone_and_in_company(engine: LocalEngine, tiny_plan: Plan) -> None:
    """From words and from an image, which is encoded in tiles as well."""
    rgb = np.random.default_rng(3).integers(0, 256, 3 * tiny_plan.native.pixels, dtype=np.uint8).tobytes()
    start = Start(image=Bitmap(size=tiny_plan.native, rgb=rgb), strength=0.75)
    wide = Size(width=160, height=96)
    plans = [
        tiny_plan,
        replace(tiny_plan, start=start, sigmas=tiny_plan.sigmas[1:], seed=Seed(1)),
        replace(tiny_plan, native=wide, delivered=wide, seed=Seed(2)),
        replace(tiny_plan, seed=Seed(3)),
    ]

    def draw(ears: list[Ear]) -> list[Pixels]:
        return [ear.drawn().pixels for ear in ears]

    alone: list[Pixels] = []
    for plan in plans:
        ear = Ear()
        engine.submit(plan, ear)
        alone += draw([ear])
    ears = [Ear() for _ in plans]
    for plan, ear in zip(plans, ears, strict=True):
        engine.submit(plan, ear)
    for one, other in zip(alone, draw(ears), strict=True):
        assert np.array_equal(one, other)
