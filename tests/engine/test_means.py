"""What a picture was drawn with is told, and its weights by a digest that follows every byte of them."""

from dataclasses import replace
from pathlib import Path

import torch
from safetensors.torch import save_file

from outcrop.catalog.card import CheckpointCard
from outcrop.engine.means import means_of, weight_digest


def checkpoint(card: CheckpointCard, folder: Path, value: float) -> CheckpointCard:
    """A checkpoint of one small file of weights."""
    (folder / "vae").mkdir(parents=True, exist_ok=True)
    save_file({"a": torch.full((8,), value)}, folder / "vae" / "model.safetensors")
    return replace(card, folder=folder, lora=None)


def test_equal_weights_have_one_digest_wherever_they_lie(tiny_card: CheckpointCard, tmp_path: Path) -> None:
    """A copy is as good; one number that differs is not."""
    one, copy, other = (
        checkpoint(tiny_card, tmp_path / name, value) for name, value in (("one", 1.0), ("copy", 1.0), ("other", 1.5))
    )
    assert weight_digest(one) == weight_digest(copy)
    assert weight_digest(one) != weight_digest(other)


def test_weights_that_are_replaced_are_read_again(tiny_card: CheckpointCard, tmp_path: Path) -> None:
    """What was read before counts only for a file that has not changed."""
    before = weight_digest(checkpoint(tiny_card, tmp_path, 1.0))
    assert weight_digest(checkpoint(tiny_card, tmp_path, 2.0)) != before


def test_a_lora_is_part_of_the_weights(tiny_card: CheckpointCard, tmp_path: Path) -> None:
    """With it other pictures are drawn."""
    plain = checkpoint(tiny_card, tmp_path, 1.0)
    file = tmp_path / "lora.safetensors"
    save_file({"b": torch.ones(4)}, file)
    assert weight_digest(replace(plain, lora=file)) != weight_digest(plain)


def test_the_processor_and_its_threads_are_told(tiny_card: CheckpointCard) -> None:
    """Both decide how sums are split, and so their last bits; a small network has one thread."""
    means = means_of(tiny_card, torch.device("cpu"), "fp32", 3)
    assert (means.threads, means.precision, means.torch) == (1, "fp32", torch.__version__)
    assert means.device.startswith("cpu ")
    assert len(means.weights) == 64
