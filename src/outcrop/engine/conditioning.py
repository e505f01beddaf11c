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
    """A prompt as the network reads it.

    Shapes: tokens (n, d), pooled (p,).
    """

    tokens: Tensor
    pooled: Tensor


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipEncoder:
    """A CLIP text encoder with its tokenizer."""

    tokenizer: Any
    network: Any

    def encode(self, prompt: str, length: int) -> tuple[Tensor, Tensor]:
        """Hidden states before the last layer, and the projected end-of-text state.

        Shapes: returns (length, d) and (p,); a longer prompt is cut at `length` tokens.
        Source: Esser et al. 2024 (arXiv:2403.03206), section 4: SD3 reads CLIP's penultimate layer.
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


@final
class PromptEncoder:
    """Encodes prompts the way SD3 does: two CLIP encoders side by side, then T5's tokens behind theirs."""

    def __init__(self, clips: Sequence[ClipEncoder], t5: T5Encoder | None, *, width: int, t5_tokens: int) -> None:
        """`width` is the network's token width; `t5_tokens` are appended, zeros where there is no T5."""
        self._clips = clips
        self._t5 = t5
        self._width = width
        self._t5_tokens = t5_tokens
        self._clip_tokens = int(clips[0].tokenizer.model_max_length)
        self._cache: OrderedDict[str, Conditioning] = OrderedDict()

    @torch.inference_mode()
    def encode(self, prompt: str) -> Conditioning:
        """Encode one prompt, or take it from the cache.

        Source: Esser et al. 2024 (arXiv:2403.03206), figure 2: CLIP channels side by side, padded with zeros to the
        network's width, T5's tokens behind them.
        """
        known = self._cache.pop(prompt, None)
        if known is None:
            known = self._encode(prompt)
            while len(self._cache) >= CACHED_PROMPTS:
                self._cache.popitem(last=False)
        self._cache[prompt] = known
        return known

    def _encode(self, prompt: str) -> Conditioning:
        states, pooled = zip(*(clip.encode(prompt, self._clip_tokens) for clip in self._clips), strict=True)
        clip = torch.cat(states, dim=-1)  # (77, d1 + d2)
        tokens = functional.pad(clip, (0, self._width - clip.shape[-1]))  # (77, width)
        if self._t5_tokens:
            tokens = torch.cat([tokens, self._t5_states(prompt, tokens)])  # (77 + t5_tokens, width)
        return Conditioning(tokens=tokens, pooled=torch.cat(pooled))

    def _t5_states(self, prompt: str, like: Tensor) -> Tensor:
        if self._t5 is None:
            return like.new_zeros(self._t5_tokens, self._width)
        return self._t5.encode(prompt, self._t5_tokens).to(like)
