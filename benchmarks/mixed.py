"""A busy ten seconds: mixed requests shared by Outcrop's passes, and one at a time by diffusers' pipelines.

Diffusers' inpainting of Stable Diffusion 3 takes no network of eight channels; its image-to-image stands in for it.
`python -m benchmarks.mixed` prints it alone.
"""

import json
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from queue import SimpleQueue
from threading import Event as Flag
from typing import Any

import diffusers
import numpy as np
import torch
from diffusers import StableDiffusion3Img2ImgPipeline, StableDiffusion3Pipeline
from PIL import Image

from benchmarks.tiers import best_threads, draw_ours, drawing_models, load_pipeline
from outcrop.catalog.load import Catalog, load_catalog
from outcrop.cli.wiring import MOST_WORKERS
from outcrop.clock import random_seed
from outcrop.engine.engine import Drawn, Engine, Event, Failed
from outcrop.engine.fleet import Fleet
from outcrop.engine.process import ProcessEngine
from outcrop.operations.table import plan
from outcrop.plan import Plan
from outcrop.prompt import plain
from outcrop.request import Bitmap, Effort, ImageToImage, Inpaint, Mask, Request, TextToImage
from outcrop.units import Seed, Size

REQUESTS = 16
OVER_S = 10.0
STRENGTH = 0.7
SIZE = Size(width=256, height=256)
GUIDANCE = 3.0
SUBJECTS = ("a red apple", "a blue house", "a yellow bird", "a green tree")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A request, and when it comes. Units: seconds since the first could come."""

    request: Request
    arrives_s: float
    steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """How one of the two did. Units: seconds."""

    evaluations: int
    """Of the network, each of one image under one prompt: what the work was."""
    lasted_s: float
    """From the first arrival to the last picture."""
    wait_median_s: float
    """From a request's arrival to its picture."""
    wait_95_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AtOnce:
    """The same requests, all there at the beginning: then no arrival bounds the throughput. Units: seconds."""

    outcrop_s: float
    diffusers_s: float
    throughput_ratio: float
    """Outcrop's pictures a second over diffusers'."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixed:
    """The same requests on both sides."""

    requests: int
    steps: tuple[int, ...]
    outcrop: Side
    diffusers: Side
    """One at a time in the order of arrival: each picture's time was measured, its beginning follows from that."""
    throughput_ratio: float
    """Outcrop's pictures a second over diffusers'."""
    wait_95_ratio: float
    """Outcrop's 95th percentile of waits over diffusers'."""
    at_once: AtOnce


def orders() -> tuple[Order, ...]:
    """The requests, always the same: three operations in turn, 4 to 40 steps, arriving over ten seconds."""
    chance = np.random.default_rng(16)
    arrivals = sorted(chance.uniform(0, OVER_S, REQUESTS).tolist())
    steps = chance.integers(4, 40, REQUESTS, endpoint=True).tolist()
    return tuple(_order(number, *each) for number, each in enumerate(zip(arrivals, steps, strict=True)))


