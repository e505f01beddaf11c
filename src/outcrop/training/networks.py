"""The embedded model's networks before training: two small text encoders and the transformer. Knows no data.

The two encoders' widths side by side are the transformer's text width, as Stable Diffusion 3 asks.
"""

from dataclasses import dataclass

import torch
from diffusers import SD3Transformer2DModel
from torch import Tensor, nn
from transformers import CLIPTextConfig, CLIPTextModelWithProjection

from outcrop.training.autoencoder import LATENT_CHANNELS
from outcrop.training.tokenizer import MAX_TOKENS


@dataclass(frozen=True, slots=True, kw_only=True)
class DenoiserShape:
    """How large a denoiser is."""

    blocks: int = 8
    heads: int = 4
    head_width: int = 64
    text_width: int = 128
    text_layers: int = 3
    patch: int = 4
    positions: int = 24


class Denoiser(nn.Module):
    """Text encoders and transformer trained as one: token numbers and noisy latents in, velocity out."""

    def __init__(self, shape: DenoiserShape, vocabulary: int) -> None:
        """`vocabulary` is the tokenizer's length, whose last two tokens are start and end."""
        super().__init__()
        self.text_encoder = _text_encoder(shape, vocabulary)
        self.text_encoder_2 = _text_encoder(shape, vocabulary)
        width = shape.heads * shape.head_width
        self.transformer = SD3Transformer2DModel(
            sample_size=32,
            patch_size=shape.patch,
            in_channels=LATENT_CHANNELS,
            out_channels=LATENT_CHANNELS,
            num_layers=shape.blocks,
            attention_head_dim=shape.head_width,
            num_attention_heads=shape.heads,
            joint_attention_dim=2 * shape.text_width,
            caption_projection_dim=width,
            pooled_projection_dim=2 * shape.text_width,
            pos_embed_max_size=shape.positions,
            qk_norm="rms_norm",
        )

    def encode_text(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """Condition as Stable Diffusion 3's pipeline makes it: last but one hidden layers, and projections.

        Shapes: tokens (b, t) to (b, t, 2 * text_width) and (b, 2 * text_width).
        """
        first = self.text_encoder(tokens, output_hidden_states=True)
        second = self.text_encoder_2(tokens, output_hidden_states=True)
        hidden = torch.cat([first.hidden_states[-2], second.hidden_states[-2]], dim=-1)
        return hidden, torch.cat([first.text_embeds, second.text_embeds], dim=-1)

    def forward(self, tokens: Tensor, noisy: Tensor, sigma: Tensor) -> Tensor:
        """Velocity, noise minus clean, of noisy latents.

        Shapes: tokens (b, t), noisy (b, c, h, w), sigma (b,) from 0 to 1; out as noisy.
        """
        hidden, pooled = self.encode_text(tokens)
        velocity: Tensor = self.transformer(
            hidden_states=noisy,
            encoder_hidden_states=hidden,
            pooled_projections=pooled,
            timestep=sigma * 1000.0,
            return_dict=False,
        )[0]
        return velocity


def build_denoiser(shape: DenoiserShape, vocabulary: int, seed: int) -> Denoiser:
    """An untrained denoiser for a tokenizer's length, the same for the same seed.

    Its first velocity is zero, as adaptive norms start closed.
    """
    torch.manual_seed(seed)
    denoiser = Denoiser(shape, vocabulary)
    for name, parameter in denoiser.transformer.named_parameters():
        if (
            ".norm1.linear" in name
            or ".norm1_context.linear" in name
            or "norm_out.linear" in name
            or "proj_out" in name
        ):
            nn.init.zeros_(parameter)
    for encoder in (denoiser.text_encoder, denoiser.text_encoder_2):
        for name, parameter in encoder.named_parameters():
            if "embedding" in name:
                nn.init.normal_(parameter, std=0.3 if "token" in name else 0.1)
    return denoiser


def _text_encoder(shape: DenoiserShape, vocabulary: int) -> CLIPTextModelWithProjection:
    return CLIPTextModelWithProjection(
        CLIPTextConfig(
            vocab_size=vocabulary,
            hidden_size=shape.text_width,
            intermediate_size=4 * shape.text_width,
            projection_dim=shape.text_width,
            num_hidden_layers=shape.text_layers,
            num_attention_heads=4,
            max_position_embeddings=MAX_TOKENS,
            hidden_act="gelu",
            bos_token_id=vocabulary - 2,
            eos_token_id=vocabulary - 1,
            pad_token_id=vocabulary - 1,
            initializer_factor=1.0,
        )
    )
