"""Full-size networks of Stable Diffusion XL and 3.5 with random weights, made on the card; tiny ones to rehearse with.

Speed does not depend on what the weights are. Knows diffusers' classes and their published configurations.
"""

from dataclasses import dataclass
from typing import Any

import torch
from diffusers import AutoencoderKL, SD3Transformer2DModel, UNet2DConditionModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """A family's networks as configurations, and what its prompts look like."""

    name: str
    denoiser: dict[str, Any]
    autoencoder: dict[str, Any]
    is_flow: bool
    tokens: int
    width: int
    """Of a token."""
    pooled: int
    floor: float
    """Pictures a second to reach with 28 steps at 790 TFLOP/s."""

    def make_denoiser(self, device: torch.device, dtype: torch.dtype) -> Any:  # noqa: ANN401 - diffusers has no types
        """The denoiser, with weights by chance."""
        return _made(SD3Transformer2DModel if self.is_flow else UNet2DConditionModel, self.denoiser, device, dtype)

    def make_autoencoder(self, device: torch.device, dtype: torch.dtype) -> Any:  # noqa: ANN401 - likewise
        """The autoencoder, with weights by chance."""
        return _made(AutoencoderKL, self.autoencoder, device, dtype)


def _made(kind: Any, config: dict[str, Any], device: torch.device, dtype: torch.dtype) -> Any:  # noqa: ANN401 - likewise
    with device:
        return kind(**config).to(dtype).eval().requires_grad_(False)  # noqa: FBT003 - torch's own signature


def _autoencoder(channels: int, widths: tuple[int, ...], groups: int) -> dict[str, Any]:
    return {
        "block_out_channels": widths, "layers_per_block": 2, "latent_channels": channels, "norm_num_groups": groups,
        "down_block_types": ["DownEncoderBlock2D"] * 4, "up_block_types": ["UpDecoderBlock2D"] * 4,
    }  # fmt: skip


def _sd3(layers: int, heads: int, dual: tuple[int, ...], positions: int) -> dict[str, Any]:
    return {
        "sample_size": 128, "patch_size": 2, "in_channels": 16, "out_channels": 16, "num_layers": layers,
        "attention_head_dim": 64, "num_attention_heads": heads, "caption_projection_dim": 64 * heads,
        "joint_attention_dim": 4096, "pooled_projection_dim": 2048, "pos_embed_max_size": positions,
        "dual_attention_layers": dual, "qk_norm": "rms_norm",
    }  # fmt: skip


def _sdxl(widths: tuple[int, ...], depths: tuple[int, ...], heads: tuple[int, ...]) -> dict[str, Any]:
    return {
        "sample_size": 128, "in_channels": 4, "out_channels": 4, "block_out_channels": widths, "layers_per_block": 2,
        "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        "up_block_types": ("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        "transformer_layers_per_block": depths, "attention_head_dim": heads, "cross_attention_dim": 2048,
        "use_linear_projection": True, "addition_embed_type": "text_time", "addition_time_embed_dim": 256,
        "projection_class_embeddings_input_dim": 2816,
    }  # fmt: skip


FULL = (128, 256, 512, 512)
TINY = (8, 8, 8, 8)

ARCHITECTURES = (
    Architecture(
        name="SDXL", denoiser=_sdxl((320, 640, 1280), (1, 2, 10), (5, 10, 20)), autoencoder=_autoencoder(4, FULL, 32),
        is_flow=False, tokens=77, width=2048, pooled=1280, floor=2.81,
    ),
    Architecture(
        name="SD3.5 Medium", denoiser=_sd3(24, 24, tuple(range(13)), 384), autoencoder=_autoencoder(16, FULL, 32),
        is_flow=True, tokens=333, width=4096, pooled=2048, floor=1.22,
    ),
    Architecture(
        name="SD3.5 Large", denoiser=_sd3(38, 38, (), 192), autoencoder=_autoencoder(16, FULL, 32),
        is_flow=True, tokens=333, width=4096, pooled=2048, floor=0.45,
    ),
)  # fmt: skip

REHEARSAL = (
    Architecture(
        name="tiny UNet", denoiser=_sdxl((32, 32, 64), (1, 1, 1), (1, 1, 2)), autoencoder=_autoencoder(4, TINY, 4),
        is_flow=False, tokens=77, width=2048, pooled=1280, floor=0,
    ),
    Architecture(
        name="tiny transformer", denoiser=_sd3(2, 1, (0,), 64), autoencoder=_autoencoder(16, TINY, 4),
        is_flow=True, tokens=9, width=4096, pooled=2048, floor=0,
    ),
)  # fmt: skip
