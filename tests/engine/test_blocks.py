"""Blocks of few operations answer what diffusers' own do."""

import copy

import pytest
import torch
from diffusers import SD3Transformer2DModel

from outcrop.engine.attention import fuse_attention
from outcrop.engine.blocks import shorten_blocks
from outcrop.engine.invariance import make_batch_stable
from outcrop.engine.precision import TYPES
from outcrop.units import Precision
from tests.engine.precisions import PRECISIONS

TOLERANCE = {"fp32": 1e-5, "bf16": 0.02}
"""Largest difference of an answer, of its largest value: what three blocks of roundings to 8 bits come to."""


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("norm", [None, "rms_norm"])
def test_a_shortened_transformer_answers_as_diffusers_does(norm: str | None, precision: Precision) -> None:
    """With and without norms of query and key, with a second attention, and to the last block, which drops the words.

    Everything that is drawn as one or zero is drawn anew, so that no part could be left out unseen.
    """
    torch.manual_seed(3)
    transformer = SD3Transformer2DModel(
        sample_size=16, patch_size=2, in_channels=4, num_layers=3, attention_head_dim=8, num_attention_heads=4,
        joint_attention_dim=16, caption_projection_dim=32, pooled_projection_dim=24, out_channels=4,
        pos_embed_max_size=16, dual_attention_layers=(0,), qk_norm=norm,
    ).eval()  # fmt: skip
    for name, weight in transformer.named_parameters():
        if weight.dim() == 1:
            torch.nn.init.uniform_(weight, 0.5, 2) if "norm_" in name else torch.nn.init.normal_(weight)
    short = copy.deepcopy(transformer).requires_grad_(False)  # noqa: FBT003 - torch's own signature
    fuse_attention(short)
    shorten_blocks(short, TYPES[precision])
    make_batch_stable(short, precision)
    given = {
        "hidden_states": torch.randn(2, 4, 16, 16),
        "encoder_hidden_states": torch.randn(2, 5, 16),
        "pooled_projections": torch.randn(2, 24),
        "timestep": torch.tensor([100.0, 700.0]),
        "return_dict": False,
    }
    with torch.inference_mode():
        expected, answer = transformer(**given)[0], short(**given)[0]
        alone = short(**{name: each[:1] if isinstance(each, torch.Tensor) else each for name, each in given.items()})
    assert (answer - expected).abs().max() <= TOLERANCE[precision] * expected.abs().max()
    assert torch.equal(answer[:1], alone[0]), "an image's answer depends on the one beside it"
