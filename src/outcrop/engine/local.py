"""The engine in this process: one thread that owns the device and advances every picture under way.

After every pass pictures join and leave. Knows plans, events and checkpoints; which pictures share a pass is decided
in `batching`, what a pass computes in `denoise`, which checkpoints are in memory in `residency`.
"""

import gc
import logging
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import Enum, auto
from queue import Empty, SimpleQueue
from threading import Event as Flag
from threading import Thread
from typing import final

import torch
from torch import Tensor

from outcrop.catalog.card import CheckpointCard
from outcrop.clock import Clock
from outcrop.engine.batching import Slot, Turns, next_pass
from outcrop.engine.denoise import estimate
from outcrop.engine.drawing import Drawing, prompts_of
from outcrop.engine.engine import OWN, PRIORITIES, Drawn, Errand, Failed, Listener, Queued, Started
from outcrop.engine.footprint import Footprint, measure, weight_bytes
from outcrop.engine.guidance import halves, scale_at
from outcrop.engine.means import means_of
from outcrop.engine.memory import MemoryLimits, available_memory
from outcrop.engine.precision import number_type, precision_on
from outcrop.engine.residency import Loader, Residency
from outcrop.engine.weights import Checkpoint, load_checkpoint
from outcrop.errors import Cancelled, Loading, ModelFailed, OutcropError, Overdue, Unavailable
from outcrop.plan import Means, Plan
from outcrop.units import PrecisionChoice, Size

log = logging.getLogger(__name__)

PIXELS_A_PASS = {"cpu": 1_048_576, "cuda": 33_554_432}
"""Budget of a pass by device: on a CPU, where batching stops paying at about 16, 8 pictures of 256² with guidance."""


class _Signal(Enum):
    """What reaches the engine's thread besides jobs."""

    LOOK = auto()
    """Something has changed: a picture was cancelled, a checkpoint loaded."""
    STOP = auto()


@final
class Job:
    """The ticket of a picture in this engine."""

    def __init__(self, plan: Plan, listen: Listener, errand: Errand, inbox: "SimpleQueue[Job | _Signal]") -> None:
        self.plan = plan
        self.listen = listen
        self.errand = errand
        self.cancelled = Flag()
        self._inbox = inbox

    def cancel(self) -> None:
        """Stop at the next step."""
        self.cancelled.set()
        self._inbox.put(_Signal.LOOK)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weights:
    """A checkpoint in memory, and what its passes take."""

    checkpoint: Checkpoint
    footprint: Footprint
    means: Means


@final
class _Present:
    """A job that waits for its passes or takes part in them."""

    def __init__(self, job: Job, slot: Slot) -> None:
        self.job = job
        self.slot = slot
        self.position: int | None = None
        """Its place among those that wait, as last told."""
        self.could_begin = False
        """Whether its weights were there for the last pass."""
        self.further = 0
        """Tokens of its prompts beyond an empty one's; 0 until its weights are there."""
        self.drawing: Drawing | None = None
        """None before its first pass."""
        self.began = 0.0
        self.busy_s = 0.0
        """Its share of the engine's work so far."""

    @property
    def size(self) -> Size:
        """The size that its next pass works at."""
        return self.job.plan.native if self.drawing is None else self.drawing.size

    @property
    def halves(self) -> int:
        """Evaluations that its next pass makes of it."""
        return _first_halves(self.job.plan) if self.drawing is None else len(self.drawing.conditioning)


_Sharing = Sequence[tuple[_Present, Drawing]]
"""Who takes part in a pass."""