def _order(number: int, arrives_s: float, steps: int) -> Order:
    prompt = plain(f"{SUBJECTS[number % len(SUBJECTS)]} on a white background")
    effort, seed = Effort(steps=steps, guidance=GUIDANCE), Seed(number + 1)
    image = Bitmap(size=SIZE, rgb=bytes(_ramp().tobytes()))
    mask = Mask(size=SIZE, levels=bytes(SIZE.pixels // 2) + b"\xff" * (SIZE.pixels // 2))
    request: Request
    match number % 3:
        case 0:
            request = TextToImage(prompt=prompt, size=SIZE, seed=seed, effort=effort)
        case 1:
            request = ImageToImage(prompt=prompt, image=image, strength=STRENGTH, seed=seed, effort=effort)
        case _:
            request = Inpaint(prompt=prompt, image=image, mask=mask, strength=STRENGTH, seed=seed, effort=effort)
    return Order(request=request, arrives_s=arrives_s, steps=steps)


def _ramp() -> Any:  # noqa: ANN401 - an array of bytes
    down, right = np.mgrid[0 : SIZE.height, 0 : SIZE.width].astype(np.uint8)
    return np.stack([down, right, 255 - down], 2)


_OPERATIONS = {"text_to_image", "image_to_image", "inpaint"}


def measure_mixed(catalog: Catalog, threads: int) -> Mixed:
    """Let Outcrop draw them as they come, then all that are there at once, then diffusers one by one."""
    ordered = orders()
    model = next(each for each in drawing_models(catalog) if set(catalog.model(each).operations) >= _OPERATIONS)
    plans = [plan(order.request, model, catalog, random_seed)[0] for order in ordered]
    engines = _warm_engines(catalog, threads, plans[0])
    try:
        ours = _ours(engines, plans, ordered)
        ours_at_once = _ours(engines, plans, [replace(order, arrives_s=0.0) for order in ordered])
    finally:
        engines.close()
    evaluations, took = _theirs(*load_pipeline(catalog, plans[0]), ordered, threads)
    theirs = _side(evaluations, _one_by_one(ordered, took), ordered)
    return Mixed(
        requests=len(ordered),
        steps=tuple(order.steps for order in ordered),
        outcrop=ours,
        diffusers=theirs,
        throughput_ratio=round(theirs.lasted_s / ours.lasted_s, 2),
        wait_95_ratio=round(ours.wait_95_s / theirs.wait_95_s, 2),
        at_once=AtOnce(
            outcrop_s=ours_at_once.lasted_s,
            diffusers_s=round(sum(took), 2),
            throughput_ratio=round(sum(took) / ours_at_once.lasted_s, 2),
        ),
    )


def _warm_engines(catalog: Catalog, threads: int, planned: Plan) -> Fleet:
    """The engines of a server that has drawn with all of them."""
    members: list[ProcessEngine] = []

    def start() -> ProcessEngine:
        members.append(ProcessEngine(catalog.checkpoints, threads))
        return members[-1]

    workers = min(threads, MOST_WORKERS)
    engines = Fleet(start, workers, catalog.checkpoints)
    while len(members) < workers or any(member.device is None for member in members):
        _draw_at_once(engines, planned, workers)
    _draw_at_once(engines, planned, workers)  # loads the weights of the last
    return engines


def _draw_at_once(engines: Engine, planned: Plan, count: int) -> None:
    with ThreadPoolExecutor(count) as threads:
        list(threads.map(lambda _: draw_ours(engines, planned), range(count)))


def _ours(engine: Engine, plans: Sequence[Plan], ordered: Sequence[Order]) -> Side:
    """Submit each when it arrives."""
    ends: SimpleQueue[tuple[int, float, Event]] = SimpleQueue()
    began = time.perf_counter()

    def listener(number: int) -> Callable[[Event], None]:
        def hear(event: Event) -> None:
            if isinstance(event, Drawn | Failed):
                ends.put((number, time.perf_counter() - began, event))

        return hear

    for number, (planned, order) in enumerate(zip(plans, ordered, strict=True)):
        Flag().wait(max(0.0, order.arrives_s - (time.perf_counter() - began)))
        engine.submit(planned, listener(number))
    finished: dict[int, float] = {}
    for _ in ordered:
        number, at, event = ends.get()
        if isinstance(event, Failed):
            raise event.error
        finished[number] = at
    ended = [finished[number] for number in range(len(ordered))]
    return _side(2 * sum(planned.steps for planned in plans), ended, ordered)


def _theirs(
    pipeline: Any,  # noqa: ANN401 - diffusers has no types
    tokens: int,
    ordered: Sequence[Order],
    threads: int,
) -> tuple[int, list[float]]:
    """How many evaluations all were, and how long each took alone, on the threads that suit it. Units: seconds."""
    torch.set_num_threads(best_threads(lambda: _draw(pipeline, tokens, ordered[0]), threads))
    made: list[int] = []
    pipeline.transformer.register_forward_pre_hook(
        lambda _, __, given: made.append(len(given["hidden_states"])), with_kwargs=True
    )
    took: list[float] = []
    for order in ordered:
        began = time.perf_counter()
        _draw(pipeline, tokens, order)
        took.append(time.perf_counter() - began)
    return sum(made), took


def _one_by_one(ordered: Sequence[Order], took: Sequence[float]) -> list[float]:
    """When each ends that begins when it has arrived and the one before is done. Units: as `arrives_s`."""
    ended: list[float] = []
    for order, each in zip(ordered, took, strict=True):
        ended.append(max(order.arrives_s, ended[-1] if ended else 0.0) + each)
    return ended


def _draw(pipeline: Any, tokens: int, order: Order) -> None:  # noqa: ANN401 - diffusers has no types
    request, given = order.request, {}
    if isinstance(request, ImageToImage | Inpaint):
        picture = Image.frombytes("RGB", (SIZE.width, SIZE.height), request.image.rgb)
        given = {"image": picture, "strength": STRENGTH}
    kind: Any = StableDiffusion3Pipeline if isinstance(request, TextToImage) else StableDiffusion3Img2ImgPipeline
    drawing = kind(**pipeline.components)
    drawing.set_progress_bar_config(disable=True)
    drawing(
        request.prompt.text, height=SIZE.height, width=SIZE.width, num_inference_steps=order.steps,
        guidance_scale=GUIDANCE, max_sequence_length=tokens,
        generator=torch.Generator().manual_seed(int(request.seed or 0)), **given,
    )  # fmt: skip


def _side(evaluations: int, ended: Sequence[float], ordered: Sequence[Order]) -> Side:
    waits = sorted(end - order.arrives_s for end, order in zip(ended, ordered, strict=True))
    return Side(
        evaluations=evaluations,
        lasted_s=round(max(ended) - ordered[0].arrives_s, 2),
        wait_median_s=round(statistics.median(waits), 2),
        wait_95_s=round(float(np.percentile(waits, 95)), 2),
    )


if __name__ == "__main__":
    diffusers.utils.logging.set_verbosity_error()
    diffusers.utils.logging.disable_progress_bar()
    print(json.dumps(asdict(measure_mixed(load_catalog(), torch.get_num_threads())), indent=2))
