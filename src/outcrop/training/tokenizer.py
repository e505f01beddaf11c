"""A small CLIP tokenizer whose commonest words are one token each. Knows words, not what they mean.

Every byte has a symbol, so any prompt can be encoded; a word never seen falls into pieces.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from heapq import heapify, heappop, heappush
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import final

from transformers import CLIPTokenizer

MAX_TOKENS = 32
START = "<|startoftext|>"
END = "<|endoftext|>"
Pair = tuple[str, str]
_WORD = re.compile(r"[a-z]+|[0-9]|[^\sa-z0-9]+")


def byte_symbols() -> tuple[str, ...]:
    """One printable character for each of the 256 bytes, as GPT-2 and CLIP write them.

    Source: Radford et al. 2019, byte-level BPE.
    """
    printable = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    spare = iter(range(256, 512))
    return tuple(chr(byte) if byte in printable else chr(next(spare)) for byte in range(256))


def learn_merges(texts: Iterable[str]) -> list[Pair]:
    """Byte-pair merges, in order, until every word of the texts is one token.

    Source: Sennrich et al. 2016, algorithm 1, with the pairs of each merge updated instead of counted anew.
    """
    words = _Words(Counter(word for text in texts for word in _WORD.findall(text.lower())))
    queue = [(-count, pair) for pair, count in words.pairs.items()]
    heapify(queue)
    merges: list[Pair] = []
    while queue:
        count, best = heappop(queue)
        if count and words.pairs[best] == -count:  # else an older count of this pair
            merges.append(best)
            for pair in words.merge(best):
                heappush(queue, (-words.pairs[pair], pair))
    return merges


@final
class _Words:
    """Words in pieces, and how often each pair of neighbouring pieces is met."""

    def __init__(self, counts: Counter[str]) -> None:
        self._counts = counts
        self._pieces = {word: [*word[:-1], f"{word[-1]}</w>"] for word in counts}
        self.pairs: Counter[Pair] = Counter()
        self._holders: defaultdict[Pair, set[str]] = defaultdict(set)
        for word in counts:
            self._count(word, 1)

    def merge(self, pair: Pair) -> set[Pair]:
        """Join a pair wherever it is met; the pairs whose counts have changed."""
        changed: set[Pair] = set()
        for word in self._holders.pop(pair):
            changed |= self._count(word, -1)
            self._pieces[word] = _merged(self._pieces[word], pair)
            changed |= self._count(word, 1)
        return changed

    def _count(self, word: str, sign: int) -> set[Pair]:
        met = set(pairwise(self._pieces[word]))
        for pair in pairwise(self._pieces[word]):
            self.pairs[pair] += sign * self._counts[word]
        for pair in met if sign > 0 else ():
            self._holders[pair].add(word)
        return met


def vocabulary() -> tuple[str, ...]:
    """Every word that is one token, from data/vocabulary.txt: wider than today's captions, so that a later model may
    learn more things with the same tokens.
    """
    text = (files("outcrop.training") / "data" / "vocabulary.txt").read_text(encoding="utf-8")
    return tuple(text.split())


def write_tokenizer(folder: Path, texts: Iterable[str]) -> CLIPTokenizer:
    """Learn a tokenizer from texts, write it as a CLIPTokenizer folder and load it from there."""
    folder.mkdir(parents=True, exist_ok=True)
    merges = learn_merges(texts)
    symbols = byte_symbols()
    words = [*symbols, *(f"{symbol}</w>" for symbol in symbols), *("".join(merge) for merge in merges), START, END]
    vocabulary = {token: number for number, token in enumerate(dict.fromkeys(words))}
    (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False), encoding="utf-8")
    lines = "\n".join(f"{left} {right}" for left, right in merges)
    (folder / "merges.txt").write_text(f"#version: 0.2\n{lines}\n", encoding="utf-8")
    tokenizer = CLIPTokenizer.from_pretrained(folder, model_max_length=MAX_TOKENS)
    tokenizer.save_pretrained(folder)
    return CLIPTokenizer.from_pretrained(folder)


def _merged(parts: list[str], pair: tuple[str, str]) -> list[str]:
    out: list[str] = []
    at = 0
    while at < len(parts):
        if tuple(parts[at : at + 2]) == pair:
            out.append(parts[at] + parts[at + 1])
            at += 2
        else:
            out.append(parts[at])
            at += 1
    return out
