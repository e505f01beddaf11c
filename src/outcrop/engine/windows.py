"""From a prompt to tokens, in windows of the length that a text encoder was trained with. Knows tokenizers only."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from outcrop.prompt import Prompt

MAX_WINDOWS = 8
"""Windows that a prompt may fill: 600 tokens of CLIP, about 450 words; what comes after them is not read."""

COMMA_SHARE = 4
"""A comma in the last quarter of a window is a better place to cut than the last word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What a text encoder reads at once, filled up to its length."""

    ids: tuple[int, ...]
    weights: tuple[float, ...]
    """Of each token; 1 for those that mark the beginning, the end and what is filled up."""


Windows = tuple[Window, ...]


def read(tokenizer: Any, prompt: Prompt, length: int) -> Windows:  # noqa: ANN401 - transformers has no types
    """The windows of a prompt, at least one and at most MAX_WINDOWS, each `length` tokens long.

    Its words are tokens as they would be without weights; a token weighs what its last character weighs. A window ends
    after a comma near its end or between words, and in a word only where that fills a window by itself.
    """
    text = prompt.text if prompt.text.strip() else ""
    marks = tokenizer("").input_ids  # what begins a text, if anything does, and what ends it
    found = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
    weights = _weights(prompt, found.offset_mapping)
    windows = []
    for begin, end in _cut(text, found.offset_mapping, length - len(marks)):
        ids = [*marks[:-1], *found.input_ids[begin:end], marks[-1]]
        weighed = [*[1.0] * (len(marks) - 1), *weights[begin:end]]
        windows.append(
            Window(
                ids=(*ids, *[tokenizer.pad_token_id] * (length - len(ids))),
                weights=(*weighed, *[1.0] * (length - len(weighed))),
            )
        )
    return tuple(windows)


def _weights(prompt: Prompt, spans: Sequence[tuple[int, int]]) -> list[float]:
    ends = list(accumulate(len(fragment.text) for fragment in prompt.fragments))
    return [prompt.fragments[bisect_right(ends, max(begin, end - 1))].weight for begin, end in spans]


def _cut(text: str, spans: Sequence[tuple[int, int]], room: int) -> list[tuple[int, int]]:
    """Where each window begins and ends among the tokens; spans are their places in the text."""
    cuts: list[tuple[int, int]] = []
    begin = 0
    while len(cuts) < MAX_WINDOWS and (begin < len(spans) or not cuts):
        end = begin + room
        if end < len(spans):
            words = [at for at in range(begin + 1, end + 1) if _may_cut(text, spans, at)]
            commas = [at for at in words if at > end - room // COMMA_SHARE and text[spans[at - 1][1] - 1] == ","]
            end = (commas or words or [end])[-1]
        cuts.append((begin, min(end, len(spans))))
        begin = end
    return cuts


def _may_cut(text: str, spans: Sequence[tuple[int, int]], at: int) -> bool:
    """Whether a comma or a space lies before a token."""
    before, begin = spans[at - 1][1], spans[at][0]
    return before <= begin and (text[before - 1] == "," or text[before : before + 1].isspace())
