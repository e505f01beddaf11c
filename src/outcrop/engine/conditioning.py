"""From a prompt to the tensors that steer the network, remembered for prompts seen lately. Knows text encoders."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, final

import torch
from torch import Tensor
from torch.nn import functional

from outcrop.engine.windows import Window, Windows, read
from outcrop.prompt import NOTHING, Prompt

CACHED_PROMPTS = 256
"""Prompts remembered a checkpoint; at SD3's size 2 to 3 MB each in float32, and as much for each further window."""


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
class Reading:
    """A prompt as tokens of each text encoder; readings of the same are encoded alike."""

    clips: tuple[Windows, ...]
    """Of each CLIP encoder, equally many."""
    t5: Windows = ()
    """None where there is no T5."""

    def as_long_as(self, other: "Reading", nothing: "Reading") -> "Reading":
        """The same with windows of `nothing` behind it, until it has as many as the other."""
        clips = tuple(
            mine + blank * (len(theirs) - len(mine))
            for mine, theirs, blank in zip(self.clips, other.clips, nothing.clips, strict=True)
        )
        return replace(self, clips=clips, t5=self.t5 + nothing.t5 * (len(other.t5) - len(self.t5)))

    @property
    def tokens(self) -> int:
        """How many the network will see of it; CLIP's stand side by side."""
        return sum(len(window.ids) for window in (*self.clips[0], *self.t5))


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipEncoder:
    """A CLIP text encoder with its tokenizer."""

    tokenizer: Any
    network: Any

    def read(self, prompt: Prompt) -> Windows:
        """The prompt's windows, as long as the tokenizer says."""
        return read(self.tokenizer, prompt, int(self.tokenizer.model_max_length))

    def encode(self, windows: Windows) -> tuple[Tensor, Tensor]:
        """Hidden states before the last layer, and the network's first output, its answer for the whole if it has one.

        That answer is for the first window: one of its kind is what the denoiser was trained with, and what matters
        most is said first.

        Shapes: returns (n, d), n being the tokens of all windows, and (p,) of a network with a projection.
        Source: Podell et al. 2023 (arXiv:2307.01952), section 2.1: the penultimate layer, as SD3 reads it too.
        """
        blank = self.read(NOTHING)[0]
        answers = {
            window: self.network(torch.tensor([window.ids], device=self.network.device), output_hidden_states=True)
            for window in _needed(windows, blank)
        }
        states = {window: answer.hidden_states[-2][0] for window, answer in answers.items()}
        return _weighed(windows, states, blank), answers[windows[0]][0][0]


@dataclass(frozen=True, slots=True, kw_only=True)
class T5Encoder:
    """A T5 text encoder with its tokenizer."""

    tokenizer: Any
    network: Any
    length: int
    """Tokens of a window."""

    def read(self, prompt: Prompt) -> Windows:
        """The prompt's windows."""
        return read(self.tokenizer, prompt, self.length)

    def encode(self, windows: Windows) -> Tensor:
        """Hidden states of the last layer.

        Shapes: returns (n, d), n being the tokens of all windows.
        """
        blank = self.read(NOTHING)[0]
        states = {
            window: self.network(torch.tensor([window.ids], device=self.network.device))[0][0]
            for window in _needed(windows, blank)
        }
        return _weighed(windows, states, blank)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sd3Text:
    """Reads prompts the way SD3 does: two CLIP encoders side by side, then T5's tokens behind theirs."""

    clips: Sequence[ClipEncoder]
    t5: T5Encoder | None
    width: int
    """The network's token width."""
    absent_tokens: int
    """Zeros to append where there is no T5."""

    def read(self, prompt: Prompt) -> Reading:
        """The windows of one prompt."""
        return Reading(clips=_read_side_by_side(self.clips, prompt), t5=self.t5.read(prompt) if self.t5 else ())

    def encode(self, reading: Reading) -> Conditioning:
        """Encode one prompt.

        Source: Esser et al. 2024 (arXiv:2403.03206), figure 2: CLIP channels side by side, padded with zeros to the
        network's width, T5's tokens behind them.
        """
        clip, pooled = _side_by_side(self.clips, reading)
        tokens = functional.pad(clip, (0, self.width - clip.shape[-1]))  # (n, width)
        if self.t5 is not None:
            tokens = torch.cat([tokens, self.t5.encode(reading.t5).to(tokens)])  # (n + m, width)
        elif self.absent_tokens:
            tokens = torch.cat([tokens, tokens.new_zeros(self.absent_tokens, self.width)])
        return Conditioning(tokens=tokens, pooled=torch.cat(pooled))


