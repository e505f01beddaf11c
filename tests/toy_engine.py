"""An engine for tests: draws at once, in plain numbers, and misbehaves on request. Knows plans; needs no weights."""

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from queue import SimpleQueue
from threading import Barrier, Event
from typing import final

import numpy as np
from PIL import Image

from outcrop.engine.engine import OWN, Drawn, Errand, Failed, Listener, Pixels, Started, Step
from outcrop.errors import Cancelled, ModelFailed, Unavailable
from outcrop.plan import Means, Plan
from outcrop.units import Size

FAIL = "[the model fails]"
BREAK = "[the engine has a defect]"
DIE = "[the engine dies]"
HANG = "[draws until it is cancelled]"
MEET = "[waits for a second one like it]"

TOY_MEANS = Means(precision="fp32", threads=1, device="toy", torch="", weights="0" * 64)
"""What it draws with."""

BUSY_S = 0.25
"""What each picture is said to have taken of the engine's time."""

PREVIEW: Pixels = np.zeros((8, 8, 3), np.uint8)
"""What is to be seen of a picture before it is there."""

PATIENCE_S = 30
"""How long anything here waits for what should come at once."""


def toy_pixels(prompt: str, seed: int, size: Size) -> Pixels:
    """A smooth picture that depends on its arguments and nothing else.

    Shapes: returns (size.height, size.width, 3).
    """
    digest = sha256(f"{seed} {prompt}".encode()).digest()
    corners = Image.frombytes("RGB", (2, 2), digest[:12])
    return np.asarray(corners.resize((size.width, size.height), Image.Resampling.BILINEAR))


@final
class ToyTicket:
    """A picture that was handed to the toy."""

    def __init__(self) -> None:
        self.cancelled = Event()

    def cancel(self) -> None:
        """Stop at the next step."""
        self.cancelled.set()


@final
class ToyEngine:
    """Draws `toy_pixels`; a prompt that contains one of the words above gets what the word says."""

    def __init__(self) -> None:
        self.under_way: SimpleQueue[Plan] = SimpleQueue()
        """Plans, as their pictures begin."""
        self.stopped: SimpleQueue[Plan] = SimpleQueue()
        """Plans whose pictures were cancelled."""
        self.errands: list[Errand] = []
        """For whom pictures were asked for, in order."""
        self._closing = Event()
        self._tickets: set[ToyTicket] = set()
        self._meeting = Barrier(2)
        self._threads = ThreadPoolExecutor(8, thread_name_prefix="toy-engine")

    def submit(self, plan: Plan, listen: Listener, errand: Errand = OWN) -> ToyTicket:
        """Take a picture; returns at once."""
        self.errands.append(errand)
        ticket = ToyTicket()
        self._tickets.add(ticket)
        self._threads.submit(self._see_to, plan, listen, ticket)
        return ticket

    def begun(self, words: str) -> Plan:
        """Wait until a picture with such words in its prompt begins; forgets those that began before it.

        Raises: queue.Empty when none does.
        """
        while words not in (plan := self.under_way.get(timeout=PATIENCE_S)).prompt.written:
            pass
        return plan

    def close(self) -> None:
        """Stop; pictures under way end with Failed(Unavailable)."""
        self._closing.set()
        for ticket in list(self._tickets):
            ticket.cancel()
        self._threads.shutdown()

    def _see_to(self, plan: Plan, listen: Listener, ticket: ToyTicket) -> None:
        try:
            self._draw(plan, listen, ticket)
        finally:
            self._tickets.discard(ticket)

    def _draw(self, plan: Plan, listen: Listener, ticket: ToyTicket) -> None:
        listen(Started())
        self.under_way.put(plan)
        if MEET in plan.prompt.text:
            self._meeting.wait(PATIENCE_S)
        if HANG in plan.prompt.text:
            ticket.cancelled.wait(PATIENCE_S)
        if BREAK in plan.prompt.text:
            listen(Failed(error=ZeroDivisionError("a secret of the engine")))  # type: ignore[arg-type]  # the defect
        elif DIE in plan.prompt.text:
            listen(Failed(error=Unavailable("The engine ended in the middle; it starts anew.")))
        elif FAIL in plan.prompt.text:
            listen(Failed(error=ModelFailed("The picture came out as no numbers; try another seed.")))
        elif self._closing.is_set():
            listen(Failed(error=Unavailable("The engine is stopping.")))
        elif ticket.cancelled.is_set():
            self.stopped.put(plan)
            listen(Failed(error=Cancelled("The picture was cancelled.")))
        else:
            for done in range(plan.steps):
                listen(Step(done=done + 1, total=plan.steps, preview=PREVIEW))
            start = "" if plan.start is None else f"{plan.start.strength} {sha256(plan.start.image.rgb).hexdigest()}"
            pixels = toy_pixels(plan.prompt.written + start, plan.seed, plan.native)
            listen(Drawn(pixels=pixels, engine_s=0.0, busy_s=BUSY_S, means=TOY_MEANS))
