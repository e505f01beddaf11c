"""Tells accounts' webhooks how their jobs ended, beside the server. Knows threads and attempts; knows no job.

What is to be told stands in the database before it is told: a server that ends, however, has another one go on. One
that hangs or refuses waits by itself: each webhook is told one thing at a time, and after a failure it rests.
"""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock
from typing import Final, final

from outcrop.access.directory import Directory
from outcrop.clock import Clock, now
from outcrop.errors import BadSettings, Unavailable
from outcrop.records.webhook import LEASE_S, WAITS_S, Message, Webhook, next_attempt, read_secret, send
from outcrop.rounds import going_round
from outcrop.store.database import Failure
from outcrop.store.job_events import (
    Addressee,
    JobEvent,
    addressees_due,
    claim_job_event,
    end_job_attempt,
    next_job_event,
)
from outcrop.store.webhooks import find_webhook, secret_name

LOOK_S: Final = 1.0
"""Seconds between two looks at what is due."""
AT_ONCE: Final = 16
"""Webhooks that are told something at the same time."""
REST_S: Final = 5.0
"""For how long a webhook is left alone that has not listened, whatever else it is to be told."""

logger = logging.getLogger("outcrop.webhooks")

Send = Callable[[Webhook, Message], None]


@final
class Delivering:
    """Tells what is due."""

    def __init__(self, directory: Directory, clock: Clock = now, send: Send = send, *, private: bool = False) -> None:
        """`private` allows webhooks on private networks, and plain HTTP."""
        self._directory = directory
        self._clock = clock
        self._send = send
        self._private = private
        self._busy: set[Addressee] = set()
        self._resting: dict[Addressee, float] = {}
        self._lock = Lock()  # guards _busy and _resting

    def look(self, start: Callable[[Callable[[Addressee], bool], Addressee], object]) -> None:
        """Have every webhook be told that is due, and neither at it nor resting; `start` does so."""
        with self._directory.database.reading() as connection:
            due = addressees_due(connection, int(self._directory.now()), WAITS_S)
        with self._lock:
            rested = self._clock()
            self._resting = {who: until for who, until in self._resting.items() if until > rested}
            free = [who for who in due if who not in self._busy and who not in self._resting]
            chosen = free[: AT_ONCE - len(self._busy)]
            self._busy |= set(chosen)
        for who in chosen:
            start(self.tell, who)

    def tell(self, who: Addressee) -> bool:
        """Tell a webhook what is due, one after the other, until it does not listen; returns whether it always did."""
        listened = True
        try:
            while listened and (event := self._next(who)) is not None:
                listened = self._attempt(who, event)
        except Failure as error:  # such as a disk that is full: it may not be at the next look
            logger.error("webhooks cannot be told: %s", error)  # noqa: TRY400 - the line says it all
            listened = False
        finally:
            with self._lock:
                self._busy.discard(who)
                if not listened:
                    self._resting[who] = self._clock() + REST_S
        return listened

    def _next(self, who: Addressee) -> JobEvent | None:
        """What is due first, taken so that no other server tells it too."""
        at = int(self._directory.now())
        with self._directory.database.writing() as connection:
            event = next_job_event(connection, who, at, WAITS_S)
            return event if event is not None and claim_job_event(connection, event, at + LEASE_S) else None

    def _attempt(self, who: Addressee, event: JobEvent) -> bool:
        """One attempt; no transaction is open while it lasts."""
        with self._directory.database.reading() as connection:
            kept = find_webhook(connection, *who)
        if kept is None:
            self._end(event, None, "The webhook is no more.")
            return True
        failed = ""
        try:
            secret = read_secret(self._directory.seal.open(kept.secret, secret_name(*who)))
            webhook = Webhook(url=kept.url, secret=secret, private=self._private)
            self._send(webhook, Message(id=event.id, at=int(self._directory.now()), body=event.body.encode()))
        except (Unavailable, BadSettings) as error:
            failed = str(error)
        if not failed:
            self._end(event, int(self._directory.now()), "")
            return True
        due_at = next_attempt(event.attempts, int(self._directory.now()))
        again = "; it is not tried any more" if due_at is None else ""
        logger.warning("webhook '%s' of %s was not told of %s: %s%s", who[1], who[0], event.job_id, failed, again)
        self._end(event, None, failed, due_at)
        return False

    def _end(self, event: JobEvent, sent_at: int | None, why: str, due_at: int | None = None) -> None:
        with self._directory.database.writing() as connection:
            end_job_attempt(connection, event.id, sent_at, due_at, why)


@contextmanager
def open_delivering(directory: Directory, *, private: bool) -> Iterator[None]:
    """Deliver for as long as the block lasts, but for what hangs: its next attempt is another server's."""
    delivering = Delivering(directory, private=private)
    threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="outcrop-webhook")

    def look() -> None:
        try:
            delivering.look(threads.submit)
        except Failure as error:
            logger.error("webhooks cannot be looked at: %s", error)  # noqa: TRY400 - the line says it all

    try:
        with going_round("outcrop-webhooks", look, LOOK_S):
            yield
    finally:
        threads.shutdown(cancel_futures=True)
