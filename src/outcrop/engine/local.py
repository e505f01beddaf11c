"""The engine in this process: one thread that owns the device and advances every picture under way.

After every pass pictures join and leave. Knows plans, events and checkpoints; which pictures share a pass is decided
in `batching`, what a pass computes in `denoise`.
"""

import logging
from collections import deque
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
from outcrop.engine.batching import Slot, may_join, next_pass
from outcrop.engine.denoise import estimate
from outcrop.engine.drawing import Drawing, slot_of
from outcrop.engine.engine import Drawn, Failed, Listener, Started
from outcrop.engine.weights import Checkpoint, load_checkpoint
from outcrop.errors import Cancelled, ModelFailed, OutcropError, Unavailable
from outcrop.plan import Plan

log = logging.getLogger(__name__)

PIXELS_A_PASS = {"cpu": 1_048_576, "cuda": 33_554_432}
"""Budget of a pass by device: on a CPU, where batching stops paying at about 16, 8 pictures of 256² with guidance."""


@final
class Job:
    """The ticket of a picture in this engine."""

    def __init__(self, plan: Plan, listen: Listener) -> None:
        self.plan = plan
        self.listen = listen
        self.cancelled = Flag()

    def cancel(self) -> None:
        """Stop at the next step."""
        self.cancelled.set()


@final
class _UnderWay:
    """A job that takes part in the passes."""

    def __init__(self, job: Job, slot: Slot, drawing: Drawing, began: float) -> None:
        self.job = job
        self.slot = slot
        self.drawing = drawing
        self.began = began


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
        self._waiting: deque[Job] = deque()
        self._under_way: dict[int, _UnderWay] = {}
        self._admitted = 0
        self._passes = 0
        self._thread = Thread(target=self._run, name="outcrop-engine", daemon=True)
        self._thread.start()

    def submit(self, plan: Plan, listen: Listener) -> Job:
        """Take a picture; returns its ticket at once."""
        job = Job(plan, listen)
        self._inbox.put(job)
        return job

    def close(self) -> None:
        """Stop after the pass under way; pictures not there by then end with Failed(Unavailable)."""
        self._inbox.put(None)
        self._thread.join()

    def _run(self) -> None:
        while self._take_in():
            self._drop_cancelled()
            self._admit()
            if self._under_way:
                self._advance()
        while not self._inbox.empty():
            if (late := self._inbox.get()) is not None:
                self._waiting.append(late)
        left = [each.job for each in self._under_way.values()] + list(self._waiting)
        self._fail(left, Unavailable("The engine is shutting down; send the request again."))

    def _take_in(self) -> bool:
        """Queue what has arrived, waiting for something when idle; False when it is time to stop."""
        idle = not self._waiting and not self._under_way
        while idle or not self._inbox.empty():
            job = self._inbox.get()
            if job is None:
                return False
            self._waiting.append(job)
            idle = False
        return True

    def _drop_cancelled(self) -> None:
        everyone = [each.job for each in self._under_way.values()] + list(self._waiting)
        gone = [job for job in everyone if job.cancelled.is_set()]
        self._fail(gone, Cancelled("The picture was cancelled."))

    def _admit(self) -> None:
        """Let waiting pictures in, in order, while a pass has room for them."""
        while self._waiting:
            job = self._waiting[0]
            slot = slot_of(self._admitted, job.plan)
            if not may_join([each.slot for each in self._under_way.values()], slot, self._budget):
                return
            with self._failing(job):
                began = self._clock()
                job.listen(Started())
                drawing = Drawing(job.plan, self._checkpoint(job.plan.checkpoint))
                self._under_way[slot.image] = _UnderWay(job, slot, drawing, began)
                self._waiting.popleft()
                self._admitted += 1

    def _advance(self) -> None:
        """Run one pass, and decode the pictures that it finished."""
        chosen = next_pass([each.slot for each in self._under_way.values()], self._budget)
        estimates = self._estimate([self._under_way[slot.image] for slot in chosen])
        self._passes += 1
        for each, seen in estimates:
            with self._failing(each.job):
                each.slot = each.slot.after(self._passes)
                each.job.listen(each.drawing.advance(seen))
                if each.drawing.finished:
                    pixels = each.drawing.decode()
                    del self._under_way[each.slot.image]
                    each.job.listen(Drawn(pixels=pixels, engine_s=self._clock() - each.began))

    def _estimate(self, sharing: Sequence[_UnderWay]) -> list[tuple[_UnderWay, Tensor]]:
        """Run a pass; one that fails is run again in halves, so that what one picture does wrong is its own affair."""
        if len(sharing) == 1:
            with self._failing(sharing[0].job):
                return [(sharing[0], estimate([sharing[0].drawing])[0])]
            return []
        try:
            return list(zip(sharing, estimate([each.drawing for each in sharing]), strict=True))
        except (RuntimeError, MemoryError) as error:
            log.warning("a pass of %d pictures failed and is tried in halves: %s", len(sharing), error)
            if isinstance(error, torch.OutOfMemoryError | MemoryError):
                self._budget = sum(each.slot.cost for each in sharing) // 2
        middle = len(sharing) // 2
        return self._estimate(sharing[:middle]) + self._estimate(sharing[middle:])

    def _checkpoint(self, name: str) -> Checkpoint:
        if name not in self._loaded:
            log.info("loading checkpoint %s from %s", name, self._cards[name].folder)
            self._loaded[name] = load_checkpoint(self._cards[name], self._device)
        return self._loaded[name]

    @contextmanager
    def _failing(self, job: Job) -> Generator[None]:
        """Let an error fail this job alone, and go on."""
        try:
            yield
        except OutcropError as error:
            self._fail([job], error)
        except Exception as error:
            log.exception("the engine failed a picture")
            self._fail([job], ModelFailed(f"The engine failed on this picture: {type(error).__name__}."))

    def _fail(self, jobs: Sequence[Job], error: OutcropError) -> None:
        self._under_way = {n: each for n, each in self._under_way.items() if each.job not in jobs}
        self._waiting = deque(job for job in self._waiting if job not in jobs)
        for job in jobs:
            job.listen(Failed(error=error))
