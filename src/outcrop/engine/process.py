"""The engine in a process of its own, so that no picture, however bad, takes the server down. Imports no torch.

The process is started at once, and anew for the next picture after a crash; pictures that were under way in the crash
end with Unavailable. Knows messages and processes; runs on POSIX systems.
"""

import logging
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import count
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Lock, Thread
from typing import final

from outcrop.catalog.card import CheckpointCard
from outcrop.engine.engine import OWN, Drawn, Errand, Failed, Listener
from outcrop.engine.memory import MemoryLimits
from outcrop.engine.messages import Cancel, Heard, Setup, Submit, Up
from outcrop.errors import Unavailable
from outcrop.log_lines import form_in_use
from outcrop.plan import Plan
from outcrop.units import PrecisionChoice

log = logging.getLogger(__name__)

ENVIRONMENT = {
    # A busy neighbour makes spinning OpenMP threads 10 to 30 times slower; sleeping ones do not mind.
    "OMP_WAIT_POLICY": "PASSIVE",
    "HF_HUB_OFFLINE": "1",
    # Libraries report to whoever runs them by hand: here an error comes back as an event.
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "DIFFUSERS_VERBOSITY": "error",
}
"""What the process finds in its environment besides its parent's: libraries read it when they are imported."""

STOP_S = 10
"""Seconds a worker gets to end by itself when the engine is closed."""


Order = Setup | Submit | Cancel


@dataclass(frozen=True, slots=True, kw_only=True)
class _Worker:
    process: subprocess.Popen[bytes]
    connection: Connection
    outbox: SimpleQueue[Order | None]
    """What is to be sent, in order; None is the end."""
    sender: Thread


@final
class _Remote:
    """The ticket of a picture in the other process."""

    def __init__(self, engine: "ProcessEngine", number: int) -> None:
        self._engine = engine
        self._number = number

    def cancel(self) -> None:
        """Stop at the next step."""
        self._engine.cancel(self._number)


@final
class ProcessEngine:
    """Draws in a supervised process of its own."""

    def __init__(
        self,
        checkpoints: Mapping[str, CheckpointCard],
        threads: int,
        memory: MemoryLimits | None = None,
        precision: PrecisionChoice = "auto",
    ) -> None:
        """Start the process; it loads its libraries while the caller goes on. `threads` are CPU threads."""
        self._setup = Setup(
            checkpoints=dict(checkpoints),
            threads=threads,
            memory=memory or MemoryLimits(),
            precision=precision,
            log_level=logging.getLogger().getEffectiveLevel(),
            log_form=form_in_use(),
        )
        self._numbers = count()
        self._listeners: dict[int, Listener] = {}
        self._lock = Lock()  # guards _listeners, _worker, _device and _closed
        self._closed = False
        self._worker: _Worker | None = None
        self._device: str | None = None
        self._reader: Thread | None = None
        with self._lock:
            self._start()

    @property
    def pid(self) -> int | None:
        """The process's id; None while there is none."""
        with self._lock:
            return None if self._worker is None else self._worker.process.pid

    @property
    def device(self) -> str | None:
        """Where it draws, "cpu" or "cuda"; None while its process is not up."""
        with self._lock:
            return self._device

    def wake(self) -> None:
        """Start the process if it has ended; returns at once."""
        with self._lock:
            if self._worker is None and not self._closed:
                self._start()

    def submit(self, plan: Plan, listen: Listener, errand: Errand = OWN) -> _Remote:
        """Take a picture; returns its ticket at once."""
        number = next(self._numbers)
        refusal = self._send_new(Submit(number=number, plan=plan, errand=errand), listen)
        if refusal is not None:
            listen(Failed(error=refusal))
        return _Remote(self, number)

    def cancel(self, number: int) -> None:
        """Stop the picture of that number at its next step."""
        with self._lock:
            if number in self._listeners and self._worker is not None:
                self._send(Cancel(number=number))

    def close(self) -> None:
        """Stop the process; pictures under way end with Failed(Unavailable)."""
        with self._lock:
            self._closed = True
            worker, reader = self._worker, self._reader
        if worker is None or reader is None:
            return
        worker.process.terminate()
        reader.join(STOP_S)  # it ends with the process, having told everyone who waited
        if reader.is_alive():
            worker.process.kill()
            reader.join()

    def _send_new(self, order: Submit, listen: Listener) -> Unavailable | None:
        """Register and send a picture; the error to fail it with when that cannot be done."""
        with self._lock:
            if self._closed:
                return Unavailable("The engine is shutting down; send the request again.")
            if self._worker is None and not self._start():
                return Unavailable(
                    "The engine needs torch and diffusers, which are not installed: pip install 'outcrop[engine]'."
                )
            self._listeners[order.number] = listen
            self._send(order)
            return None

    def _send(self, order: Order) -> None:
        if self._worker is not None:
            self._worker.outbox.put(order)

    def _start(self) -> bool:
        if find_spec("torch") is None or find_spec("diffusers") is None:
            return False
        ours, theirs = socket.socketpair()
        process = subprocess.Popen(  # noqa: S603 - our own module, no text from outside
            [sys.executable, "-m", "outcrop.engine.worker", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            process_group=0,  # Ctrl-C in a terminal reaches the parent alone, even while libraries are imported
            env={**os.environ, **ENVIRONMENT},  # noqa: TID251 - handed on whole
        )
        theirs.close()
        connection, outbox = Connection(ours.detach()), SimpleQueue[Order | None]()
        sender = Thread(target=_deliver, args=(connection, outbox), name="outcrop-engine-orders", daemon=True)
        sender.start()
        worker = _Worker(process=process, connection=connection, outbox=outbox, sender=sender)
        self._worker = worker
        self._send(self._setup)
        self._reader = Thread(target=self._listen, args=(worker,), name="outcrop-engine-events", daemon=True)
        self._reader.start()
        return True

    def _listen(self, worker: _Worker) -> None:
        while True:
            try:
                heard: Heard | Up = worker.connection.recv()
            except (EOFError, OSError):
                break
            if isinstance(heard, Up):
                with self._lock:
                    self._device = heard.device
                continue
            over = isinstance(heard.event, Drawn | Failed)
            with self._lock:
                listen = self._listeners.pop(heard.number) if over else self._listeners[heard.number]
            listen(heard.event)
        self._bury(worker)

    def _bury(self, worker: _Worker) -> None:
        """Fail what the dead process had under way, and forget it, so that the next picture starts another."""
        status = worker.process.wait()
        worker.outbox.put(None)
        worker.sender.join()
        worker.connection.close()
        with self._lock:
            closed = self._closed
            self._worker = self._device = None
            orphans, self._listeners = list(self._listeners.values()), {}
        if closed:
            why = "The engine is shutting down; send the request again."
        else:
            why = f"The engine's process ended with status {status} and will be started again; send the request again."
            log.error("the engine's process ended with status %d; %d pictures lost", status, len(orphans))
        for listen in orphans:
            listen(Failed(error=Unavailable(why)))


def _deliver(connection: Connection, outbox: SimpleQueue[Order | None]) -> None:
    """Send orders one after the other: a pipe is full at once when the other side still loads its libraries."""
    while (order := outbox.get()) is not None:
        try:
            connection.send(order)
        except OSError:
            return  # the process is gone, and the reader fails what was under way
