"""Attention of Stable Diffusion 3's blocks with one product for query, key and value. Knows diffusers' layers."""

from dataclasses import dataclass
from typing import Any, final

import torch
from diffusers.models.normalization import RMSNorm
from torch import Tensor, nn
from torch.nn import functional


def fuse_attention(transformer: Any) -> None:  # noqa: ANN401 - diffusers has no types
    """Let every attention of a transformer make query, key and value in one product a stream.

    Diffusers' own fused form leaves out the norms of query and key, which SD3.5 was trained with.
    """
    for block in transformer.transformer_blocks:
        for attention in (block.attn, block.attn2):
            if attention is not None:
                attention.to_qkv = _side_by_side(attention, ("to_q", "to_k", "to_v"))
                if attention.added_kv_proj_dim is not None:
                    names = ("add_q_proj", "add_k_proj", "add_v_proj")
                    attention.to_added_qkv = _side_by_side(attention, names)
                attention.set_processor(_FusedAttention(attention))


def _side_by_side(attention: nn.Module, names: tuple[str, ...]) -> nn.Linear:
    """One layer that answers what the named ones would, one after the other; they are taken away."""
    layers: list[nn.Linear] = [getattr(attention, name) for name in names]
    for name in names:
        setattr(attention, name, None)
    fused = nn.Linear(1, 1, bias=layers[0].bias is not None)
    fused.weight = nn.Parameter(torch.cat([layer.weight for layer in layers]), requires_grad=False)
    if fused.bias is not None:
        fused.bias = nn.Parameter(torch.cat([layer.bias for layer in layers]), requires_grad=False)
    return fused


@final
class _FusedAttention:
    """Attention over the image's tokens and, where there are any, the words' tokens behind them."""

    def __init__(self, attn: Any) -> None:  # noqa: ANN401 - diffusers has no types
        self._of_image = _norm_of(attn.norm_q, attn.norm_k)
        self._of_words = _norm_of(attn.norm_added_q, attn.norm_added_k)

    def __call__(
        self,
        attn: Any,  # noqa: ANN401 - diffusers has no types
        hidden_states: Tensor,
        encoder_hidden_states: Tensor | None = None,
        attention_mask: Tensor | None = None,
    ) -> Tensor | tuple[Tensor, Tensor]:
        """Attend; the names are diffusers'.

        Shapes: hidden_states (b, n, d), encoder_hidden_states (b, m, d); returns the same.
        Source: Esser et al. 2024 (arXiv:2403.03206), figure 2b.
        """
        tokens = hidden_states.shape[1]
        streams = [attn.to_qkv(hidden_states)]
        if encoder_hidden_states is not None:
            streams.append(attn.to_added_qkv(encoder_hidden_states))
        joint = torch.cat(streams, 1)  # (b, n + m, 3 d)
        if joint.device.type == "cpu":
            joint = joint.float()  # where attention on bf16 is slower
        joint = joint.view(*joint.shape[:2], 3, attn.heads, -1)
        self._normalize(joint[:, :, :2], tokens)
        query, key, value = joint.permute(2, 0, 3, 1, 4)  # (b, heads, n + m, d / heads)
        seen = functional.scaled_dot_product_attention(query, key, value, attention_mask)
        seen = seen.transpose(1, 2).flatten(2).to(hidden_states.dtype)
        image: Tensor = attn.to_out[0](seen[:, :tokens])
        if encoder_hidden_states is None:
            return image
        rest = seen[:, tokens:]
        return image, rest if attn.context_pre_only else attn.to_add_out(rest)

    def _normalize(self, query_key: Tensor, tokens: int) -> None:
        """Normalize query and key in their place, the first `tokens` with the image's weights.

        Shapes: query_key (b, n + m, 2, heads, d / heads).
        Source: Zhang and Sennrich 2019 (arXiv:1910.07467), equation 4.
        """
        if self._of_image is not None:
            query_key *= torch.rsqrt(query_key.float().square().mean(-1, keepdim=True) + self._of_image.eps)
            query_key[:, :tokens] *= self._of_image.weight
        if self._of_words is not None:
            query_key[:, tokens:] *= self._of_words.weight


@dataclass(frozen=True, slots=True, kw_only=True)
class _Norm:
    """The norms of query and key, of one stream.

    Shapes: weight (2, 1, d / heads).
    """

    weight: Tensor
    eps: float


def _norm_of(query: Any, key: Any) -> _Norm | None:  # noqa: ANN401 - diffusers has no types
    """None where there is none."""
    if query is None:
        return None
    assert isinstance(query, RMSNorm), "loading lets no other norm of query and key pass"
    return _Norm(weight=torch.stack([query.weight, key.weight])[:, None].detach(), eps=float(query.eps))
