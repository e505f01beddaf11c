"""What a folder of weights says of itself, and what is wrong with one that does not."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from outcrop.catalog.card import CheckpointCard
from outcrop.catalog.checkpoint import read_checkpoint
from outcrop.catalog.noise import DiffusionNoise, FlowNoise
from outcrop.errors import BadCheckpoint
from tests.conftest import TOY_CHECKPOINT, XL_CHECKPOINT, write_checkpoint

Files = dict[str, dict[str, Any]]

VAE = "vae/config.json"
TRANSFORMER = "transformer/config.json"
SCHEDULER = "scheduler/scheduler_config.json"


def test_a_folder_is_read(toy_folder: Path) -> None:
    """Area and multiple follow from the network's own numbers and how far its autoencoder shrinks."""
    assert read_checkpoint("toy", toy_folder) == CheckpointCard(
        name="toy",
        folder=toy_folder,
        family="sd3",
        native_pixels=64 * 64,
        side_multiple=16,
        longest_side=96 * 16,
        noise=FlowNoise(shift=3.0, train_steps=1000),
        preview=False,
    )


def test_a_folder_of_sdxl_is_read(tmp_path: Path) -> None:
    """A megapixel, in steps at which its UNet halves evenly, and a side of any length."""
    card = read_checkpoint("xl", write_checkpoint(tmp_path, XL_CHECKPOINT))
    assert (card.family, card.native_pixels, card.side_multiple) == ("sdxl", 1024**2, 32)
    assert card.longest_side % 32 == 0
    assert card.longest_side > 16_384
    assert isinstance(card.noise, DiffusionNoise)


def test_an_autoencoder_of_another_make_is_read(tmp_path: Path) -> None:
    """The tiny one names its decoder's levels only."""
    files = deepcopy(TOY_CHECKPOINT)
    files[VAE] = {"decoder_block_out_channels": [64, 64, 64]}
    card = read_checkpoint("tiny", write_checkpoint(tmp_path, files))
    assert (card.native_pixels, card.side_multiple) == (32 * 32, 8)


BROKEN: dict[str, tuple[Callable[[Files], Any], str]] = {
    "another family": (
        lambda files: files["model_index.json"].update(_class_name="FluxPipeline"),
        "names the pipeline 'FluxPipeline'; this version runs StableDiffusion3Pipeline",
    ),
    "no family": (lambda files: files["model_index.json"].clear(), "names the pipeline None"),
    "no size": (
        lambda files: files[TRANSFORMER].pop("sample_size"),
        "'sample_size' must be a positive number, found None",
    ),
    "no shift": (lambda files: files[SCHEDULER].clear(), "'shift' must be a positive number"),
    "shift is a text": (lambda files: files[SCHEDULER].update(shift="3"), "found '3'"),
    "patch is a truth value": (lambda files: files[TRANSFORMER].update(patch_size=True), "found True"),
    "shift that moves": (lambda files: files[SCHEDULER].update(use_dynamic_shifting=True), "use_dynamic_shifting"),
    "no levels": (lambda files: files[VAE].clear(), "'block_out_channels' must be a list"),
    "a part is missing": (lambda files: files.pop(VAE), "is missing; expected a Stable Diffusion folder"),
}


@pytest.mark.parametrize(("damage", "text"), BROKEN.values(), ids=BROKEN)
def test_a_broken_folder_says_what_is_broken(tmp_path: Path, damage: Callable[[Files], Any], text: str) -> None:
    """The message names the file, what it holds and what was expected."""
    files = deepcopy(TOY_CHECKPOINT)
    damage(files)
    with pytest.raises(BadCheckpoint, match=text) as caught:
        read_checkpoint("broken", write_checkpoint(tmp_path, files))
    assert str(tmp_path) in str(caught.value)


@pytest.mark.parametrize(("content", "text"), [(b"{", "as JSON"), (b"[]", "found list"), (b"\xff", "as JSON")])
def test_a_file_that_is_no_json_object_is_broken(tmp_path: Path, content: bytes, text: str) -> None:
    """Cut off, of another kind, or no text at all."""
    write_checkpoint(tmp_path, TOY_CHECKPOINT)
    (tmp_path / VAE).write_bytes(content)
    with pytest.raises(BadCheckpoint, match=text):
        read_checkpoint("broken", tmp_path)


def test_a_folder_that_is_not_there_is_broken(tmp_path: Path) -> None:
    """Or that is a file."""
    with pytest.raises(BadCheckpoint, match=r"model_index\.json is missing"):
        read_checkpoint("nowhere", tmp_path / "nowhere")