@dataclass(frozen=True, slots=True, kw_only=True)
class SdxlText:
    """Reads prompts the way SDXL does: two CLIP encoders side by side, the second alone for the whole."""

    clips: Sequence[ClipEncoder]

    def read(self, prompt: Prompt) -> Reading:
        """The windows of one prompt."""
        return Reading(clips=_read_side_by_side(self.clips, prompt))

    def encode(self, reading: Reading) -> Conditioning:
        """Encode one prompt.

        Source: Podell et al. 2023 (arXiv:2307.01952), section 2.1.
        """
        tokens, pooled = _side_by_side(self.clips, reading)
        return Conditioning(tokens=tokens, pooled=pooled[-1])


def _read_side_by_side(clips: Sequence[ClipEncoder], prompt: Prompt) -> tuple[Windows, ...]:
    """Each encoder's windows, and blank ones behind them where another needs more."""
    windows = [clip.read(prompt) for clip in clips]
    longest = max(map(len, windows))
    return tuple(mine + clip.read(NOTHING) * (longest - len(mine)) for clip, mine in zip(clips, windows, strict=True))


def _side_by_side(clips: Sequence[ClipEncoder], reading: Reading) -> tuple[Tensor, list[Tensor]]:
    """Channels of all encoders, (n, d1 + d2), and what each says of the whole."""
    states, pooled = zip(
        *(clip.encode(windows) for clip, windows in zip(clips, reading.clips, strict=True)), strict=True
    )
    return torch.cat(states, dim=-1), list(pooled)


def _needed(windows: Windows, blank: Window) -> dict[Window, None]:
    """The different windows that must be encoded: the blank one too where something is weighed against it."""
    weighed = any(weight != 1 for window in windows for weight in window.weights)
    return dict.fromkeys((*windows, blank) if weighed else windows)


def _weighed(windows: Windows, states: Mapping[Window, Tensor], blank: Window) -> Tensor:
    """The states of all windows, those of weighed tokens moved away from, or towards, what an empty prompt has there.

    A state becomes empty + weight * (state - empty); where the weight is 1 it is left as it is, to the bit.

    Shapes: states (length, d) each; returns (n, d), n being the tokens of all windows.
    Source: ComfyUI's reading of weights (comfyanonymous 2023), the same for CLIP and T5: it needs no mean that may be
    near 0, and 0 means unsaid.
    """
    joined = []
    for window in windows:
        state = states[window]
        if any(weight != 1 for weight in window.weights):
            weight = torch.tensor(window.weights, dtype=torch.float32, device=state.device)[:, None]  # (length, 1)
            empty = states[blank].float()
            state = torch.where(weight == 1, state, (empty + weight * (state - empty)).to(state.dtype))
        joined.append(state)
    return torch.cat(joined)


@final
class PromptEncoder:
    """Encodes prompts, and remembers those seen lately."""

    def __init__(self, text: Sd3Text | SdxlText, *, zeros_for_empty: bool) -> None:
        """`zeros_for_empty`: the network learnt to draw without a prompt from zeros, not from an empty one."""
        self._text = text
        self._zeros_for_empty = zeros_for_empty
        self._nothing = text.read(NOTHING)
        self._cache: OrderedDict[Reading, Conditioning] = OrderedDict()

    def further(self, prompts: Sequence[Prompt]) -> int:
        """Tokens that prompts will have when encoded to equally many, beyond those of an empty one."""
        longest = self._nothing
        for prompt in prompts:
            longest = longest.as_long_as(self._text.read(prompt), self._nothing)
        return longest.tokens - self._nothing.tokens

    def encode(self, prompt: Prompt) -> Conditioning:
        """Encode one prompt, or take it from the cache."""
        return self._encoded(self._text.read(prompt))

    def encode_both(self, prompt: Prompt, negative: Prompt) -> tuple[Conditioning, Conditioning]:
        """Encode a prompt and what guidance leads away from, to equally many tokens: blank windows fill the shorter.

        A blank negative prompt is what the network takes for none.

        Source: Ho and Salimans 2022 (arXiv:2207.12598), section 3.2: the null token.
        """
        mine, theirs = self._text.read(prompt), self._text.read(negative)
        encoded = self._encoded(mine.as_long_as(theirs, self._nothing))
        against = self._encoded(theirs.as_long_as(mine, self._nothing))
        if self._zeros_for_empty and not negative.text.strip():
            against = Conditioning(tokens=torch.zeros_like(against.tokens), pooled=torch.zeros_like(against.pooled))
        return encoded, against

    @torch.inference_mode()
    def _encoded(self, reading: Reading) -> Conditioning:
        known = self._cache.pop(reading, None)
        if known is None:
            known = self._text.encode(reading)
            while len(self._cache) >= CACHED_PROMPTS:
                self._cache.popitem(last=False)
        self._cache[reading] = known
        return known
