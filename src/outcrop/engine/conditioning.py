"""From a prompt to the tensors that steer the network, remembered for prompts seen lately. Knows text encoders."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, final

import torch
from torch import Tensor
from torch.nn import functional

CACHED_PROMPTS = 256
"""Prompts remembered a checkpoint; at SD3's size 2 to 3 MB each in float32."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditioning:
    """A prompt as the network reads it, and what else it is shown beside the noisy latents.

    Shapes: tokens (n, d), pooled (p,); beside (k, h, w) of the latents' height and width.
    """

    tokens: Tensor
    pooled: Tensor
    beside: Tensor | None = None
    """Further input channels of a network that was trained with a mask; None for all others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipEncoder:
    """A CLIP text encoder with its tokenizer."""

    tokenizer: Any
    network: Any

    def encode(self, prompt: str, length: int) -> tuple[Tensor, Tensor]:
        """Hidden states before the last layer, and the network's first output, its answer for the whole if it has one.

        Shapes: returns (length, d), and (p,) of a network with a projection; a longer prompt is cut at `length` tokens.
        Source: Podell et al. 2023 (arXiv:2307.01952), section 2.1: the penultimate layer, as SD3 reads it too.
        """
        ids = self.tokenizer(
            prompt, padding="max_length", max_length=length, truncation=True, return_tensors="pt"
        ).input_ids
        out = self.network(ids.to(self.network.device), output_hidden_states=True)
        return out.hidden_states[-2][0], out[0][0]


@dataclass(frozen=True, slots=True, kw_only=True)
class T5Encoder:
    """A T5 text encoder with its tokenizer."""

    tokenizer: Any
    network: Any

    def encode(self, prompt: str, length: int) -> Tensor:
        """Hidden states of the last layer.

        Shapes: returns (length, d); a longer prompt is cut at `length` tokens.
        """
        ids = self.tokenizer(
            prompt, padding="max_length", max_length=length, truncation=True, return_tensors="pt"
        ).input_ids
        states: Tensor = self.network(ids.to(self.network.device))[0]
        return states[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sd3Text:
    """Reads prompts the way SD3 does: two CLIP encoders side by side, then T5's tokens behind theirs."""

    clips: Sequence[ClipEncoder]
    t5: T5Encoder | None
    width: int
    """The network's token width."""
    t5_tokens: int
    """Tokens to append, zeros where there is no T5."""

    def encode(self, prompt: str) -> Conditioning:
        """Encode one prompt.

        Source: Esser et al. 2024 (arXiv:2403.03206), figure 2: CLIP channels side by side, padded with zeros to the
        network's width, T5's tokens behind them.
        """
        clip, pooled = _side_by_side(self.clips, prompt)
        tokens = functional.pad(clip, (0, self.width - clip.shape[-1]))  # (77, width)
        if self.t5_tokens:
            tokens = torch.cat([tokens, self._t5_states(prompt, tokens)])  # (77 + t5_tokens, width)
        return Conditioning(tokens=tokens, pooled=torch.cat(pooled))

    def _t5_states(self, prompt: str, like: Tensor) -> Tensor:
        if self.t5 is None:
            return like.new_zeros(self.t5_tokens, self.width)
        return self.t5.encode(prompt, self.t5_tokens).to(like)


@dataclass(frozen=True, slots=True, kw_only=True)
class SdxlText:
    """Reads prompts the way SDXL does: two CLIP encoders side by side, the second alone for the whole."""

    clips: Sequence[ClipEncoder]

    def encode(self, prompt: str) -> Conditioning:
        """Encode one prompt.

        Source: Podell et al. 2023 (arXiv:2307.01952), section 2.1.
        """
        tokens, pooled = _side_by_side(self.clips, prompt)
        return Conditioning(tokens=tokens, pooled=pooled[-1])


def _side_by_side(clips: Sequence[ClipEncoder], prompt: str) -> tuple[Tensor, list[Tensor]]:
    """Channels of all encoders, (77, d1 + d2), and what each says of the whole."""
    length = int(clips[0].tokenizer.model_max_length)
    states, pooled = zip(*(clip.encode(prompt, length) for clip in clips), strict=True)
    return torch.cat(states, dim=-1), list(pooled)


@final
class PromptEncoder:
    """Encodes prompts, and remembers those seen lately."""

    def __init__(self, text: Sd3Text | SdxlText, *, zeros_for_empty: bool) -> None:
        """`zeros_for_empty`: the network learnt to draw without a prompt from zeros, not from an empty one."""
        self._text = text
        self._zeros_for_empty = zeros_for_empty
        self._cache: OrderedDict[str, Conditioning] = OrderedDict()

    @torch.inference_mode()
    def encode(self, prompt: str) -> Conditioning:
        """Encode one prompt, or take it from the cache."""
        known = self._cache.pop(prompt, None)
        if known is None:
            known = self._text.encode(prompt)
            while len(self._cache) >= CACHED_PROMPTS:
                self._cache.popitem(last=False)
        self._cache[prompt] = known
        return known

    def encode_negative(self, prompt: str) -> Conditioning:
        """Encode what guidance leads away from: a prompt, or where it is blank, what the network takes for none.

        Source: Ho and Salimans 2022 (arXiv:2207.12598), section 3.2: the null token.
        """
        encoded = self.encode(prompt)
        if prompt.strip() or not self._zeros_for_empty:
            return encoded
        return Conditioning(tokens=torch.zeros_like(encoded.tokens), pooled=torch.zeros_like(encoded.pooled))
