"""One native picture a tier by Outcrop's engine and by diffusers' pipeline, in turns, on the same weights."""

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from queue import SimpleQueue
from typing import Any

import diffusers
import numpy as np
import torch
import transformers
from diffusers import StableDiffusion3Pipeline

from outcrop.catalog.load import Catalog
from outcrop.clock import now, random_seed
from outcrop.engine.engine import Drawn, Engine, Event, Failed, Pixels
from outcrop.engine.local import LocalEngine
from outcrop.engine.lora import merge_lora
from outcrop.engine.noise import noise_of
from outcrop.operations.table import plan
from outcrop.plan import Plan
from outcrop.prompt import plain
from outcrop.request import TextToImage
from outcrop.units import ModelId, Seed, Size

ROUNDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A picture on one tier; medians of rounds in which both took turns. Units: seconds."""

    model: str
    size: str
    steps: int
    guidance: float
    outcrop_s: float
    diffusers_s: float
    diffusers_threads: int
    """With which diffusers is quicker: one, or as many as there are."""
    ratio: float
    """Median of diffusers' time over Outcrop's, round by round; above 1 Outcrop is faster."""
    psnr_db: float | None
    """How near the two pictures are; None when they are equal."""


def measure_tiers(catalog: Catalog, threads: int) -> list[Tier]:
    """Measure every model of the catalogue that runs on a preview checkpoint."""
    torch.set_num_threads(threads)
    diffusers.utils.logging.set_verbosity_error()
    diffusers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    engine = LocalEngine(catalog.checkpoints, now)
    try:
        plans = [native_plan(catalog, model) for model in drawing_models(catalog)]
        return [compare(engine, *load_pipeline(catalog, planned), planned, threads) for planned in plans]
    finally:
        engine.close()


def drawing_models(catalog: Catalog) -> list[ModelId]:
    """Models that draw from words in Stable Image's manner, the cheapest of each tier, cheapest first."""
    fitting = [
        model
        for model, card in catalog.models.items()
        if card.dialect == "stable_image" and "text_to_image" in card.operations
    ]
    tiers: dict[str, ModelId] = {}
    for model in sorted(fitting, key=catalog.prices.price):
        tiers.setdefault(repr(catalog.models[model].tier), model)
    return list(tiers.values())


def native_plan(catalog: Catalog, model: ModelId) -> Plan:
    """A square picture at the size the network works at first: diffusers has no pipeline that draws it over."""
    request = TextToImage(
        prompt=plain("a red apple on a green background"), size=Size(width=1024, height=1024), seed=Seed(7)
    )
    (planned,) = plan(request, model, catalog, random_seed)
    return replace(planned, delivered=planned.native, refine=None)


def load_pipeline(catalog: Catalog, planned: Plan) -> tuple[Any, int]:
    """Diffusers' pipeline on the plan's weights, and how many T5 tokens it is to append."""
    checkpoint = catalog.checkpoints[planned.checkpoint]
    folder = checkpoint.folder
    index = json.loads((folder / "model_index.json").read_text(encoding="utf-8"))
    absent = {part: None for part in ("text_encoder_3", "tokenizer_3") if index.get(part, [None])[0] is None}
    pipeline = StableDiffusion3Pipeline.from_pretrained(folder, dtype=torch.float32, local_files_only=True, **absent)
    pipeline.set_progress_bar_config(disable=True)
    if checkpoint.lora is not None:
        merge_lora(pipeline.transformer, checkpoint.lora)
    notes = folder / "outcrop.json"
    tokens = json.loads(notes.read_text(encoding="utf-8")).get("t5_tokens", 256) if notes.exists() else 256
    return pipeline, tokens


def compare(engine: LocalEngine, pipeline: Any, tokens: int, planned: Plan, threads: int) -> Tier:  # noqa: ANN401 - diffusers has no types
    """Let both draw a plan in turns, diffusers on the number of threads that suits it."""
    suits = best_threads(lambda: draw_theirs(pipeline, tokens, planned), threads)
    seconds: list[tuple[float, float]] = []
    ours = theirs = None
    for number in range(ROUNDS + 1):
        began = time.perf_counter()
        ours = draw_ours(engine, planned)
        between = time.perf_counter()
        torch.set_num_threads(suits)  # the engine's thread has set what suits it
        theirs = draw_theirs(pipeline, tokens, planned)
        if number:  # the first round warms both
            seconds.append((between - began, time.perf_counter() - between))
    assert ours is not None
    assert theirs is not None
    error = float(np.mean((ours.astype(np.float64) - theirs.astype(np.float64)) ** 2))
    return Tier(
        model=planned.model,
        size=str(planned.native),
        steps=planned.steps,
        guidance=planned.guidance,
        outcrop_s=round(statistics.median(mine for mine, _ in seconds), 2),
        diffusers_s=round(statistics.median(other for _, other in seconds), 2),
        diffusers_threads=suits,
        ratio=round(statistics.median(other / mine for mine, other in seconds), 2),
        psnr_db=round(10 * float(np.log10(255**2 / error)), 1) if error else None,
    )


def best_threads(draw: Callable[[], object], threads: int) -> int:
    """One or all threads, whichever draws in less time; the better of two, after a first that warms it."""
    seconds: dict[int, float] = {}
    for number in sorted({1, threads}):
        torch.set_num_threads(number)
        draw()
        seconds[number] = min(_timed(draw), _timed(draw))
    return min(seconds, key=lambda number: seconds[number])


def _timed(draw: Callable[[], object]) -> float:
    began = time.perf_counter()
    draw()
    return time.perf_counter() - began


def draw_ours(engine: Engine, planned: Plan) -> Pixels:
    """The picture by this engine.

    Raises: the domain error when there is none.
    """
    heard: SimpleQueue[Event] = SimpleQueue()
    engine.submit(planned, heard.put)
    while True:
        match heard.get():
            case Drawn(pixels=pixels):
                return pixels
            case Failed(error=error):
                raise error
            case _:
                pass


def draw_theirs(pipeline: Any, tokens: int, planned: Plan) -> Pixels:  # noqa: ANN401 - diffusers has no types
    """The picture by diffusers' pipeline, from the same noise."""
    channels = pipeline.transformer.config.in_channels
    shape = (channels, planned.native.height // 8, planned.native.width // 8)
    picture = pipeline(
        planned.prompt.text,
        negative_prompt=planned.negative_prompt.text,
        height=planned.native.height,
        width=planned.native.width,
        num_inference_steps=planned.steps,
        guidance_scale=planned.guidance,
        latents=noise_of(planned.seed, shape, torch.device("cpu"))()[None],
        max_sequence_length=tokens,
        output_type="pil",
    ).images[0]
    return np.asarray(picture)
