"""A LoRA merged at loading draws what the additions drew in training, and what does not fit is named."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import SD3Transformer2DModel
from safetensors.torch import save_file
from torch import Tensor

from outcrop.catalog.card import CheckpointCard
from outcrop.catalog.checkpoint import read_checkpoint
from outcrop.cli.wiring import open_catalog
from outcrop.clock import now
from outcrop.engine.local import LocalEngine
from outcrop.engine.lora import merge_lora
from outcrop.engine.weights import load_checkpoint
from outcrop.errors import BadCheckpoint
from outcrop.plan import Plan
from outcrop.prompt import plain
from outcrop.settings import read_settings
from outcrop.training.low_rank import Additions, write_lora
from tests.conftest import MODELS
from tests.engine.listening import Ear


def _transformer() -> SD3Transformer2DModel:
    torch.manual_seed(5)
    return SD3Transformer2DModel(
        sample_size=8, patch_size=2, in_channels=4, out_channels=4, num_layers=2, attention_head_dim=8,
        num_attention_heads=2, joint_attention_dim=16, caption_projection_dim=16, pooled_projection_dim=16,
    ).eval()  # fmt: skip


def _velocity(transformer: SD3Transformer2DModel) -> Tensor:
    source = torch.Generator().manual_seed(6)
    with torch.no_grad():
        out: Tensor = transformer(
            hidden_states=torch.randn(2, 4, 8, 8, generator=source),
            encoder_hidden_states=torch.randn(2, 5, 16, generator=source),
            pooled_projections=torch.randn(2, 16, generator=source),
            timestep=torch.tensor([300.0, 700.0]),
            return_dict=False,
        )[0]
    return out


def _written(path: Path) -> Tensor:
    """Write random additions to a transformer; what it answers with them."""
    taught = _transformer()
    additions = Additions(taught, 4)
    source = torch.Generator().manual_seed(7)
    with torch.no_grad():
        for part in additions.parts.values():
            part.up.copy_(0.3 * torch.randn(part.up.shape, generator=source))
    write_lora(additions.state(), path)
    return _velocity(taught)


def test_a_merged_file_draws_what_was_taught(tmp_path: Path) -> None:
    """The network with the file in its weights answers as the network with additions beside them did."""
    wanted = _written(tmp_path / "lora.safetensors")
    network = _transformer()
    before = _velocity(network)
    merge_lora(network, tmp_path / "lora.safetensors")
    assert (_velocity(network) - wanted).abs().max() < 2e-3 * wanted.abs().max()
    assert (before - wanted).abs().max() > 0.05 * wanted.abs().max()


def test_alpha_scales_by_the_rank(tmp_path: Path) -> None:
    """A file that names alpha adds alpha over rank of the product; one that does not adds all of it."""
    down, up = torch.ones(2, 16), torch.ones(16, 2)
    name = "transformer.transformer_blocks.0.attn.to_q"
    both = {f"{name}.lora_A.weight": down, f"{name}.lora_B.weight": up}
    for alpha, added in ((None, 2.0), (1.0, 1.0)):
        tensors = both if alpha is None else both | {f"{name}.alpha": torch.tensor(alpha)}
        save_file(tensors, tmp_path / "lora.safetensors")
        network = _transformer()
        before = network.transformer_blocks[0].attn.to_q.weight.clone()
        merge_lora(network, tmp_path / "lora.safetensors")
        assert torch.allclose(network.transformer_blocks[0].attn.to_q.weight, before + added)


@pytest.mark.parametrize(
    ("tensors", "said"),
    [
        ({"lora_unet_down_0.lora_down.weight": (2, 16)}, "not named as diffusers names"),
        ({"transformer.no.such.lora_A.weight": (2, 16), "transformer.no.such.lora_B.weight": (16, 2)}, "'no.such'"),
        ({"transformer.transformer_blocks.0.attn.to_q.lora_A.weight": (2, 16)}, "needs both"),
        (
            {
                "transformer.transformer_blocks.0.attn.to_q.lora_A.weight": (2, 20),
                "transformer.transformer_blocks.0.attn.to_q.lora_B.weight": (16, 2),
            },
            r"16x16, found \(16, 2\) times \(2, 20\)",
        ),
        ({}, "holds no tensors"),
    ],
)
def test_what_does_not_fit_is_named(tmp_path: Path, tensors: dict[str, tuple[int, int]], said: str) -> None:
    """Other names, other layers, halves, other shapes and nothing at all."""
    save_file({name: torch.zeros(shape) for name, shape in tensors.items()}, tmp_path / "lora.safetensors")
    with pytest.raises(BadCheckpoint, match=said):
        merge_lora(_transformer(), tmp_path / "lora.safetensors")


@pytest.mark.parametrize("content", [b"", b"pickle\x80", b"\xff" * 64])
def test_a_broken_or_missing_file_is_named(tmp_path: Path, content: bytes) -> None:
    """No traceback of a library, but the file and what is wrong."""
    (tmp_path / "lora.safetensors").write_bytes(content)
    for path in (tmp_path / "lora.safetensors", tmp_path / "missing.safetensors"):
        with pytest.raises(BadCheckpoint, match=r"cannot be read as a LoRA"):
            merge_lora(_transformer(), path)


@pytest.mark.parametrize("strength", [0.0, 1.0])
def test_a_checkpoint_with_a_lora_is_another_checkpoint(tiny_sd3: Path, tmp_path: Path, strength: float) -> None:
    """Loading merges the file that the card names: what the network answers differs, unless the file adds nothing."""
    config = json.loads((tiny_sd3 / "transformer" / "config.json").read_text(encoding="utf-8"))
    width = config["num_attention_heads"] * config["attention_head_dim"]
    name = "transformer.transformer_blocks.0.attn.to_q"
    down, up = torch.ones(1, width), torch.full((width, 1), strength)
    save_file({f"{name}.lora_A.weight": down, f"{name}.lora_B.weight": up}, tmp_path / "lora.safetensors")
    card = read_checkpoint("tiny", tiny_sd3)
    own, other = (_answer(each) for each in (card, replace(card, name="fast", lora=tmp_path / "lora.safetensors")))
    assert torch.equal(own, other) == (strength == 0.0)


def test_the_settings_name_a_lora_that_changes_the_picture(tiny_sd3: Path, tmp_path: Path, tiny_plan: Plan) -> None:
    """From the file of settings to pixels: the same plan on both, with and without."""
    name = "transformer.transformer_blocks.0.attn.to_q"
    tensors = {f"{name}.lora_A.weight": torch.ones(1, 32), f"{name}.lora_B.weight": torch.ones(32, 1)}
    save_file(tensors, tmp_path / "lora.safetensors")
    (tmp_path / "outcrop.toml").write_text(
        f'[checkpoints]\ntiny = "{tiny_sd3}"\nfast = {{ folder = "{tiny_sd3}", lora = "lora.safetensors" }}\n'
        + "".join(f'[models."{model}"]\ncheckpoint = "tiny"\nsampler = "flow_euler"\n' for model in MODELS),
        encoding="utf-8",
    )
    engine = LocalEngine(open_catalog(read_settings(environ={"OUTCROP_HOME": str(tmp_path)})).checkpoints, now)
    ears = {name: Ear() for name in ("tiny", "fast")}
    for name, ear in ears.items():
        engine.submit(replace(tiny_plan, checkpoint=name), ear)
    plain_pixels, fast_pixels = (ears[name].drawn().pixels for name in ("tiny", "fast"))
    engine.close()
    assert not np.array_equal(plain_pixels, fast_pixels)


def _answer(card: CheckpointCard) -> Tensor:
    checkpoint = load_checkpoint(card, torch.device("cpu"))
    x = torch.randn(1, checkpoint.network.channels, 16, 16, generator=torch.Generator().manual_seed(8))
    return checkpoint.network.denoise(x, torch.tensor([0.7]), [checkpoint.prompts.encode(plain("a cat"))])
