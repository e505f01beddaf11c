"""The engine in this process: one thread that owns the device and advances every picture under way.

After every pass pictures join and leave. Knows plans, events and checkpoints; which pictures share a pass is decided
in `batching`, what a pass computes in `denoise`.
"""

import logging
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Event as Flag
from threading import Thread
from typing import final

import torch
from torch import Tensor

from outcrop.catalog.card import CheckpointCard
from outcrop.clock import Clock
from outcrop.engine.batching import Slot, Turns, next_pass
from outcrop.engine.denoise import estimate
from outcrop.engine.drawing import Drawing
from outcrop.engine.engine import OWN, Drawn, Errand, Failed, Listener, Started
from outcrop.engine.guidance import halves
from outcrop.engine.weights import Checkpoint, load_checkpoint
from outcrop.errors import Cancelled, ModelFailed, OutcropError, Overdue, Unavailable
from outcrop.plan import Plan
from outcrop.units import Size

log = logging.getLogger(__name__)

PIXELS_A_PASS = {"cpu": 1_048_576, "cuda": 33_554_432}
"""Budget of a pass by device: on a CPU, where batching stops paying at about 16, 8 pictures of 256² with guidance."""


@final
class Job:
    """The ticket of a picture in this engine."""

    def __init__(self, plan: Plan, listen: Listener, errand: Errand) -> None:
        self.plan = plan
        self.listen = listen
        self.errand = errand
        self.cancelled = Flag()

    def cancel(self) -> None:
        """Stop at the next step."""
        self.cancelled.set()

    def slot(self, image: int, since: int, size: Size) -> Slot:
        """What the scheduler needs to know of the picture while it is worked at in a size."""
        return Slot(
            image=image,
            account=self.errand.account,
            priority=self.errand.priority,
            group=(self.plan.checkpoint, size.width, size.height),
            cost=halves(self.plan.guidance) * size.pixels,
            since=since,
        )


@final
class _Present:
    """A job that waits for its passes or takes part in them."""

    def __init__(self, job: Job, slot: Slot) -> None:
        self.job = job
        self.slot = slot
        self.drawing: Drawing | None = None
        """None before its first pass."""
        self.began = 0.0


_Sharing = Sequence[tuple[_Present, Drawing]]
"""Who takes part in a pass."""


@final
class LocalEngine:
    """Draws in this process, on a GPU where there is one."""

    def __init__(self, checkpoints: Mapping[str, CheckpointCard], clock: Clock) -> None:
        """`checkpoints` are loaded when first needed and then kept."""
        self._cards = checkpoints
        self._clock = clock
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._budget = PIXELS_A_PASS[self._device.type]
        self._loaded: dict[str, Checkpoint] = {}
        self._inbox: SimpleQueue[Job | None] = SimpleQueue()
        self._present: dict[int, _Present] = {}
        self._arrived = 0
        self._turns = Turns()
        self._thread = Thread(target=self._run, name="outcrop-engine", daemon=True)
        self._thread.start()

    def submit(self, plan: Plan, listen: Listener, errand: Errand = OWN) -> Job:
        """Take a picture; returns its ticket at once."""
        job = Job(plan, listen, errand)
        self._inbox.put(job)
        return job

    def close(self) -> None:
        """Stop after the pass under way; pictures not there by then end with Failed(Unavailable)."""
        self._inbox.put(None)
        self._thread.join()

    def _run(self) -> None:
        while self._take_in():
            self._drop()
            if self._present:
                self._advance()
        while not self._inbox.empty():
            if (late := self._inbox.get()) is not None:
                self._add(late)
        for each in list(self._present.values()):
            self._fail(each, Unavailable("The engine is shutting down; send the request again."))

    def _take_in(self) -> bool:
        """Take what has arrived, waiting for something when idle; False when it is time to stop."""
        while not self._present or not self._inbox.empty():
            job = self._inbox.get()
            if job is None:
                return False
            self._add(job)
        return True

    def _add(self, job: Job) -> None:
        slot = job.slot(self._arrived, self._turns.passes, job.plan.native)
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

    def _advance(self) -> None:
        """Run one pass, and decode the pictures that it finished."""
        slots = [each.slot for each in self._present.values()]
        chosen = next_pass(slots, self._turns, self._budget)
        self._turns = self._turns.after(chosen[0], slots)
        sharing = [begun for slot in chosen if (begun := self._begin(self._present[slot.image]))]
        for each, drawing, seen in self._estimate(sharing):
            with self._failing(each):
                each.job.listen(drawing.advance(seen))
                self._place(each, drawing.size)
                if drawing.finished:
                    pixels = drawing.decode()
                    del self._present[each.slot.image]
                    each.job.listen(Drawn(pixels=pixels, engine_s=self._clock() - each.began))

    def _begin(self, each: _Present) -> tuple[_Present, Drawing] | None:
        """The picture and its drawing, which its first pass begins; None when that fails."""
        if each.drawing is None:
            with self._failing(each):
                each.began = self._clock()
                each.job.listen(Started())
                each.drawing = Drawing(each.job.plan, self._checkpoint(each.job.plan.checkpoint))
        return None if each.drawing is None else (each, each.drawing)

    def _place(self, each: _Present, size: Size) -> None:
        """Put a picture that goes on in another size to the others of that size, at the end of their round."""
        slot = each.job.slot(each.slot.image, self._turns.passes, size)
        if slot.group != each.slot.group:
            each.slot = slot

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

    def _checkpoint(self, name: str) -> Checkpoint:
        if name not in self._loaded:
            log.info("loading checkpoint %s from %s", name, self._cards[name].folder)
            self._loaded[name] = load_checkpoint(self._cards[name], self._device)
        return self._loaded[name]

    @contextmanager
    def _failing(self, each: _Present) -> Generator[None]:
        """Let an error fail this picture alone, and go on."""
        try:
            yield
        except OutcropError as error:
            self._fail(each, error)
        except Exception as error:
            log.exception("the engine failed a picture")
            self._fail(each, _as_domain_error(error))

    def _fail(self, each: _Present, error: OutcropError) -> None:
        del self._present[each.slot.image]
        each.job.listen(Failed(error=error))


def _as_domain_error(error: Exception) -> OutcropError:
    if _lacks_memory(error):
        return Unavailable(
            "The engine had too little memory for this picture, even alone; try again, or a smaller one."
        )
    return ModelFailed(f"The engine failed on this picture: {type(error).__name__}.")


def _lacks_memory(error: Exception) -> bool:
    """Whether memory ran out: on a CPU torch says so in words only."""
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or "can't allocate memory" in str(error)
