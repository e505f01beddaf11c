"""What comes out of a decoder as no numbers never becomes a picture."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from outcrop.catalog.checkpoint import read_checkpoint
from outcrop.engine.weights import load_checkpoint
from outcrop.errors import ModelFailed


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), -float("inf")])
def test_a_decoder_that_overflows_is_an_error(tiny_sd3: Path, wrong: float) -> None:
    """As in half precision, where one weight too large for its numbers makes the rest of them none."""
    autoencoder = load_checkpoint(read_checkpoint("tiny", tiny_sd3), torch.device("cpu")).autoencoder
    latents = torch.zeros(16, 4, 4)
    assert autoencoder.decode(latents).shape == (32, 32, 3)
    autoencoder.network.decoder.conv_out.bias[1] = wrong
    with pytest.raises(ModelFailed, match="came out as no numbers; try another seed"):
        autoencoder.decode(latents)


def test_one_latent_that_is_no_number_is_an_error(tiny_sd3: Path) -> None:
    """It spreads to its neighbours, and must not be rounded to a colour."""
    autoencoder = replace(load_checkpoint(read_checkpoint("tiny", tiny_sd3), torch.device("cpu")).autoencoder)
    latents = torch.zeros(16, 4, 4)
    latents[3, 1, 2] = float("nan")
    with pytest.raises(ModelFailed, match="no numbers"):
        autoencoder.decode(latents)
