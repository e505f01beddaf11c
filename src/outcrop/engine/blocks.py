"""Stable Diffusion 3's blocks in few operations, with products in a type of their own. Knows diffusers' layers.

Of a small picture's time diffusers' own block spends a third between the products: on scales, gates and sums one by
one, and on what modules ask themselves before they work.
"""

from typing import Any, NamedTuple, final

import torch
from torch import Tensor, nn
from torch.nn import functional


def shorten_blocks(transformer: Any, dtype: torch.dtype) -> None:  # noqa: ANN401 - diffusers has no types
    """Let every block of a transformer, whose attention is fused already, work in few operations.

    What enters a product is of `dtype`; what is carried from block to block stays as it is.
    """
    for block in transformer.transformer_blocks:
        block.forward = _Block(block, dtype)


class _Modulation(NamedTuple):
    """What the time and the prompt's summary do to the tokens around a layer.

    Shapes: each (b, 1, d).
    """

    shift: Tensor
    scale: Tensor
    gate: Tensor


@final
class _Block:
    """The forward pass of one block."""

    def __init__(self, block: Any, dtype: torch.dtype) -> None:  # noqa: ANN401 - diffusers has no types
        self._block = block
        self._dtype = dtype

    def __call__(
        self,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor,
        temb: Tensor,
        joint_attention_kwargs: None = None,  # noqa: ARG002 - diffusers gives it, always without content here
    ) -> tuple[Tensor | None, Tensor]:
        """The words' tokens, None where nobody reads them any more, and the image's; the names are diffusers'.

        Shapes: hidden_states (b, n, d), encoder_hidden_states (b, m, d), temb (b, d); returns the same.
        Source: Esser et al. 2024 (arXiv:2403.03206), figure 2b; the second attention is SD3.5's MMDiT-X.
        """
        block, image, words = self._block, hidden_states, encoder_hidden_states
        lit = functional.silu(temb)
        around_attention, around_feed, *around_second = _modulations(block.norm1.linear, lit)
        normal = block.norm1.norm(image)
        shown = self._shifted(normal, around_attention)
        if block.context_pre_only:
            scale, shift = block.norm1_context.linear(lit)[:, None].chunk(2, -1)
            read = self._shifted(block.norm1_context.norm(words), _Modulation(shift, scale, shift))
            seen, _rest = block.attn.processor(block.attn, shown, read)
            following = None
        else:
            around_words, around_word_feed = _modulations(block.norm1_context.linear, lit)
            read = self._shifted(block.norm1_context.norm(words), around_words)
            seen, understood = block.attn.processor(block.attn, shown, read)
            following = torch.addcmul(words, around_words.gate, understood)
            following = self._fed(following, block.norm2_context, block.ff_context, around_word_feed)
        image = torch.addcmul(image, around_attention.gate, seen)
        for around in around_second:
            again = block.attn2.processor(block.attn2, self._shifted(normal, around))
            image = torch.addcmul(image, around.gate, again)
        return following, self._fed(image, block.norm2, block.ff, around_feed)

    def _fed(self, tokens: Tensor, norm: nn.Module, feed: nn.Module, around: _Modulation) -> Tensor:
        """The tokens with what the feed-forward layers make of them."""
        return torch.addcmul(tokens, around.gate, feed(self._shifted(norm(tokens), around)))

    def _shifted(self, normal: Tensor, around: _Modulation) -> Tensor:
        """What a layer is shown of normalized tokens: normal * (1 + scale) + shift."""
        return torch.addcmul(around.shift, normal, 1 + around.scale).to(self._dtype)


def _modulations(layer: nn.Linear, lit: Tensor) -> list[_Modulation]:
    """One for each three parts of the layer's answer."""
    parts = layer(lit)[:, None].chunk(layer.out_features // lit.shape[-1], -1)
    return [_Modulation(*parts[first : first + 3]) for first in range(0, len(parts), 3)]
