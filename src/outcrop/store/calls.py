"""What processes on one database call out to each other, heard as soon as the caller's transaction holds.

Only PostgreSQL carries calls. They say that something may have changed, not what, and one may be missed: whoever hears
looks for himself, and looks now and then without having heard. Knows names of calls; knows no table.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from selectors import EVENT_READ, DefaultSelector
from socket import socketpair
from threading import Event, Thread
from typing import Any, Final, final

from sqlalchemy import func, select

from outcrop.store.database import Connection, Database

AGAIN_S: Final = 1.0
"""After how long a connection is made anew that was lost."""

logger = logging.getLogger("outcrop.store")


def call(connection: Connection, name: str) -> None:
    """Have every process that hears a name be told, if and when the transaction holds."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_notify(name, "")))


@contextmanager
def hearing(database: Database, name: str, heard: Callable[[], None]) -> Iterator[None]:
    """Have something be called whenever a name is, in a thread of its own, for as long as the block lasts.

    It is called once more at the beginning, and whenever a lost connection is there again: some calls may have been
    missed. Where nothing carries calls, it never is.
    """
    if database.is_near:
        yield
        return
    listener = _Listener(database, name, heard)
    try:
        yield
    finally:
        listener.close()


@final
class _Listener:
    """A connection that hears, and its thread."""

    def __init__(self, database: Database, name: str, heard: Callable[[], None]) -> None:
        self._database = database
        self._name = name
        self._heard = heard
        self._closing = Event()
        self._woken, self._wakes = socketpair()
        self._thread = Thread(target=self._run, name=f"outcrop-hearing-{name}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop hearing."""
        self._closing.set()
        self._wakes.send(b"x")
        self._thread.join()
        self._woken.close()
        self._wakes.close()

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                with self._database.session() as session:
                    self._hear(session)
            except Exception:  # the edge of the thread: a database that is away comes back
                logger.exception("calls of other processes are not heard; trying again")
                self._closing.wait(AGAIN_S)

    def _hear(self, session: Any) -> None:  # noqa: ANN401 - psycopg need not be installed
        session.execute(f'LISTEN "{self._name}"')
        self._heard()
        with DefaultSelector() as selector:
            for each in (session, self._woken):
                selector.register(each, EVENT_READ)
            while not self._closing.is_set():
                selector.select()
                if list(session.notifies(timeout=0)):
                    self._heard()
