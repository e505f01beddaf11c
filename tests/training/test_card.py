"""The card says what was measured and what was trained, and leaves no gap."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from outcrop.training.card import Training, parameters, write_card
from outcrop.training.evaluate import Share
from outcrop.training.recipe import load_recipe

TRAINING = Training(
    steps=12_345, spent_s=7200.0, recipe=load_recipe("cpu"), machine="a borrowed lathe", standard="sd35"
)


def _tier(steps: int, right: int) -> dict[str, Any]:
    return {
        "steps": steps,
        "guidance": 3.0,
        "pictures": 502,
        "autoencoder_psnr_db": 31.24,
        "autoencoder_pictures": 32,
        "shares": {"number": Share(right=right, of=50).as_json()},
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An exported folder, as far as the card looks at it."""
    for part in ("transformer", "text_encoder", "text_encoder_2", "vae"):
        (tmp_path / part).mkdir()
        save_file({"weight": torch.zeros(1000, 1300)}, tmp_path / part / "model.safetensors")
    return tmp_path


def test_figures_stand_in_the_card(folder: Path) -> None:
    """The standard tier first, the ceiling last, with intervals; a measure that was not taken is not there."""
    truth = {"shares": {"number": Share(right=50, of=50).as_json()}}
    report = {"tiers": {"core": _tier(4, 30), "sd35": _tier(24, 40)}, "true_scenes": truth}
    write_card(folder, json.loads(json.dumps(report)), TRAINING)
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert "| sd35, 24 steps | core, 4 steps | true scenes (ceiling) |" in text
    assert "80% (67% to 89%) of 50 | 60% (46% to 72%) of 50 | 100% (93% to 100%) of 50" in text
    assert "12,345 steps of 32 pictures in 120 minutes" in text
    assert "a borrowed lathe" in text
    assert "31.2 dB" in text
    assert "1.3 M parameters" in text
    assert "$" not in text
    assert (
        "recogniser" not in text.split("## Measured")[1].split("$")[0].split("| --- |")[1].split("The autoencoder")[0]
    )


def test_without_the_standard_tier_there_is_no_card(folder: Path) -> None:
    """Nothing is made up."""
    with pytest.raises(KeyError, match="sd35"):
        write_card(folder, {"tiers": {"core": _tier(4, 30)}, "true_scenes": {"shares": {}}}, TRAINING)


def test_parameters_are_counted(folder: Path) -> None:
    """Numbers in all files of a part."""
    assert parameters(folder / "vae") == 1_300_000
