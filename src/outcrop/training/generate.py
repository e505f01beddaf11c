"""Draws many wishes with an exported folder, through the engine that serves pictures. Knows no judging."""

from dataclasses import dataclass, replace
from pathlib import Path
from threading import Semaphore

import numpy as np

from outcrop.catalog.checkpoint import read_checkpoint
from outcrop.clock import Clock
from outcrop.engine.engine import Drawn, Event, Failed, Pixels
from outcrop.engine.local import LocalEngine
from outcrop.operations.schedules import schedule
from outcrop.plan import Plan
from outcrop.prompt import NOTHING, plain
from outcrop.training.pool import SQUARE
from outcrop.units import Micros, ModelId, Seed, Size


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One picture asked for."""

    prompt: str
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How pictures are drawn: sampling steps, guidance and size."""

    steps: int = 20
    guidance: float = 3.0
    size: Size = SQUARE


def generate(folder: Path, wishes: list[Wish], manner: Manner, clock: Clock) -> Pixels:
    """Draw every wish with the checkpoint in a folder.

    Shapes: (n, h, w, 3), sRGB.
    Raises: BadCheckpoint where the folder holds none; whatever error the engine failed a picture with.
    """
    card = read_checkpoint(folder.name, folder)
    template = Plan(
        model=ModelId("outcrop.training"),
        checkpoint=card.name,
        prompt=NOTHING,
        negative_prompt=NOTHING,
        seed=Seed(0),
        sampler="flow_euler",
        sigmas=schedule(card.noise, manner.steps),
        guidance=manner.guidance,
        native=manner.size,
        delivered=manner.size,
        fitting="trim",
        output_format="png",
        start=None,
        price=Micros(0),
    )
    plans = [replace(template, prompt=plain(wish.prompt), seed=Seed(wish.seed)) for wish in wishes]
    engine = LocalEngine({card.name: card}, clock)
    try:
        return np.stack(_drawn(engine, plans))
    finally:
        engine.close()


def _drawn(engine: LocalEngine, plans: list[Plan]) -> list[Pixels]:
    ended = Semaphore(0)
    outcomes: dict[int, Drawn | Failed] = {}

    def submit(number: int, plan: Plan) -> None:
        def listen(event: Event) -> None:
            if isinstance(event, Drawn | Failed):
                outcomes[number] = event
                ended.release()

        engine.submit(plan, listen)

    for number, plan in enumerate(plans):
        submit(number, plan)
    for _ in plans:
        ended.acquire()
    return [_pixels(outcomes[number]) for number in range(len(plans))]


def _pixels(outcome: Drawn | Failed) -> Pixels:
    match outcome:
        case Drawn(pixels=pixels):
            return pixels
        case Failed(error=error):
            raise error
