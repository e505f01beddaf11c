"""Weighted and long prompts: as diffusers draws them from embeddings put together by hand, in any company."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import pytest
import torch
from torch import Tensor

from outcrop.catalog.checkpoint import read_checkpoint
from outcrop.clock import now
from outcrop.engine.conditioning import Conditioning
from outcrop.engine.denoise import estimate
from outcrop.engine.drawing import Drawing
from outcrop.engine.engine import Pixels
from outcrop.engine.local import LocalEngine
from outcrop.engine.noise import noise_of
from outcrop.engine.weights import Checkpoint, load_checkpoint
from outcrop.engine.windows import MAX_WINDOWS
from outcrop.operations.schedules import schedule
from outcrop.plan import Plan
from outcrop.prompt import NOTHING, Prompt, parse, plain
from outcrop.units import Seed
from tests.engine.listening import check_alone_and_together
from tests.engine.pictures import psnr

pytestmark = pytest.mark.filterwarnings("ignore:__array:DeprecationWarning")  # of diffusers with numpy 2

CPU = torch.device("cpu")
FOLDERS = ("tiny_sdxl", "tiny_sd3", "tiny_sd3_t5")
T5_TOKENS = 256
WORDS = [f"{'abcdefgh'[n % 8] * (n % 5 + 1)}," for n in range(40)]
"""With tokens of single characters 160 in all: three windows of CLIP, one of T5 as it needs no more."""


@pytest.fixture(params=FOLDERS)
def folder(request: pytest.FixtureRequest) -> Path:
    """Each family, SD3 with and without T5."""
    found: Path = request.getfixturevalue(request.param)
    return found


@cache
def checkpoint_in(folder: Path) -> Checkpoint:
    """The engine's networks of a folder."""
    return load_checkpoint(read_checkpoint("tiny", folder), CPU)


@cache
def pipeline_in(folder: Path) -> Any:  # noqa: ANN401 - diffusers has no types
    """Diffusers' pipeline of a folder."""
    parts = json.loads((folder / "model_index.json").read_text())
    absent = {part: None for part in ("text_encoder_3", "tokenizer_3") if part in parts and parts[part][0] is None}
    pipeline = diffusers.DiffusionPipeline.from_pretrained(folder, dtype=torch.float32, local_files_only=True, **absent)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def embedded(folder: Path, text: str) -> tuple[Tensor, Tensor]:
    """Tokens (1, n, d) and pooled (1, p) of a short text, by diffusers."""
    pipeline = pipeline_in(folder)
    texts = (text,) if "xl" in folder.name else (text, text, text)
    with torch.inference_mode():  # as the engine: without it T5 adds in another order
        tokens, _, pooled, _ = pipeline.encode_prompt(*texts, do_classifier_free_guidance=False)
    return tokens.clone(), pooled.clone()


