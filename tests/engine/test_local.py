"""Pictures share passes and still are what they would be alone; nothing that happens to one touches another."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Event as Flag
from typing import final

import numpy as np
import pytest
import torch
from torch import Tensor

from outcrop.catalog.card import CheckpointCard, LevelInterval
from outcrop.clock import now
from outcrop.engine import local
from outcrop.engine.batching import Slot, Turns, next_pass
from outcrop.engine.denoise import estimate
from outcrop.engine.drawing import Drawing
from outcrop.engine.engine import Drawn, Errand, Event, Queued, Started, Step
from outcrop.engine.local import LocalEngine
from outcrop.engine.memory import MemoryLimits
from outcrop.engine.samplers import SAMPLERS
from outcrop.engine.weights import Checkpoint, load_checkpoint
from outcrop.errors import BadCheckpoint, Cancelled, Loading, ModelFailed, Overdue, Unavailable
from outcrop.plan import Plan, Refine
from outcrop.prompt import plain
from outcrop.units import Precision, Seed, Size
from tests.engine.listening import PATIENCE_S, Ear
from tests.engine.precisions import PRECISIONS


@pytest.fixture(scope="module", params=PRECISIONS)
def engine(request: pytest.FixtureRequest, tiny_card: CheckpointCard) -> Iterator[LocalEngine]:
    """An engine with the tiny checkpoint, and one whose folder is gone, in either precision."""
    gone = replace(tiny_card, name="gone", folder=Path("/nowhere"))
    engine = LocalEngine({"tiny": tiny_card, "gone": gone}, now, precision=request.param)
    yield engine
    engine.close()


def draw(engine: LocalEngine, plan: Plan) -> Drawn:
    """Draw one picture alone."""
    ear = Ear()
    engine.submit(plan, ear)
    return ear.drawn()


def test_events_tell_the_story_of_a_picture(engine: LocalEngine, tiny_plan: Plan) -> None:
    """Started, one event a step counting up, and the picture last."""
    ear = Ear()
    engine.submit(tiny_plan, ear)
    drawn = ear.drawn()
    assert isinstance(ear.events[0], Started)
    assert [(step.done, step.total) for step in ear.steps] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert ear.events[-1] is drawn
    assert drawn.pixels.shape == (128, 128, 3)
    assert drawn.pixels.dtype == np.uint8
    assert drawn.engine_s > 0


def test_the_engine_s_time_is_divided_among_its_pictures(engine: LocalEngine, tiny_plan: Plan) -> None:
    """Pictures that share their passes share their time: together they take no more than there was."""
    ears = [Ear() for _ in range(6)]
    began = now()
    for seed, ear in enumerate(ears):
        engine.submit(replace(tiny_plan, seed=Seed(seed)), ear)
    drawn = [ear.drawn() for ear in ears]
    whole = now() - began
    assert all(0 < each.busy_s <= each.engine_s for each in drawn)
    assert sum(each.busy_s for each in drawn) <= whole


def test_a_seed_means_one_picture(engine: LocalEngine, tiny_plan: Plan) -> None:
    """The same seed gives the same bytes, another seed, prompt or guidance another picture."""
    first = draw(engine, tiny_plan).pixels
    assert np.array_equal(first, draw(engine, tiny_plan).pixels)
    for other in (
        replace(tiny_plan, seed=Seed(8)),
        replace(tiny_plan, prompt=plain("a cat")),
        replace(tiny_plan, negative_prompt=plain("a cat")),
        replace(tiny_plan, guidance=1.0),
    ):
        assert not np.array_equal(first, draw(engine, other).pixels)


def test_pictures_are_byte_equal_alone_and_in_any_company(engine: LocalEngine, tiny_plan: Plan) -> None:
    """Different prompts, seeds, steps, guidance and sizes at once: each is the picture it is alone."""
    plans = [
        replace(
            tiny_plan,
            prompt=plain(f"picture {n}"),
            seed=Seed(n),
            guidance=(1.0, 3.5, 7.0)[n % 3],
            guided=LevelInterval(above=0.4, up_to=0.8) if n % 2 else None,
            sigmas=tuple(1 - step / (n + 2) for step in range(n + 3)),
            native=Size(width=128, height=128) if n % 4 else Size(width=160, height=96),
        )
        for n in range(9)
    ]
    alone = [draw(engine, plan).pixels for plan in plans]
    ears = [Ear() for _ in plans]
    for plan, ear in zip(plans, ears, strict=True):
        engine.submit(plan, ear)
    together = [ear.drawn().pixels for ear in ears]
    for one, other in zip(alone, together, strict=True):
        assert np.array_equal(one, other)


def test_pictures_really_share_passes(engine: LocalEngine, tiny_plan: Plan) -> None:
    """Of two pictures of many steps the second is under way before the first is there."""
    plan = replace(tiny_plan, sigmas=tuple(1 - step / 30 for step in range(31)))
    first, second = Ear(), Ear()
    begun_by_then: list[bool] = []

    def listen(event: Event) -> None:
        if isinstance(event, Drawn):
            begun_by_then.append(second.first_step.is_set())
        first(event)

    engine.submit(plan, listen)
    engine.submit(replace(plan, seed=Seed(1)), second)
    assert first.drawn()
    assert second.drawn()
    assert begun_by_then == [True]


def test_a_cancelled_picture_stops_and_its_neighbour_goes_on(engine: LocalEngine, tiny_plan: Plan) -> None:
    """Cancelling ends with Cancelled, long before the last of many steps."""
    endless = replace(tiny_plan, sigmas=tuple(1 - step / 20_000 for step in range(20_001)))
    ear, neighbour = Ear(), Ear()
    ticket = engine.submit(endless, ear)
    assert ear.first_step.wait(PATIENCE_S)
    engine.submit(tiny_plan, neighbour)
    assert neighbour.drawn()
    ticket.cancel()
    assert isinstance(ear.failed().error, Cancelled)
    assert len(ear.steps) < 20_000
    ticket.cancel()  # twice is once


def test_a_broken_checkpoint_fails_its_pictures_only(engine: LocalEngine, tiny_plan: Plan) -> None:
    """The error says which file; the next picture is drawn."""
    ear = Ear()
    engine.submit(replace(tiny_plan, checkpoint="gone"), ear)
    error = ear.failed().error
    assert isinstance(error, BadCheckpoint)
    assert "/nowhere" in str(error)
    assert draw(engine, tiny_plan)


def test_an_unforeseen_error_fails_its_picture_only(engine: LocalEngine, tiny_plan: Plan) -> None:
    """A plan that no planner makes does not stop the engine."""
    ear = Ear()
    engine.submit(replace(tiny_plan, sampler="no such sampler"), ear)
    assert isinstance(ear.failed().error, ModelFailed)
    assert draw(engine, tiny_plan)


def test_closing_fails_what_is_left(tiny_card: CheckpointCard, tiny_plan: Plan) -> None:
    """Nobody waits for ever for an engine that was closed."""
    engine = LocalEngine({"tiny": tiny_card}, now)
    ear, queued = Ear(), Ear()
    engine.submit(replace(tiny_plan, sigmas=tuple(1 - step / 20_000 for step in range(20_001))), ear)
    assert ear.first_step.wait(PATIENCE_S)
    engine.submit(tiny_plan, queued)
    engine.close()
    assert isinstance(ear.failed().error, Unavailable)
    assert isinstance(queued.failed().error, Unavailable)


@final
class Costs:
    """Stands where the pictures of a pass are chosen, and notes what those cost."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seen: list[int] = []
        monkeypatch.setattr(local, "next_pass", self._next_pass)

    def _next_pass(self, slots: Sequence[Slot], turns: Turns, budget: Callable[[Slot], int]) -> tuple[Slot, ...]:
        chosen = next_pass(slots, turns, budget)
        self.seen += [slot.cost for slot in chosen]
        return chosen


