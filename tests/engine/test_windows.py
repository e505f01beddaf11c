"""Windows of tokens: nothing is lost or moved, they end where reading allows, and weights find their words."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import CLIPTokenizer, T5TokenizerFast

from outcrop.engine.windows import MAX_WINDOWS, Window, Windows, read
from outcrop.prompt import NOTHING, parse, plain

EMBEDDED = Path(__file__).parents[2] / "src/outcrop/catalog/data/checkpoints/outcrop-nano/tokenizer"
LENGTH = 32


@pytest.fixture(scope="module", params=["clip", "t5"])
def tokenizer(request: pytest.FixtureRequest) -> Iterator[Any]:
    """The embedded model's, which joins letters to words, and a T5 that does not."""
    if request.param == "clip":
        yield CLIPTokenizer.from_pretrained(EMBEDDED, local_files_only=True)
        return
    pieces = ["▁", *"abcdefghijklmnopqrstuvwxyz"]
    vocabulary = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), *((piece, -5.0) for piece in pieces)]
    yield T5TokenizerFast(vocab=vocabulary, extra_ids=0, model_max_length=256)


@pytest.fixture(scope="module")
def clip() -> Any:  # noqa: ANN401 - transformers has no types
    """The embedded model's tokenizer."""
    return CLIPTokenizer.from_pretrained(EMBEDDED, local_files_only=True)


def words(tokenizer: Any, windows: Windows) -> list[str]:  # noqa: ANN401 - transformers has no types
    """What each window says."""
    return [tokenizer.decode(window.ids, skip_special_tokens=True) for window in windows]


@given(text=st.text(max_size=25))
def test_what_fits_one_window_is_what_the_tokenizer_itself_makes_of_it(tokenizer: Any, text: str) -> None:  # noqa: ANN401
    """Whatever the text: the same tokens in the same places."""
    ids = tokenizer(text, padding="max_length", max_length=120, truncation=True).input_ids
    if text.strip():
        assert read(tokenizer, plain(text), 120) == (Window(ids=tuple(ids), weights=(1.0,) * 120),)


@given(text=st.text(alphabet="ab ,é油😀", max_size=600))
@settings(max_examples=30)
def test_windows_say_what_the_text_says(tokenizer: Any, text: str) -> None:  # noqa: ANN401
    """All of it or the first of it, no token twice, each window of its length and none of them empty."""
    windows = read(tokenizer, plain(text), LENGTH)
    assert 1 <= len(windows) <= MAX_WINDOWS
    marks = tokenizer("").input_ids
    said: list[int] = []
    for window in windows:
        assert len(window.ids) == len(window.weights) == LENGTH
        inner = window.ids[len(marks) - 1 :]
        inner = inner[: inner.index(marks[-1])]
        assert inner or len(windows) == 1
        said += inner
    whole = tokenizer(text, add_special_tokens=False, verbose=False).input_ids if text.strip() else []
    assert said == whole[: len(said)]
    assert len(said) == len(whole) or len(windows) == MAX_WINDOWS


@pytest.mark.parametrize("blank", ["", " ", " \n\t  "])
def test_blank_is_nothing(tokenizer: Any, blank: str) -> None:  # noqa: ANN401
    """Spaces say as little as no text, weighed or not."""
    assert read(tokenizer, plain(blank), LENGTH) == read(tokenizer, NOTHING, LENGTH)
    assert read(tokenizer, parse(f"({blank} :1.5)"), LENGTH) == read(tokenizer, NOTHING, LENGTH)


def test_a_window_ends_at_a_comma_near_its_end_or_between_words(clip: Any) -> None:  # noqa: ANN401
    """`a` is one token, thirty fit: the comma at the 27th ends the first window, nothing but words the second."""
    text = " ".join(["a"] * 26) + ", " + " ".join(["a"] * 40)
    first, second, third = words(clip, read(clip, plain(text), LENGTH))
    assert first == " ".join(["a"] * 26) + " ,"
    assert second == " ".join(["a"] * 30)
    assert third == " ".join(["a"] * 10)


def test_a_comma_far_from_the_end_does_not_end_a_window(clip: Any) -> None:  # noqa: ANN401
    """It would waste most of it."""
    text = "a, " + " ".join(["a"] * 40)
    assert words(clip, read(clip, plain(text), LENGTH))[0] == "a , " + " ".join(["a"] * 28)


def test_a_word_goes_whole_into_the_next_window(clip: Any) -> None:  # noqa: ANN401
    """Unless it fills more than one by itself."""
    word = "xqzj" * 3  # several tokens
    size = len(clip(word, add_special_tokens=False).input_ids)
    assert 2 <= size < 30
    text = " ".join(["a"] * 29) + " " + word
    assert words(clip, read(clip, plain(text), LENGTH)) == [" ".join(["a"] * 29), word]
    endless = words(clip, read(clip, plain("xqzj" * 40), LENGTH))
    assert len(endless) > 1
    assert "".join(endless) == "xqzj" * 40


def test_a_weight_is_that_of_its_words(clip: Any) -> None:  # noqa: ANN401
    """The tokens are those of the text without brackets; only what is in them weighs."""
    (window,) = read(clip, parse("a (red apple:1.5), (big:0.5)"), LENGTH)
    (same,) = read(clip, plain("a red apple, big"), LENGTH)
    assert window.ids == same.ids
    weights = {clip.decode([token]): weight for token, weight in zip(window.ids, window.weights, strict=True)}
    assert (weights["a"], weights["red"], weights["apple"], weights[","]) == (1, 1.5, 1.5, 1)
    assert weights[clip.decode(clip("big", add_special_tokens=False).input_ids[:1])] == 0.5
    assert window.weights[0] == window.weights[-1] == 1


def test_weights_go_on_in_the_next_window(clip: Any) -> None:  # noqa: ANN401
    """Wherever it is cut."""
    first, second = read(clip, parse(f"({' '.join(['a'] * 40)}:1.5) b"), LENGTH)
    assert set(first.weights[1:-1]) == {1.5}
    assert second.weights[1:11] == (1.5,) * 10
    assert set(second.weights[11:]) == {1.0}


@pytest.mark.parametrize("text", ["word " * 2_000, "a" * 10_000, "," * 10_000, "😀" * 10_000, "(a:1.1) " * 1_250])
def test_ten_thousand_characters_are_bounded(clip: Any, text: str) -> None:  # noqa: ANN401
    """Whatever they are."""
    assert len(read(clip, parse(text), LENGTH)) == MAX_WINDOWS