def theirs(folder: Path, plan: Plan, prompt: tuple[Tensor, Tensor], negative: tuple[Tensor, Tensor]) -> Pixels:
    """The picture by diffusers' pipeline, from the same noise and these embeddings."""
    pipeline = pipeline_in(folder)
    channels = checkpoint_in(folder).network.channels
    picture = pipeline(
        prompt_embeds=prompt[0],
        pooled_prompt_embeds=prompt[1],
        negative_prompt_embeds=negative[0],
        negative_pooled_prompt_embeds=negative[1],
        height=plan.native.height,
        width=plan.native.width,
        num_inference_steps=plan.steps,
        guidance_scale=plan.guidance,
        latents=noise_of(plan.seed, (channels, plan.native.height // 8, plan.native.width // 8), CPU)()[None],
        output_type="pil",
    ).images[0]
    return np.asarray(picture)


def ours(folder: Path, plan: Plan) -> Pixels:
    """The picture by this engine."""
    drawing = Drawing(plan, checkpoint_in(folder))
    while not drawing.finished:
        drawing.advance(estimate([drawing])[0])
    return drawing.decode()


def plan_for(folder: Path, tiny_plan: Plan, prompt: Prompt, negative: Prompt) -> Plan:
    """A picture of five steps."""
    return replace(
        tiny_plan,
        prompt=prompt,
        negative_prompt=negative,
        sampler="euler" if "xl" in folder.name else "flow_euler",
        sigmas=schedule(read_checkpoint("tiny", folder).noise, 5),
    )


def conditioning(folder: Path, prompt: Prompt) -> Conditioning:
    """A prompt as the network reads it."""
    return checkpoint_in(folder).prompts.encode(prompt)


def same(a: Conditioning, b: Conditioning) -> bool:
    """Whether two prompts are read alike, to the bit."""
    return torch.equal(a.tokens, b.tokens) and torch.equal(a.pooled, b.pooled)


@pytest.mark.parametrize("text", ["", "a red apple", "A red apple, on a (wooden) table! 油", "x" * 70])
def test_a_prompt_without_weights_is_what_diffusers_makes_of_it(folder: Path, text: str) -> None:
    """To the bit."""
    tokens, pooled = embedded(folder, text)
    assert same(conditioning(folder, plain(text)), Conditioning(tokens=tokens[0], pooled=pooled[0]))
    assert same(conditioning(folder, plain(text)), conditioning(folder, parse(text.replace("red", "(red:1.0)"))))


def test_a_prompt_of_spaces_is_an_empty_one(folder: Path) -> None:
    """Of either sign."""
    assert same(conditioning(folder, plain("  \n ")), conditioning(folder, NOTHING))
    prompts = checkpoint_in(folder).prompts
    assert same(prompts.encode_both(NOTHING, plain("  "))[1], prompts.encode_both(NOTHING, NOTHING)[1])


def near(found: Sequence[Conditioning], *expected: tuple[Tensor, Tensor]) -> bool:
    """Whether conditionings are embeddings, to rounding: a small random network would draw them alike anyway."""
    return all(
        torch.allclose(each.tokens, tokens[0], atol=1e-5) and torch.allclose(each.pooled, pooled[0], atol=1e-5)
        for each, (tokens, pooled) in zip(found, expected, strict=True)
    )


def weighted_by_hand(folder: Path, text: str, places: dict[int, float]) -> tuple[Tensor, Tensor]:
    """Embeddings of a text whose characters at some places weigh more or less, counted without spaces."""
    tokens, pooled = embedded(folder, text)
    empty, _ = embedded(folder, "")
    spaced = [at for at, character in enumerate(text) if character != " "]
    for place, weight in places.items():
        rows = [1 + place]  # one token a character, after the one that begins a text
        if folder.name == "tiny-sd3-t5":
            # T5 has a token for the begin of each word besides, in front of its first character.
            at = spaced[place]
            begins = text[: at + 1].split(" ")
            place_in_t5 = place + len(begins)
            rows += [77 + place_in_t5] + ([77 + place_in_t5 - 1] if len(begins[-1]) == 1 else [])
        for row in rows:
            tokens[0, row] = empty[0, row] + weight * (tokens[0, row] - empty[0, row])
    return tokens, pooled


def test_a_weighted_prompt_gives_the_picture_of_diffusers(folder: Path, tiny_plan: Plan) -> None:
    """Of both signs, more and less than 1, from embeddings weighed by hand: at least 45 dB."""
    plan = plan_for(folder, tiny_plan, parse("a (red:1.6) apple (on:0)"), parse("a (car:0.5)"))
    red = {1: 1.6, 2: 1.6, 3: 1.6, 9: 0.0, 10: 0.0}
    car = {1: 0.5, 2: 0.5, 3: 0.5}
    prompt, negative = weighted_by_hand(folder, "a red apple on", red), weighted_by_hand(folder, "a car", car)
    assert near(checkpoint_in(folder).prompts.encode_both(plan.prompt, plan.negative_prompt), prompt, negative)
    assert psnr(ours(folder, plan), theirs(folder, plan, prompt, negative)) >= 45
    assert not np.array_equal(ours(folder, plan), ours(folder, replace(plan, prompt=plain(plan.prompt.text))))


def in_windows(folder: Path, texts: list[str], t5_text: str) -> tuple[Tensor, Tensor]:
    """Embeddings of windows one behind the other; those of T5, which needs a single one, behind them."""
    clips = [embedded(folder, text) for text in texts]
    tokens = torch.cat([each[0][:, :77] for each in clips], dim=1)
    return torch.cat([tokens, embedded(folder, t5_text)[0][:, 77:]], dim=1), clips[0][1]


def test_a_long_prompt_gives_the_picture_of_diffusers(folder: Path, tiny_plan: Plan) -> None:
    """Three windows put together by hand, the negative prompt filled with blank ones: at least 45 dB."""
    plan = plan_for(folder, tiny_plan, plain(" ".join(WORDS)), plain("a car"))
    windows = list(windows_by_hand())
    assert len(windows) == 3
    prompt, negative = in_windows(folder, windows, " ".join(WORDS)), in_windows(folder, ["a car", "", ""], "a car")
    assert near(checkpoint_in(folder).prompts.encode_both(plan.prompt, plan.negative_prompt), prompt, negative)
    assert psnr(ours(folder, plan), theirs(folder, plan, prompt, negative)) >= 45


def windows_by_hand() -> Iterator[str]:
    """The words, as many at a time as 75 characters hold."""
    window: list[str] = []
    for word in WORDS:
        if len("".join([*window, word])) > 75:
            yield " ".join(window)
            window = []
        window.append(word)
    yield " ".join(window)


def test_the_whole_is_summed_up_by_the_first_window(folder: Path) -> None:
    """What is said later moves the tokens alone."""
    long = conditioning(folder, plain(" ".join(WORDS)))
    first = conditioning(folder, plain(next(windows_by_hand())))
    assert torch.equal(long.pooled, first.pooled)
    assert torch.equal(long.tokens[:77], first.tokens[:77])
    assert long.tokens.shape[0] == first.tokens.shape[0] + 2 * 77


def test_ten_thousand_characters_are_read_in_bounds(folder: Path) -> None:
    """As many windows as there may be, of each encoder."""
    of_t5 = {"tiny-sdxl": 0, "tiny-sd3": T5_TOKENS, "tiny-sd3-t5": MAX_WINDOWS * T5_TOKENS}[folder.name]
    assert conditioning(folder, plain("word " * 2_000)).tokens.shape[0] == MAX_WINDOWS * 77 + of_t5


def test_both_prompts_have_equally_many_tokens(folder: Path) -> None:
    """The shorter is filled with windows of an empty prompt, or of zeros where that stands for none."""
    prompts = checkpoint_in(folder).prompts
    long = plain(" ".join(WORDS))
    for prompt, negative in ((long, plain("a")), (plain("a"), long), (long, NOTHING)):
        one, other = prompts.encode_both(prompt, negative)
        assert one.tokens.shape == other.tokens.shape
    assert torch.any(prompts.encode_both(long, NOTHING)[1].tokens != 0) == ("xl" not in folder.name)


def test_prompts_of_any_length_share_passes_byte_stable(folder: Path, tiny_plan: Plan) -> None:
    """One, two, three and eight windows, weighted or not, with guidance or without: each as alone."""
    prompts = [plain("a cat"), plain(" ".join(WORDS[:25])), parse(f"({' '.join(WORDS)}:1.4)"), plain("word " * 2_000)]
    plans = [
        replace(
            plan_for(folder, tiny_plan, prompt, plain("dark") if n % 2 else NOTHING),
            seed=Seed(n),
            guidance=1.0 if n == 2 else 4.0,
        )
        for n, prompt in enumerate([*prompts, plain("a dog")])
    ]
    engine = LocalEngine({"tiny": read_checkpoint("tiny", folder)}, now)
    try:
        check_alone_and_together(engine, plans)
    finally:
        engine.close()
