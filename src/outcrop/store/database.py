"""The database: where it is, how it is opened, and its transactions. Knows no table of its own accord.

It is SQLite in a file or PostgreSQL; statements and migrations are the same. Queries live beside it in this package,
which is the only one that speaks SQL.
"""

import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import RLock
from typing import Any, Final, Self, final

import sqlalchemy
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError, DBAPIError, IntegrityError

from outcrop.errors import BadSettings, StorageFailed
from outcrop.store.owners import FileLocks, Owners, SessionLocks
from outcrop.store.pipeline import Pipeline
from outcrop.store.postgresql import postgresql_engine
from outcrop.store.sqlite import sqlite_engine

FILE_NAME: Final = "outcrop.db"
LOCKS: Final = "ledger"
"""The folder of the locks beside it."""
NEWEST: Final = "0023"
"""The newest migration; a test holds it against the files."""

MOST_RESTING: Final = 4
"""Connections that wait for the next transaction outside of SQLAlchemy's pool, which has 15."""

Connection = sqlalchemy.Connection
Failure: Final = (DatabaseError, StorageFailed)
"""What a transaction ends with that the database does not take, or has no room for."""
FULL: Final = frozenset({sqlite3.SQLITE_FULL, "53100"})
"""What SQLite and PostgreSQL call a disk that is full. Source: PostgreSQL 16, appendix A; sqlite.org/rescode.html."""
Clash: Final = IntegrityError
"""The same, when something is there already that was to be new."""


@final
class Database:
    """An open database; close it."""

    def __init__(self, engine: sqlalchemy.Engine, owners: Owners) -> None:
        self._engine = engine
        self.is_near = engine.dialect.name == "sqlite"
        """Whether it is a file, of which a few rows are read sooner than another thread takes over."""
        self._resting: deque[Connection] = deque()
        """Connections between two transactions: to take one from SQLAlchemy's pool costs more than to read with it."""
        self.turn = RLock()
        """Whose turn it is to write, among the threads of this process."""
        self.owners = owners
        """Who lives that has something in this database in hand."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file, or of the connections."""
        for connection in self._all_resting():
            connection.close()
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A short transaction that changes nothing: it sees one moment, and holds up nobody."""
        with self._transaction(writes=False, lasting=True) as pipeline:
            yield pipeline.connection

    @contextmanager
    def writing(self, *, lasting: bool = True) -> Iterator[Connection]:
        """A short transaction that may change things; all of it holds, or, when the block raises, none.

        What is not `lasting` survives every end of the process, but its last moments need not survive a power cut.

        Writers take turns from its beginning, so none fails half-way for having read what another changed. Threads of
        one process queue here and not at the database, which would keep some waiting for as long as others come.

        Raises: StorageFailed when there is no room on the database's disk; then nothing of it holds.
        """
        with self.turn, self._transaction(writes=True, lasting=lasting) as pipeline:
            yield pipeline.connection

    @contextmanager
    def posting(self) -> Iterator[Pipeline]:
        """The same, not lasting, of prepared statements that do not wait for each other's answers.

        Raises: what the pipeline's `end` does; then nothing of it holds.
        """
        with self.turn, self._transaction(writes=True, lasting=False, pipelined=True) as pipeline:
            yield pipeline

    @contextmanager
    def session(self) -> Iterator[Any]:
        """A connection of the driver's own, beside all transactions, for as long as the block lasts."""
        with self._engine.connect() as connection:
            try:
                yield connection.connection.driver_connection
            finally:
                connection.invalidate()  # what was set on it is nobody else's

    @contextmanager
    def _transaction(self, *, writes: bool, lasting: bool, pipelined: bool = False) -> Iterator[Pipeline]:
        connection = self._rested() or self._engine.connect()
        pipeline = Pipeline(connection)
        went_well = False
        try:
            if pipelined:
                pipeline.open()
            with connection.execution_options(writes=writes, lasting=lasting).begin():
                try:
                    yield pipeline
                    pipeline.end()
                finally:
                    pipeline.drop()  # what is undone is undone after all answers
            went_well = True
        except DBAPIError as error:
            if error.connection_invalidated:  # and with it all that were there when the database went away
                for each in (connection, *self._all_resting()):
                    each.invalidate()
            if _is_full(error):
                text = "The database cannot be written: there is no room left on its disk. Make some, and ask again."
                raise StorageFailed(text, full=True) from error
            raise
        finally:
            pipeline.drop()
            if went_well and len(self._resting) < MOST_RESTING:
                self._resting.append(connection)
            else:
                connection.close()  # the pool makes it as new

    def _rested(self) -> Connection | None:
        return next(self._all_resting(), None)

    def _all_resting(self) -> Iterator[Connection]:
        """Take those that rest, the last one first: its memory is the nearest."""
        with suppress(IndexError):  # threads take them at once
            while True:
                yield self._resting.pop()


def _is_full(error: DBAPIError) -> bool:
    found = {getattr(error.orig, name, None) for name in ("sqlite_errorcode", "sqlstate")}
    return not FULL.isdisjoint(found)


def open_database(home: Path, url: str | None = None) -> Database:
    """Open the database at a URL of PostgreSQL or else in a folder, made when missing, and bring it up to date.

    Raises: BadSettings when it is no database, or one of a newer Outcrop, or cannot be made or reached.
    """
    if url is None:
        file = home / FILE_NAME
        database = Database(sqlite_engine(file), FileLocks(home / LOCKS))
        name, fix = str(file), "move it away to begin anew"
    else:
        engine = postgresql_engine(url)
        database = Database(engine, SessionLocks(engine))
        name, fix = engine.url.render_as_string(), "see to it that it is there, or set another database"
    try:
        _bring_up_to_date(database, name)
    except DatabaseError as error:
        database.close()
        raise BadSettings(f"The database {name} cannot be used: {str(error.orig).strip()}; {fix}.") from None
    except BadSettings:
        database.close()
        raise
    return database


def _bring_up_to_date(database: Database, name: str) -> None:
    with database.reading() as connection:
        found = _revision(connection)
    if found == NEWEST:
        return
    if found is not None and found > NEWEST:
        raise BadSettings(
            f"The database {name} was made by a newer Outcrop (migration {found}; this one knows {NEWEST}); upgrade "
            "Outcrop or set another OUTCROP_HOME."
        )
    from outcrop.store.migrate import migrate

    with database.writing() as connection:
        migrate(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
