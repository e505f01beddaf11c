"""Statements that travel to the database without waiting for each other's answers, and what each must have changed.

To PostgreSQL every statement is a message, and to wait for each answer before the next one leaves takes longer than
all of the work. SQLite is in this process and answers at once. Knows no table.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, Final, final

from sqlalchemy import Connection

from outcrop.store.prepared import PIPELINED, Sent, failure


@final
class Pipeline:
    """Prepared statements of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection: Final = connection
        self._closing: Final = ExitStack()
        self._expected: Final[list[tuple[Sent, int, Exception]]] = []

    def expect(self, sent: Sent, changed: int, otherwise: Exception) -> None:
        """Note how many rows a statement must change, and what to raise when it does not."""
        self._expected.append((sent, changed, otherwise))

    def open(self) -> None:
        """From here on wait for no answer but those that are read.

        Raises: DBAPIError when the database has gone away.
        """
        if self.connection.dialect.name != "postgresql":
            return
        driver: Any = self.connection.connection.driver_connection
        try:
            self._closing.enter_context(driver.pipeline())
        except self.connection.dialect.loaded_dbapi.Error as error:
            raise failure(self.connection, error, "") from error
        info = self.connection.info
        info[PIPELINED] = True
        self._closing.callback(info.pop, PIPELINED)

    def end(self) -> None:
        """Wait for all answers, and hold them against what was expected.

        Raises: DBAPIError when a statement failed; what was to be raised when one did not do what it should.
        """
        try:
            self._closing.close()
        except self.connection.dialect.loaded_dbapi.Error as error:
            raise failure(self.connection, error, "") from error
        for sent, changed, otherwise in self._expected:
            if sent.changed != changed:
                raise otherwise

    def drop(self) -> None:
        """Wait for all answers, and ask for none: what made this end has been raised already."""
        with suppress(self.connection.dialect.loaded_dbapi.Error):
            self._closing.close()


@contextmanager
def checked(connection: Connection) -> Iterator[Pipeline]:
    """The same within a transaction whose statements wait for their answers: what was expected is asked at the end."""
    pipeline = Pipeline(connection)
    yield pipeline
    pipeline.end()
