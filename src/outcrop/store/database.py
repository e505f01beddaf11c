"""The database: where it is, how it is opened, and its transactions. Knows no table of its own accord.

SQLite in one file, in write-ahead mode, so that readers never wait for a writer. Queries live beside it in this
package, which is the only one that speaks SQL.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self, final

import sqlalchemy
from sqlalchemy import create_engine, event, inspect, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import ConnectionPoolEntry

from outcrop.errors import BadSettings

FILE_NAME: Final = "outcrop.db"
NEWEST: Final = "0006"
"""The newest migration; a test holds it against the files."""
BUSY_S: Final = 10
"""How long a writer waits for another one."""

Connection = sqlalchemy.Connection


@final
class Database:
    """An open database; close it."""

    def __init__(self, engine: sqlalchemy.Engine) -> None:
        self._engine = engine

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A short transaction that changes nothing: it sees one moment, and holds up nobody."""
        with self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A short transaction that may change things; all of it holds, or, when the block raises, none.

        Writers take turns from its beginning, so none fails half-way for having read what another changed.
        """
        with self._engine.connect() as connection, connection.execution_options(writes=True).begin():
            yield connection


def open_database(home: Path) -> Database:
    """Open the database in a folder, made when missing, and bring it to the newest migration.

    Raises: BadSettings when the file is no database, or one of a newer Outcrop, or cannot be made.
    """
    file = home / FILE_NAME
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Nobody else on the machine need read who has which keys, sealed as they are.
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise BadSettings(f"Cannot keep a database in {home}: {error.strerror}; set OUTCROP_HOME.") from None
    database = Database(_engine(file))
    try:
        _bring_up_to_date(database, file)
    except DatabaseError as error:
        database.close()
        raise BadSettings(f"The database {file} cannot be used: {error.orig}; move it away to begin anew.") from None
    except BadSettings:
        database.close()
        raise
    return database


def _engine(file: Path) -> sqlalchemy.Engine:
    engine = create_engine(URL.create("sqlite", database=str(file)), connect_args={"timeout": BUSY_S})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = (
        None  # transactions begin and end where they are asked to, not where the driver guesses
    )
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")


def _bring_up_to_date(database: Database, file: Path) -> None:
    with database.reading() as connection:
        found = _revision(connection)
    if found == NEWEST:
        return
    if found is not None and found > NEWEST:
        raise BadSettings(
            f"The database {file} was made by a newer Outcrop (migration {found}; this one knows {NEWEST}); upgrade "
            "Outcrop or set another OUTCROP_HOME."
        )
    from outcrop.store.migrate import migrate

    with database.writing() as connection:
        migrate(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