@final
class Passes:
    """Stands where the passes are run: notes the seeds in each, and holds the first one up until told to go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seeds: list[list[int]] = []
        self.begun = Flag()
        self.go_on = Flag()
        monkeypatch.setattr(local, "estimate", self._estimate)

    def _estimate(self, drawings: Sequence[Drawing]) -> tuple[Tensor, ...]:
        self.seeds.append([drawing.plan.seed for drawing in drawings])
        self.begun.set()
        assert self.go_on.wait(PATIENCE_S)
        return estimate(drawings)


def test_the_urgent_go_first(tiny_card: CheckpointCard, tiny_plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes last but is watched is drawn before what nobody waits for."""
    passes = Passes(monkeypatch)
    engine = LocalEngine({"tiny": tiny_card}, now)
    ears = [Ear() for _ in range(4)]
    wide = replace(tiny_plan, native=Size(width=160, height=96))
    engine.submit(tiny_plan, ears[0])
    assert passes.begun.wait(PATIENCE_S)
    engine.submit(replace(tiny_plan, seed=Seed(1)), ears[1], Errand(priority="batch"))
    engine.submit(replace(wide, seed=Seed(2)), ears[2], Errand(priority="standard"))
    engine.submit(replace(wide, seed=Seed(3), sigmas=(1.0, 0.0)), ears[3], Errand(priority="interactive"))
    passes.go_on.set()
    assert all(ear.drawn() for ear in ears)
    engine.close()
    first = {seed: next(n for n, seeds in enumerate(passes.seeds) if seed in seeds) for seed in (1, 2, 3)}
    assert passes.seeds[0] == [7]
    assert first[3] <= 2, "it waited for more than one pass of another picture"
    assert first[2] == first[3], "there was room beside it"


