"""SQLite in one file, in write-ahead mode, so that readers never wait for a writer. Knows no table."""

import os
import sqlite3
from pathlib import Path
from typing import Final

import sqlalchemy
from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import ConnectionPoolEntry

from outcrop.clock import now, pause
from outcrop.errors import BadSettings
from outcrop.store.prepared import execute

BUSY_S: Final = 10
"""How long a writer waits for another one."""
AGAIN_S: Final = 0.005
"""After how long a connection asks anew for the write-ahead mode, which another one is making."""


def sqlite_engine(file: Path) -> sqlalchemy.Engine:
    """An engine on a file, which is made when missing.

    Raises: BadSettings when it cannot be made.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Nobody else on the machine need read who has which keys, sealed as they are.
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise BadSettings(f"Cannot keep a database in {file.parent}: {error.strerror}; set OUTCROP_HOME.") from None
    engine = create_engine(
        URL.create("sqlite", database=str(file)), connect_args={"timeout": BUSY_S}, paramstyle="named"
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = (
        None  # transactions begin and end where they are asked to, not where the driver guesses
    )
    _write_ahead(connection)
    for pragma in ("synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(connection: sqlite3.Connection) -> None:
    # Of several that turn a new file into one of write-ahead mode at once, SQLite lets one, and has no other one wait.
    until = now() + BUSY_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or now() > until:
                raise
            pause(AGAIN_S)
        else:
            return


def _begin(connection: sqlalchemy.Connection) -> None:
    execute(connection, "BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")
