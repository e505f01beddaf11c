"""The one path of every picture: plan → encode → denoise → decode (the engine) → finish → file.

Whoever wants a picture, the wire, the command line or a job, starts it here. Knows no HTTP, account or price.
"""

from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Lock
from typing import Self, final

from outcrop.clock import Clock
from outcrop.engine.engine import OWN, Drawn, Engine, Errand, Event, Failed, Listener, Queued, Ticket
from outcrop.errors import Throttled, Unsupported
from outcrop.finish.enlarge import enlarge
from outcrop.finish.files import encode_file
from outcrop.finish.paste import paste
from outcrop.finish.recipe import recipe
from outcrop.plan import Plan
from outcrop.provenance.fingerprint import fingerprint, signed
from outcrop.provenance.marks import Marks

PLACES = 256
"""Pictures that may wait for their first pass, where the settings say nothing else."""

FINISHERS = 2
"""Threads that finish pictures; Pillow releases the interpreter while it resizes and encodes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A finished picture: the bytes of its file, and what it took."""

    plan: Plan
    """Without what it was laid into and came from: those are megabytes."""
    file: bytes
    recipe: str
    """How it was made, as it stands in the file."""
    phash: int
    """Its fingerprint, as a database keeps one."""
    engine_s: float
    """Seconds from leaving the engine's queue to its pixels."""
    busy_s: float
    """Its share of the engine's work in that time; seconds."""
    finish_s: float
    """Seconds from the engine's pixels to the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A picture under way."""

    picture: Future[Picture]
    """Ends with the picture, or with the domain error that says why there is none."""
    ticket: Ticket

    def cancel(self) -> None:
        """Stop at the next step; `picture` then ends with Cancelled unless it is already there."""
        self.ticket.cancel()


@final
class _WaitingRoom:
    """Counts the pictures that wait for their first pass, so that there are never more than it has places."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._waiting: Counter[str] = Counter()
        self._lock = Lock()

    def enter(self, account: str) -> None:
        """Take a place; one account takes at most half of them, rounded up, so that another finds one.

        Raises: Throttled when there is none left.
        """
        with self._lock:
            everyone, own = self._waiting.total(), self._waiting[account]
            if everyone >= self._places or own >= (self._places + 1) // 2:
                raise Throttled(
                    f"Too many requests, please wait before trying again: {everyone} pictures wait already, {own} of "
                    f"them yours; there are {self._places} places, half of them for one account."
                )
            self._waiting[account] += 1

    def leave(self, account: str) -> None:
        """Give a place back."""
        with self._lock:
            self._waiting[account] -= 1
            self._waiting += Counter()  # forgets accounts that have none


@final
class Flow:
    """Runs planned pictures on an engine and finishes them."""

    def __init__(self, engine: Engine, clock: Clock, places: int = PLACES, marks: Marks | None = None) -> None:
        """`places` is how many pictures may wait for their first pass; `marks` is for plans that want some."""
        self._marks = marks
        self._room = _WaitingRoom(places)
        self._engine = engine
        self._clock = clock
        self._finishers = ThreadPoolExecutor(FINISHERS, thread_name_prefix="outcrop-finish")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop the engine, then finish what it had drawn."""
        self._engine.close()
        self._finishers.shutdown()

    def mark_rendition(self, file: bytes, file_format: str, parent: bytes) -> bytes:
        """Another size or format of a picture, signed anew where that picture is signed.

        Raises: ModelFailed when it cannot be signed; BadSettings when there is nothing to sign it with.
        """
        return file if self._marks is None else self._marks.sign_rendition(file, file_format, parent)

    def start(self, plan: Plan, listen: Listener = lambda _: None, errand: Errand = OWN) -> Running:
        """Start one picture; returns at once. `listen` hears the engine's events, from the engine's thread.

        Raises: Throttled when as many pictures wait as may; Unsupported when it is to be marked and cannot be.
        """
        if self._marks is None and (plan.watermark or plan.credentials):
            raise Unsupported(f"Pictures of {plan.model} are to be marked, and there is nothing to mark them with.")
        self._room.enter(errand.account)
        waiting, whole = [errand.account], [plan]  # each is taken out when its time has come
        # What is kept is the finish's affair, and may be many megabytes on the way to another process.
        work = replace(plan, kept=None, edited=None, parent=None)
        picture: Future[Picture] = Future()
        picture.set_running_or_notify_cancel()  # only the engine ends it: a waiter that gives up must call cancel()

        def hear(event: Event) -> None:
            if waiting and not isinstance(event, Queued):
                self._room.leave(waiting.pop())
            listen(event)
            match event:
                case Drawn():
                    finishing = self._finishers.submit(self._finish, whole, event, errand.account)
                    finishing.add_done_callback(lambda done: _pass_on(done, picture))
                case Failed(error=error):
                    picture.set_exception(error)
                case _:
                    pass

        return Running(picture=picture, ticket=self._engine.submit(work, hear, errand))

    def _finish(self, whole: list[Plan], drawn: Drawn, account: str) -> Picture:
        """Of one picture; each megabyte of it is given up as soon as the next is made of it."""
        began = self._clock()
        plan = whole.pop()
        made = recipe(plan, drawn.means)
        image = enlarge(drawn.pixels, plan.delivered, plan.fitting)
        if plan.kept is not None:
            image = paste(image, plan.kept)
            plan = replace(plan, kept=None, edited=None)
        seen = fingerprint(image)
        if plan.watermark and self._marks is not None:  # whether there is something to mark with was asked at the start
            image = self._marks.embed(image, account, seen)
        file = encode_file(image, plan.output_format, made)
        del image
        if plan.credentials and self._marks is not None:
            file = self._marks.sign(file, plan)
        return Picture(
            plan=replace(plan, parent=None),
            file=file,
            recipe=made,
            phash=signed(seen),
            engine_s=drawn.engine_s,
            busy_s=drawn.busy_s,
            finish_s=self._clock() - began,
        )


def _pass_on(done: Future[Picture], picture: Future[Picture]) -> None:
    error = done.exception()
    if error is None:
        picture.set_result(done.result())
    else:
        picture.set_exception(error)
