"""What a checkpoint takes in memory is known before it is loaded, and what its passes take before they are run."""

from pathlib import Path

import pytest
import torch

from outcrop.catalog.checkpoint import read_checkpoint
from outcrop.engine.footprint import Footprint, _LiveBytes, measure, weight_bytes
from outcrop.engine.weights import Checkpoint, load_checkpoint
from outcrop.prompt import plain
from outcrop.units import Size

CPU = torch.device("cpu")


@pytest.fixture(scope="module", params=["tiny_sd3", "tiny_sdxl", "tiny_sdxl_mask"])
def checkpoint(request: pytest.FixtureRequest) -> Checkpoint:
    """A transformer, a UNet, and one that sees a mask."""
    folder: Path = request.getfixturevalue(request.param)
    return load_checkpoint(read_checkpoint("tiny", folder), CPU)


def test_live_bytes_are_those_of_tensors_that_are_there_at_once() -> None:
    """What was freed no longer counts, what came from outside never, a view nothing of its own."""
    outside = torch.zeros(1000)
    with _LiveBytes() as live:
        for _ in range(5):
            made = outside + 1  # 4000 bytes, and those of the round before
            made.view(10, 100).add_(1)
    assert live.peak == 8000


def test_a_pass_takes_about_what_was_foretold(checkpoint: Checkpoint) -> None:
    """For eight pictures three times as large as those it was measured on."""
    footprint = measure(checkpoint)
    network, side = checkpoint.network, 48
    conditioning = [checkpoint.prompts.encode(plain("a fox"))] * 8
    if network.sees_mask:
        beside = torch.zeros(network.channels + 1, side, side)
        conditioning = [type(each)(tokens=each.tokens, pooled=each.pooled, beside=beside) for each in conditioning]
    with _LiveBytes() as live:
        network.denoise(torch.zeros(8, network.channels, side, side), torch.ones(8), conditioning)
    pixels = (side * checkpoint.autoencoder.shrink) ** 2
    assert live.peak == pytest.approx(8 * (footprint.fixed + footprint.a_pixel * pixels), rel=0.35)


def test_decoding_takes_about_what_was_foretold(checkpoint: Checkpoint) -> None:
    """One picture, larger than what it was measured on, and not square."""
    height, width, shrink = 48, 64, checkpoint.autoencoder.shrink
    with _LiveBytes() as live:
        checkpoint.autoencoder.decode(torch.zeros(checkpoint.network.channels, height, width))
    pixels = height * width * shrink**2
    assert live.peak == pytest.approx(measure(checkpoint).decoding * pixels, rel=0.1)


def test_room_leaves_what_decoding_takes() -> None:
    """Of one picture; where that is more than there is, nothing is left, and pictures are drawn one by one."""
    footprint = Footprint(fixed=0.0, a_pixel=10.0, a_token=0.0, decoding=30.0, at_once=1000)
    assert footprint.room(Size(width=10, height=10), 6000) == 300
    assert footprint.room(Size(width=10, height=10), 2999) == 0


def test_room_leaves_a_tile_and_what_is_put_together() -> None:
    """Of a picture that is decoded in tiles; its passes are as large as any."""
    footprint = Footprint(fixed=0.0, a_pixel=10.0, a_token=0.0, decoding=300.0, at_once=100)
    assert footprint.room(Size(width=100, height=10), 30_000 + 60_000 + 20_000) == 2000
    assert footprint.room(Size(width=10, height=10), 30_000 + 2000) == 200


def test_room_is_what_fits() -> None:
    """Half of what each picture needs twice is room for one; its fixed part counts for each of them."""
    footprint = Footprint(fixed=1000.0, a_pixel=10.0, a_token=0.0, decoding=0.0, at_once=1000)
    assert footprint.room(Size(width=10, height=10), 6000) == 300
    assert footprint.room(Size(width=10, height=10), 1999) == 99


def test_a_picture_counts_its_halves_and_further_words() -> None:
    """Each half reads all the words; a word counts as the pixels that take as much."""
    footprint = Footprint(fixed=1000.0, a_pixel=10.0, a_token=25.0, decoding=0.0, at_once=1000)
    size = Size(width=10, height=10)
    assert footprint.cost(size, 1, 0) == 100
    assert footprint.cost(size, 2, 0) == 200
    assert footprint.cost(size, 2, 4) == 220


def test_a_word_counts_in_a_transformer_as_a_patch_does(tiny_sd3: Path) -> None:
    """Both pass through it side by side; the patch of this one is 16 by 16 pixels, and its words are read in wider."""
    footprint = measure(load_checkpoint(read_checkpoint("tiny", tiny_sd3), CPU))
    assert 0.75 * 16 * 16 < footprint.a_token / footprint.a_pixel < 1.5 * 16 * 16


def test_a_word_hardly_counts_in_a_unet(tiny_sdxl: Path) -> None:
    """It is looked at, and never passes through."""
    footprint = measure(load_checkpoint(read_checkpoint("tiny", tiny_sdxl), CPU))
    assert footprint.a_token / footprint.a_pixel < 64


def test_weights_are_known_from_the_headers(tiny_sd3: Path) -> None:
    """Every number of every network, at the bytes it will have."""
    loaded = load_checkpoint(read_checkpoint("tiny", tiny_sd3), CPU)
    transformer = sum(number.numel() for number in loaded.network._transformer.state_dict().values())  # type: ignore[attr-defined]
    total = weight_bytes(tiny_sd3, 4)
    assert total > 4 * transformer
    assert total == 2 * weight_bytes(tiny_sd3, 2)
    files = sum(file.stat().st_size for file in tiny_sd3.glob("*/*.safetensors"))
    assert 0.9 * files < total < files


@pytest.mark.parametrize("content", [b"", b"12345678", b"\xff" * 100, b"\x02\0\0\0\0\0\0\0[]", b"\x02\0\0\0\0\0\0\0{}"])
def test_a_file_that_cannot_be_read_counts_as_it_is(tmp_path: Path, content: bytes) -> None:
    """Loading it says what is wrong."""
    (tmp_path / "vae").mkdir()
    (tmp_path / "vae/model.safetensors").write_bytes(content)
    assert weight_bytes(tmp_path, 4) in {0, len(content)}
    assert weight_bytes(tmp_path / "nowhere", 4) == 0
