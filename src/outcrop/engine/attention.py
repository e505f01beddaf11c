"""Attention of Stable Diffusion 3's blocks with one product for query, key and value. Knows diffusers' layers."""

from typing import Any, final

import torch
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
                attention.set_processor(_FusedAttention())


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
        parts = _query_key_value(attn.to_qkv(hidden_states), attn.heads, attn.norm_q, attn.norm_k)
        if encoder_hidden_states is not None:
            words = attn.to_added_qkv(encoder_hidden_states)
            of_words = _query_key_value(words, attn.heads, attn.norm_added_q, attn.norm_added_k)
            parts = tuple(torch.cat(pair, 1) for pair in zip(parts, of_words, strict=True))
        query, key, value = (part.transpose(1, 2) for part in parts)  # (b, heads, n + m, d / heads)
        seen = functional.scaled_dot_product_attention(query, key, value, attention_mask)
        seen = seen.transpose(1, 2).flatten(2)
        image: Tensor = seen[:, : hidden_states.shape[1]]
        image = attn.to_out[1](attn.to_out[0](image))
        if encoder_hidden_states is None:
            return image
        rest = seen[:, hidden_states.shape[1] :]
        return image, rest if attn.context_pre_only else attn.to_add_out(rest)


def _query_key_value(
    qkv: Tensor, heads: int, query_norm: nn.Module | None, key_norm: nn.Module | None
) -> tuple[Tensor, ...]:
    """Each of the three by heads.

    Shapes: qkv (b, n, 3 d); returns three times (b, n, heads, d / heads).
    """
    query, key, value = qkv.view(*qkv.shape[:2], 3, heads, -1).unbind(2)
    query = query if query_norm is None else query_norm(query)
    return query, key if key_norm is None else key_norm(key), value