def test_accounts_take_turns(tiny_card: CheckpointCard, tiny_plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crowd of one account's pictures does not hold up the one of another."""
    passes = Passes(monkeypatch)
    engine = LocalEngine({"tiny": tiny_card}, now)
    crowd, other = [Ear() for _ in range(40)], Ear()
    ended: list[int] = []
    for number, ear in enumerate(crowd):

        def listen(event: Event, ear: Ear = ear, number: int = number) -> None:
            if isinstance(event, Drawn):
                ended.append(number)
            ear(event)

        engine.submit(replace(tiny_plan, seed=Seed(number)), listen, Errand(account="crowd"))
    assert passes.begun.wait(PATIENCE_S)
    engine.submit(replace(tiny_plan, seed=Seed(99)), other, Errand(account="other"))
    passes.go_on.set()
    assert other.drawn()
    served = [99 in seeds for seeds in passes.seeds]
    assert served[1:5] == [True] * 4
    assert all(ear.drawn() for ear in crowd)
    engine.close()
    assert ended == sorted(ended)


def test_a_deadline_ends_a_picture_before_another_pass(
    tiny_card: CheckpointCard, tiny_plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under way or waiting, it fails as soon as its time has passed; who has time is drawn."""
    passes = Passes(monkeypatch)
    clock = [0.0]
    engine = LocalEngine({"tiny": tiny_card}, lambda: clock[0])
    late, never_begun, patient = Ear(), Ear(), Ear()
    engine.submit(tiny_plan, late, Errand(deadline=10.0))
    assert passes.begun.wait(PATIENCE_S)
    engine.submit(replace(tiny_plan, seed=Seed(1)), never_begun, Errand(deadline=5.0))
    engine.submit(replace(tiny_plan, seed=Seed(2)), patient, Errand(deadline=10.1))
    clock[0] = 10.0
    passes.go_on.set()
    assert isinstance(late.failed().error, Overdue)
    assert isinstance(never_begun.failed().error, Overdue)
    assert patient.drawn()
    engine.close()
    assert len(late.steps) == 1
    assert passes.seeds == [[7], [2], [2], [2], [2]]


def test_a_cancelled_picture_costs_no_further_pass(
    tiny_card: CheckpointCard, tiny_plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under way it is dropped after the pass that runs, waiting before it has cost any."""
    passes = Passes(monkeypatch)
    engine = LocalEngine({"tiny": tiny_card}, now)
    ears = [Ear() for _ in range(3)]
    under_way = engine.submit(tiny_plan, ears[0])
    assert passes.begun.wait(PATIENCE_S)
    waiting = engine.submit(replace(tiny_plan, seed=Seed(1)), ears[1])
    engine.submit(replace(tiny_plan, seed=Seed(2)), ears[2])
    under_way.cancel()
    waiting.cancel()
    passes.go_on.set()
    assert isinstance(ears[0].failed().error, Cancelled)
    assert isinstance(ears[1].failed().error, Cancelled)
    assert ears[2].drawn()
    engine.close()
    assert passes.seeds == [[7], [2], [2], [2], [2]]


def test_a_picture_may_change_its_size_between_passes(
    tiny_card: CheckpointCard, tiny_plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes on beside those of its new size."""
    advance = Drawing.advance

    def growing(drawing: Drawing, estimates: Tensor) -> Step:
        step = advance(drawing, estimates)
        if drawing.plan.seed == 1 and step.done == 1:
            drawing._sampling = SAMPLERS["flow_euler"](torch.zeros(16, 16, 32), drawing.plan.sigmas[1:], torch.Tensor)
            drawing.x, drawing.sigma = next(drawing._sampling)
        return step

    monkeypatch.setattr(Drawing, "advance", growing)
    passes = Passes(monkeypatch)
    engine = LocalEngine({"tiny": tiny_card}, now)
    ears = [Ear() for _ in range(3)]
    engine.submit(replace(tiny_plan, seed=Seed(0)), ears[0])
    assert passes.begun.wait(PATIENCE_S)
    engine.submit(replace(tiny_plan, seed=Seed(1)), ears[1])
    engine.submit(replace(tiny_plan, seed=Seed(2), native=Size(width=256, height=128)), ears[2])
    passes.go_on.set()
    assert ears[0].drawn().pixels.shape == (128, 128, 3)
    assert ears[1].drawn().pixels.shape == (128, 256, 3)
    assert ears[2].drawn().pixels.shape == (128, 256, 3)
    engine.close()
    assert [0, 1] in [sorted(seeds) for seeds in passes.seeds]
    assert [1, 2] in [sorted(seeds) for seeds in passes.seeds]


@pytest.mark.parametrize(("first", "second"), [(1.0, 3.5), (3.5, 1.0), (3.5, 2.0)])
def test_each_stage_costs_what_its_own_guidance_costs(
    tiny_card: CheckpointCard, tiny_plan: Plan, monkeypatch: pytest.MonkeyPatch, first: float, second: float
) -> None:
    """At one size too, where nothing but the halves changes."""
    costs = Costs(monkeypatch)
    refine = Refine(native=tiny_plan.native, strength=0.75, sigmas=tiny_plan.sigmas[2:], guidance=second)
    engine = LocalEngine({"tiny": tiny_card}, now)
    ear = Ear()
    engine.submit(replace(tiny_plan, guidance=first, refine=refine), ear)
    assert ear.drawn()
    engine.close()
    halves = [1 if guidance == 1 else 2 for guidance in [first] * 4 + [second] * 2]
    assert costs.seen == [number * tiny_plan.native.pixels for number in halves]


def test_a_step_outside_the_interval_of_guidance_costs_half(
    tiny_card: CheckpointCard, tiny_plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first and the last of four here; and each half more is a look at the network less."""
    costs = Costs(monkeypatch)
    looked: list[int] = []

    def counting(drawings: Sequence[Drawing]) -> tuple[Tensor, ...]:
        found = estimate(drawings)
        looked.append(sum(len(each) for each in found))
        return found

    monkeypatch.setattr(local, "estimate", counting)
    engine = LocalEngine({"tiny": tiny_card}, now)
    ear = Ear()
    engine.submit(replace(tiny_plan, guided=LevelInterval(above=0.5, up_to=0.9)), ear)
    assert ear.drawn()
    engine.close()
    assert costs.seen == [halves * tiny_plan.native.pixels for halves in (1, 2, 2, 1)]
    assert looked == [1, 2, 2, 1]


def test_a_long_prompt_costs_more(tiny_card: CheckpointCard, tiny_plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its further windows, from the first pass on; a long negative prompt as well, but only where it is read."""
    costs = Costs(monkeypatch)
    engine = LocalEngine({"tiny": tiny_card}, now)
    long = plain("many words " * 20)
    plans = [
        tiny_plan,
        replace(tiny_plan, prompt=long),
        replace(tiny_plan, negative_prompt=long),
        replace(tiny_plan, negative_prompt=long, guidance=1.0),
        replace(tiny_plan, prompt=long, guidance=1.0),
    ]
    passes: list[list[int]] = []
    for plan in plans:
        costs.seen.clear()
        ear = Ear()
        engine.submit(plan, ear)
        assert ear.drawn()
        passes.append(list(costs.seen))
    engine.close()
    usual, wordy, against, alone, wordy_alone = (seen[0] for seen in passes)
    assert all(len(seen) == 4 and len(set(seen)) == 1 for seen in passes)
    assert usual == 2 * alone == 2 * tiny_plan.native.pixels
    assert wordy == against == 2 * wordy_alone > usual


def test_what_one_picture_does_wrong_is_its_own_affair(
    tiny_card: CheckpointCard, tiny_plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pass that fails because of one of many is run again without it; the others are what they are alone."""

    def picky(drawings: Sequence[Drawing]) -> tuple[Tensor, ...]:
        if any(drawing.plan.prompt.text == "poison" for drawing in drawings):
            raise RuntimeError("a tensor of another size")
        return estimate(drawings)

    monkeypatch.setattr(local, "estimate", picky)
    engine = LocalEngine({"tiny": tiny_card}, now)
    plans = [replace(tiny_plan, seed=Seed(n), prompt=plain("poison" if n == 2 else "a cat")) for n in range(6)]
    ears = [Ear() for _ in plans]
    for plan, ear in zip(plans, ears, strict=True):
        engine.submit(plan, ear)
    assert isinstance(ears[2].failed().error, ModelFailed)
    assert all(ear.drawn() for n, ear in enumerate(ears) if n != 2)
    engine.close()


def test_out_of_memory_makes_the_passes_smaller(
    tiny_card: CheckpointCard, tiny_plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where three do not fit, everyone is still drawn, and later passes do not try three again."""
    sizes: list[int] = []

    def small(drawings: Sequence[Drawing]) -> tuple[Tensor, ...]:
        sizes.append(len(drawings))
        if len(drawings) > 2:
            raise torch.OutOfMemoryError("a card with little memory")
        return estimate(drawings)

    monkeypatch.setattr(local, "estimate", small)
    engine = LocalEngine({"tiny": tiny_card}, now)
    plan = replace(tiny_plan, sigmas=tuple(1 - step / 40 for step in range(41)))
    ears = [Ear() for _ in range(6)]
    for number, ear in enumerate(ears):
        engine.submit(replace(plan, seed=Seed(number)), ear)
    assert all(ear.drawn() for ear in ears)
    engine.close()
    assert max(sizes) > 2, "the pictures never shared a pass of three"
    assert max(sizes[len(sizes) // 2 :]) <= 2


def test_a_picture_that_no_memory_suffices_for_fails_alone(engine: LocalEngine, tiny_plan: Plan) -> None:
    """Really out of memory, with nothing in its place: whoever asked may try again, and the next one is drawn."""
    ear, neighbour = Ear(), Ear()
    engine.submit(replace(tiny_plan, native=Size(width=2**24, height=2**24)), ear)
    engine.submit(tiny_plan, neighbour)
    error = ear.failed().error
    assert isinstance(error, Unavailable)
    assert "too little memory for this picture, even alone" in str(error)
    assert neighbour.drawn()


@pytest.mark.parametrize("lack", [torch.OutOfMemoryError("a full card"), MemoryError()])
def test_out_of_memory_in_a_pass_fails_only_who_needs_too_much(
    tiny_card: CheckpointCard, tiny_plan: Plan, monkeypatch: pytest.MonkeyPatch, lack: Exception
) -> None:
    """It is tried alone before it fails, with an error that says to try again; the others are drawn."""
    sizes: list[int] = []

    def small(drawings: Sequence[Drawing]) -> tuple[Tensor, ...]:
        sizes.append(len(drawings))
        if any(drawing.plan.seed == 2 for drawing in drawings):
            raise lack
        return estimate(drawings)

    monkeypatch.setattr(local, "estimate", small)
    engine = LocalEngine({"tiny": tiny_card}, now)
    ears = [Ear() for _ in range(4)]
    for number, ear in enumerate(ears):
        engine.submit(replace(tiny_plan, seed=Seed(number)), ear)
    assert isinstance(ears[2].failed().error, Unavailable)
    assert all(ear.drawn() for number, ear in enumerate(ears) if number != 2)
    engine.close()
    assert 1 in sizes


def test_passes_keep_to_the_memory_for_pictures(
    tiny_card: CheckpointCard, tiny_plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With none to spare each is drawn alone: what a picture needs is only ever tried by itself."""
    passes = Passes(monkeypatch)
    engine = LocalEngine({"tiny": tiny_card}, now, MemoryLimits(pictures=1))
    ears = [Ear() for _ in range(3)]
    for number, ear in enumerate(ears):
        engine.submit(replace(tiny_plan, seed=Seed(number)), ear)
    passes.go_on.set()
    assert all(ear.drawn() for ear in ears)
    engine.close()
    assert {len(seeds) for seeds in passes.seeds} == {1}


def test_who_waits_is_told_the_place(
    tiny_card: CheckpointCard, tiny_plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counting down as others begin; who begins at once hears of no queue."""
    passes = Passes(monkeypatch)
    engine = LocalEngine({"tiny": tiny_card}, now, MemoryLimits(pictures=1))
    ears = [Ear() for _ in range(4)]
    errand = Errand(priority="batch")
    for number, ear in enumerate(ears[:3]):
        engine.submit(replace(tiny_plan, seed=Seed(number)), ear, errand if number else Errand())
    assert passes.begun.wait(PATIENCE_S)
    engine.submit(replace(tiny_plan, seed=Seed(3)), ears[3], Errand(priority="standard"))
    passes.go_on.set()
    assert all(ear.drawn() for ear in ears)
    engine.close()
    places = [[event.position for event in ear.events if isinstance(event, Queued)] for ear in ears]
    assert places[0] == []
    assert places[3][-1:] == [1]
    assert places[2][-1] == 1
    assert max(places[2]) == 3
    assert all(isinstance(ear.events[len(place)], Started) for ear, place in zip(ears, places, strict=True))


@final
class Loads:
    """Stands where checkpoints are loaded: holds one of them up until told to go on, and fails as told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, held: str) -> None:
        self.names: list[str] = []
        self.begun = Flag()
        self.go_on = Flag()
        self.error: Exception | None = None
        self._held = held
        monkeypatch.setattr(local, "load_checkpoint", self._load)

    def _load(self, card: CheckpointCard, device: torch.device, precision: Precision) -> Checkpoint:
        self.names.append(card.name)
        if card.name == self._held:
            self.begun.set()
            assert self.go_on.wait(PATIENCE_S)
            if self.error is not None:
                raise self.error
        return load_checkpoint(card, device, precision)


@pytest.fixture
def two_cards(tiny_card: CheckpointCard) -> dict[str, CheckpointCard]:
    """The tiny checkpoint under two names."""
    return {"tiny": tiny_card, "other": replace(tiny_card, name="other")}


def test_checkpoints_are_loaded_one_at_a_time(
    two_cards: dict[str, CheckpointCard], tiny_plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who waits for the second meanwhile can still give up, and is told so at once."""
    loads = Loads(monkeypatch, held="other")
    engine = LocalEngine(two_cards, now)
    first, second, third = Ear(), Ear(), Ear()
    engine.submit(replace(tiny_plan, checkpoint="other"), first)
    assert loads.begun.wait(PATIENCE_S)
    engine.submit(tiny_plan, second)
    engine.submit(tiny_plan, third).cancel()
    assert isinstance(third.failed().error, Cancelled)
    assert loads.names == ["other"]
    loads.go_on.set()
    assert np.array_equal(first.drawn().pixels, second.drawn().pixels)
    engine.close()
    assert loads.names == ["other", "tiny"]


def test_passes_go_on_beside_a_load(
    two_cards: dict[str, CheckpointCard], tiny_plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A checkpoint in memory draws while another is on its way."""
    loads = Loads(monkeypatch, held="other")
    engine = LocalEngine(two_cards, now)
    assert draw(engine, tiny_plan)
    waiting = Ear()
    engine.submit(replace(tiny_plan, checkpoint="other"), waiting)
    assert loads.begun.wait(PATIENCE_S)
    assert draw(engine, tiny_plan)
    assert {type(event) for event in waiting.events} <= {Queued}
    loads.go_on.set()
    assert waiting.drawn()
    engine.close()


def test_who_does_not_wait_for_weights_is_told_and_finds_them_later(
    two_cards: dict[str, CheckpointCard], tiny_plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first request begins the loading, whoever comes meanwhile is refused too."""
    loads = Loads(monkeypatch, held="other")
    engine = LocalEngine(two_cards, now)
    plan, impatient = replace(tiny_plan, checkpoint="other"), Errand(waits_for_weights=False)
    for _ in range(2):
        ear = Ear()
        engine.submit(plan, ear, impatient)
        assert isinstance(ear.failed().error, Loading)
        assert loads.begun.wait(PATIENCE_S)
    loads.go_on.set()
    assert draw(engine, plan)
    later = Ear()
    engine.submit(plan, later, impatient)
    assert later.drawn()
    engine.close()
    assert loads.names == ["other"]


def test_a_load_that_fails_fails_who_waits_for_it_and_is_tried_again(
    two_cards: dict[str, CheckpointCard], tiny_plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here for lack of memory: who waited is told to try again, and trying again works."""
    loads = Loads(monkeypatch, held="other")
    loads.error = MemoryError()
    engine = LocalEngine(two_cards, now)
    assert draw(engine, tiny_plan)
    waiting = [Ear(), Ear()]
    for ear in waiting:
        engine.submit(replace(tiny_plan, checkpoint="other"), ear)
    assert loads.begun.wait(PATIENCE_S)
    loads.go_on.set()
    for ear in waiting:
        error = ear.failed().error
        assert isinstance(error, Unavailable)
        assert "too little memory to load the weights 'other'" in str(error)
    loads.error = None
    assert draw(engine, replace(tiny_plan, checkpoint="other"))
    assert draw(engine, tiny_plan)
    engine.close()


def test_two_checkpoints_take_turns_in_memory_for_one(
    two_cards: dict[str, CheckpointCard], tiny_plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stream of pictures on one does not keep the other out, and pictures of both are drawn."""
    loads = Loads(monkeypatch, held="nothing")
    engine = LocalEngine(two_cards, now, MemoryLimits(weights=1))
    ended: list[str] = []
    ears = [Ear() for _ in range(8)]

    def submit(number: int) -> None:
        plan = replace(tiny_plan, checkpoint="other" if number in {1, 2} else "tiny", seed=Seed(number))

        def listen(event: Event) -> None:
            if isinstance(event, Started) and number == 0:
                for later in range(1, 8):
                    submit(later)
            if isinstance(event, Drawn):
                ended.append(plan.checkpoint)
            ears[number](event)

        engine.submit(plan, listen)

    submit(0)
    assert all(ear.drawn() for ear in ears)
    engine.close()
    assert ended == ["tiny", "other", "other", *["tiny"] * 5]
    assert loads.names == ["tiny", "other", "tiny"], "each is loaded for all that waited"
