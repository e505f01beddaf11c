"""The tokenizer knows its captions by heart and can still read anything."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from transformers import CLIPTokenizer

from outcrop.training.tokenizer import MAX_TOKENS, byte_symbols, learn_merges, vocabulary, write_tokenizer


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> CLIPTokenizer:
    """The real vocabulary."""
    return write_tokenizer(tmp_path_factory.mktemp("tokenizer"), vocabulary())


def test_known_words_are_one_token_each(tokenizer: CLIPTokenizer) -> None:
    """Every word of every caption is one token."""
    text = "a blue car on a yellow background"
    assert [token.removesuffix("</w>") for token in tokenizer.tokenize(text)] == text.split()


@pytest.mark.parametrize("text", ["quokka crossing", "déjà vu", "猫", "a\tb\n", "🙂", "'\"\\"])
def test_any_text_survives_a_round_trip(tokenizer: CLIPTokenizer, text: str) -> None:
    """Nothing falls out of the vocabulary: unknown words come back from their pieces."""
    numbers = tokenizer(text, add_special_tokens=False).input_ids
    assert max(numbers) < len(tokenizer) - 2
    assert tokenizer.decode(numbers).split() == " ".join(tokenizer.tokenize(text) and [text.lower()]).split()


def test_start_and_end_are_the_last_two_numbers(tokenizer: CLIPTokenizer, tmp_path: Path) -> None:
    """The text encoders' configuration relies on it; a reload keeps it."""
    tokenizer.save_pretrained(tmp_path)
    for each in (tokenizer, CLIPTokenizer.from_pretrained(tmp_path)):
        assert (each.bos_token_id, each.eos_token_id) == (len(each) - 2, len(each) - 1)
        padded = each("a cat", padding="max_length", truncation=True, max_length=each.model_max_length).input_ids
        assert len(padded) == MAX_TOKENS
        assert padded[0] == each.bos_token_id
        assert set(padded[3:]) == {each.eos_token_id}


def test_there_is_a_symbol_for_every_byte() -> None:
    """256 different printable characters, plain letters as themselves."""
    symbols = byte_symbols()
    assert len(set(symbols)) == 256
    assert symbols[ord("a")] == "a"
    assert all(symbol.isprintable() and not symbol.isspace() for symbol in symbols)


def test_merges_end_when_every_word_is_whole() -> None:
    """The last merge of a word closes it."""
    assert learn_merges(["ab ab", "abc"]) == [("a", "b</w>"), ("a", "b"), ("ab", "c</w>")]


def test_each_merge_joins_the_commonest_pair_of_what_is_left() -> None:
    """Against the algorithm as it is published: count every pair anew before each merge."""
    words = [word for word in vocabulary() if word.startswith(("b", "ca"))]
    pieces = {word: [*word[:-1], f"{word[-1]}</w>"] for word in words}
    for merge in learn_merges(words):
        pairs = Counter(pair for parts in pieces.values() for pair in pairwise(parts))
        assert merge == min(pairs, key=lambda pair: (-pairs[pair], pair))
        for word, parts in pieces.items():
            joined = "".join(f"({part})" for part in parts)
            pieces[word] = joined.replace(f"({merge[0]})({merge[1]})", f"({''.join(merge)})")[1:-1].split(")(")
    assert all(len(parts) == 1 for parts in pieces.values())