@final
class LocalEngine:
    """Draws in this process, on a GPU where there is one."""

    def __init__(
        self,
        checkpoints: Mapping[str, CheckpointCard],
        clock: Clock,
        memory: MemoryLimits | None = None,
        precision: PrecisionChoice = "auto",
    ) -> None:
        """`checkpoints` are loaded when first needed; the threads are as many as torch has now."""
        self._cards = checkpoints
        self._clock = clock
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        """Where it draws."""
        self._precision = precision_on(self.device, precision)
        self._threads = torch.get_num_threads()
        available = torch.cuda.mem_get_info()[0] if self.device.type == "cuda" else available_memory()
        weights, self._memory = (memory or MemoryLimits()).given(available)
        self._budget = PIXELS_A_PASS[self.device.type]
        self._inbox: SimpleQueue[Job | _Signal] = SimpleQueue()
        loader = Loader(load=self._load, weigh=self._weigh)
        self._residency = Residency(loader, weights, lambda: self._inbox.put(_Signal.LOOK))
        self._present: dict[int, _Present] = {}
        self._arrived = 0
        self._turns = Turns()
        self._thread = Thread(target=self._run, name="outcrop-engine", daemon=True)
        self._thread.start()

    def submit(self, plan: Plan, listen: Listener, errand: Errand = OWN) -> Job:
        """Take a picture; returns its ticket at once."""
        job = Job(plan, listen, errand, self._inbox)
        self._inbox.put(job)
        return job

    def close(self) -> None:
        """Stop after the pass under way; pictures not there by then end with Failed(Unavailable)."""
        self._inbox.put(_Signal.STOP)
        self._thread.join()
        self._residency.close()

    def _run(self) -> None:
        ready: list[_Present] = []
        while self._take_in(wait=not ready):
            self._drop()
            self._tend()
            ready = self._ready()
            if ready:
                self._advance(ready)
        while not self._inbox.empty():
            if isinstance(late := self._inbox.get(), Job):
                self._add(late)
        for each in list(self._present.values()):
            self._fail(each, Unavailable("The engine is shutting down; send the request again."))

    def _take_in(self, *, wait: bool) -> bool:
        """Take what has arrived, waiting for something if told to; False when it is time to stop."""
        while wait or not self._inbox.empty():
            try:
                arrived = self._inbox.get(timeout=self._patience())
            except Empty:
                return True
            if arrived is _Signal.STOP:
                return False
            if isinstance(arrived, Job):
                self._add(arrived)
            wait = False
        return True

    def _patience(self) -> float | None:
        """Seconds until the next deadline; None when there is none."""
        deadlines = [each.job.errand.deadline for each in self._present.values()]
        nearest = min((deadline for deadline in deadlines if deadline is not None), default=None)
        return None if nearest is None else max(0.0, nearest - self._clock())

    def _add(self, job: Job) -> None:
        slot = Slot(
            image=self._arrived,
            account=job.errand.account,
            priority=job.errand.priority,
            group=(job.plan.checkpoint, job.plan.native),
            cost=_first_halves(job.plan) * job.plan.native.pixels,
            since=self._turns.passes,
        )
        self._present[slot.image] = _Present(job, slot)
        self._arrived += 1

    def _drop(self) -> None:
        """Fail the pictures that nobody wants any more, or not so late, before another pass is spent on them."""
        now = self._clock()
        for each in list(self._present.values()):
            deadline = each.job.errand.deadline
            if each.job.cancelled.is_set():
                self._fail(each, Cancelled("The picture was cancelled."))
            elif deadline is not None and deadline <= now:
                self._fail(each, Overdue("The picture was not there by its deadline; send the request again."))

    def _tend(self) -> None:
        """Have the checkpoints loaded that are waited for, and fail those who wait for one that cannot be."""
        for name, error in self._residency.collect(self._arrived).items():
            log.error("checkpoint %s cannot be loaded", name, exc_info=error)
            for each in self._waiting():
                if each.job.plan.checkpoint == name:
                    self._fail(each, _as_domain_error(error, f"to load the weights '{name}'"))
        for each in self._waiting():
            self._want(each)
        turn = self._residency.turn
        self._residency.proceed(
            {
                each.job.plan.checkpoint
                for each in self._present.values()
                if each.drawing is not None or (turn is not None and each.slot.image < turn)
            }
        )

    def _want(self, each: _Present) -> None:
        name = each.job.plan.checkpoint
        if name not in self._cards:
            self._fail(each, ModelFailed(f"The engine has no checkpoint '{name}'."))
        elif self._residency.get(name) is None:
            self._residency.want(name, each.slot.image)
            if not each.job.errand.waits_for_weights:
                self._fail(each, Loading("The model is being loaded; send the request again in a moment."))

    def _waiting(self) -> list[_Present]:
        return [each for each in self._present.values() if each.drawing is None]

    def _ready(self) -> list[_Present]:
        """Who can take part in the next pass; the weights of the others are not in memory, or not for them."""
        last = self._residency.turn if self._residency.blocked else None
        ready: list[_Present] = []
        for each in list(self._present.values()):
            turn = each.drawing is not None or last is None or each.slot.image < last
            weights = self._residency.get(each.job.plan.checkpoint) if turn else None
            with self._failing(each):
                if weights is not None and not each.could_begin:
                    each.further = weights.checkpoint.prompts.further(prompts_of(each.job.plan))
                    each.slot = replace(each.slot, cost=self._cost(each), since=self._turns.passes)
                each.could_begin = weights is not None
                if each.could_begin:
                    ready.append(each)
        return ready

    def _advance(self, ready: Sequence[_Present]) -> None:
        """Run one pass, and decode the pictures that it finished."""
        began = self._clock()
        slots = [each.slot for each in ready]
        chosen = next_pass(slots, self._turns, self._room)
        self._turns = self._turns.after(chosen[0], slots)
        torch.set_num_threads(self._weights(self._present[chosen[0].image]).means.threads)
        sharing = [begun for slot in chosen if (begun := self._begin(self._present[slot.image]))]
        self._tell_positions()
        seen_by = self._estimate(sharing)
        began = self._divide([each for each, _, _ in seen_by], began)
        for each, drawing, seen in seen_by:
            with self._failing(each):
                each.job.listen(drawing.advance(seen))
                self._place(each)
                if drawing.finished:
                    pixels = drawing.decode()
                    del self._present[each.slot.image]
                    began = self._divide([each], began)
                    took = self._clock() - each.began
                    drawn = Drawn(pixels=pixels, engine_s=took, busy_s=each.busy_s, means=self._weights(each).means)
                    each.job.listen(drawn)

    def _divide(self, among: Sequence[_Present], began: float) -> float:
        """Divide the time since then, by what each costs in a pass; returns when that time ended."""
        ended = self._clock()
        whole = sum(each.slot.cost for each in among)
        for each in among:
            each.busy_s += (ended - began) * each.slot.cost / whole
        return ended

    def _room(self, lead: Slot) -> int:
        """Pixels that a pass may hold: as many as pay, and fit the memory."""
        each = self._present[lead.image]
        return min(self._budget, self._weights(each).footprint.room(each.size, self._memory))

    def _begin(self, each: _Present) -> tuple[_Present, Drawing] | None:
        """The picture and its drawing, which its first pass begins; None when that fails."""
        if each.drawing is None:
            with self._failing(each):
                each.began = self._clock()
                each.job.listen(Started())
                each.drawing = Drawing(each.job.plan, self._weights(each).checkpoint)
        return None if each.drawing is None else (each, each.drawing)

    def _tell_positions(self) -> None:
        """Tell those who wait where they stand, where that has changed."""
        line = sorted(self._waiting(), key=lambda each: (PRIORITIES.index(each.slot.priority), each.slot.image))
        for position, each in enumerate(line, 1):
            if position != each.position:
                each.position = position
                each.job.listen(Queued(position=position))

    def _place(self, each: _Present) -> None:
        """Count what its next pass costs; one that goes on in another size goes to those, at the end of their round."""
        group = (each.job.plan.checkpoint, each.size)
        since = each.slot.since if group == each.slot.group else self._turns.passes
        each.slot = replace(each.slot, group=group, cost=self._cost(each), since=since)

    def _cost(self, each: _Present) -> int:
        return self._weights(each).footprint.cost(each.size, each.halves, each.further)

    def _weights(self, each: _Present) -> _Weights:
        weights = self._residency.get(each.job.plan.checkpoint)
        assert weights is not None, "weights stay in memory while a picture is drawn with them"
        return weights

    def _estimate(self, sharing: _Sharing) -> list[tuple[_Present, Drawing, Tensor]]:
        """Run a pass; one that fails is run again in halves, so that what one picture does wrong is its own affair."""
        if len(sharing) <= 1:
            for each, drawing in sharing:
                with self._failing(each):
                    return [(each, drawing, estimate([drawing])[0])]
            return []
        try:
            found = estimate([drawing for _, drawing in sharing])
            return [(*one, seen) for one, seen in zip(sharing, found, strict=True)]
        except (RuntimeError, MemoryError) as error:
            log.warning("a pass of %d pictures failed and is tried in halves: %s", len(sharing), error)
            if _lacks_memory(error):
                self._budget = sum(each.slot.cost for each, _ in sharing) // 2
        middle = len(sharing) // 2
        return self._estimate(sharing[:middle]) + self._estimate(sharing[middle:])

    def _load(self, name: str) -> _Weights:
        """Load a checkpoint and measure its passes; called beside the engine's thread."""
        gc.collect()  # what was dropped to make room may hold itself in circles
        log.info("loading checkpoint %s from %s", name, self._cards[name].folder)
        card = self._cards[name]
        with ThreadPoolExecutor(1, thread_name_prefix="outcrop-digest") as beside:
            means = beside.submit(means_of, card, self.device, self._precision, self._threads)
            checkpoint = load_checkpoint(card, self.device, self._precision)
            return _Weights(checkpoint=checkpoint, footprint=measure(checkpoint), means=means.result())

    def _weigh(self, name: str) -> int:
        return weight_bytes(self._cards[name].folder, number_type(self.device, self._precision).itemsize)

    @contextmanager
    def _failing(self, each: _Present) -> Generator[None]:
        """Let an error fail this picture alone, and go on."""
        try:
            yield
        except OutcropError as error:
            self._fail(each, error)
        except Exception as error:
            log.exception("the engine failed a picture")
            self._fail(each, _as_domain_error(error, "for this picture, even alone"))

    def _fail(self, each: _Present, error: OutcropError) -> None:
        del self._present[each.slot.image]
        each.job.listen(Failed(error=error))


def _first_halves(plan: Plan) -> int:
    """Evaluations that a picture's first pass makes of it."""
    return halves(scale_at(plan.sigmas[0], plan.guidance, plan.guided))


def _as_domain_error(error: BaseException, lacking: str) -> OutcropError:
    """The error that whoever asked hears; `lacking` says what memory was too little for, if it was."""
    if isinstance(error, OutcropError):
        return error
    if _lacks_memory(error):
        return Unavailable(f"The engine had too little memory {lacking}; try again, or a smaller size.")
    return ModelFailed(f"The engine failed on this picture: {type(error).__name__}.")


def _lacks_memory(error: BaseException) -> bool:
    """Whether memory ran out: on a CPU torch says so in words only."""
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or "can't allocate memory" in str(error)
