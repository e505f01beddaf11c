"""Fused attention answers what diffusers' own does, norms and all."""

import copy

import pytest
import torch
from diffusers import SD3Transformer2DModel

from outcrop.engine.attention import fuse_attention


@pytest.mark.parametrize("norm", [None, "rms_norm"])
def test_a_fused_transformer_answers_as_diffusers_does(norm: str | None) -> None:
    """With and without norms of query and key, whose weights are drawn here, and with a second attention in a block."""
    torch.manual_seed(3)
    transformer = SD3Transformer2DModel(
        sample_size=16, patch_size=2, in_channels=4, num_layers=2, attention_head_dim=8, num_attention_heads=4,
        joint_attention_dim=16, caption_projection_dim=32, pooled_projection_dim=24, out_channels=4,
        pos_embed_max_size=16, dual_attention_layers=(0,), qk_norm=norm,
    ).eval()  # fmt: skip
    for name, weight in transformer.named_parameters():
        if "norm_" in name:
            torch.nn.init.uniform_(weight, 0.5, 2)
    fused = copy.deepcopy(transformer)
    fuse_attention(fused)
    given = {
        "hidden_states": torch.randn(2, 4, 16, 16),
        "encoder_hidden_states": torch.randn(2, 5, 16),
        "pooled_projections": torch.randn(2, 24),
        "timestep": torch.tensor([100.0, 700.0]),
        "return_dict": False,
    }
    with torch.inference_mode():
        assert torch.allclose(fused(**given)[0], transformer(**given)[0], atol=1e-5)
    assert not any("to_q." in name or "add_k_proj" in name for name, _ in fused.named_parameters()), "kept twice"
