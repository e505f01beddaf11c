"""PostgreSQL, through psycopg 3: the same transactions as in SQLite's one file. Knows no table.

Writers take turns here too: each holds one advisory lock from its first statement to its last, so what is safe with
SQLite's one writer is safe here, whatever it reads and writes.
"""

from typing import Any, Final

import sqlalchemy
from sqlalchemy import create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from outcrop.errors import BadSettings
from outcrop.store.prepared import execute, is_pipelined

WRITER: Final = 0x0075_7443
"""The number of the lock that whoever writes holds; any would do that nothing else in the database takes."""
SESSION: Final = (
    "SET lock_timeout = '10s'",  # as long as a writer waits for another one in SQLite
    "SET idle_in_transaction_session_timeout = '60s'",  # who holds the lock and is gone must not stop everybody
    "SET tcp_keepalives_idle = 30",  # nor hold what it owns: a machine that is cut off is noticed
)
"""What holds for every connection."""
READ: Final = ("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",)
WRITING: Final = "BEGIN ISOLATION LEVEL READ COMMITTED"
"""Read committed, so that each statement sees what the writer before has left: the lock, not a snapshot, keeps others
away."""
LOCK: Final = f"SELECT pg_advisory_xact_lock(0, {WRITER})"
WRITE: Final = (WRITING, LOCK)
SETTINGS: Final = {"synchronous_commit": "off", "enable_seqscan": "off", "jit": "off"}
"""Of what need not last. The commit does not wait for the disk, which follows within three times `wal_writer_delay`:
0.6 s by default. Rows are found by their keys, for a plan made while there are few would still read all of them when
there are many; and no plan is worth compiling, whatever it seems to cost then."""
POST: Final = (WRITING, ", ".join([LOCK, *(f"set_config('{name}', '{to}', true)" for name, to in SETTINGS.items())]))

ADD_UP: Final = "SELECT set_config('enable_sort', 'off', true), set_config('enable_indexscan', 'off', true)"
"""Of what adds up many rows. Where statistics are older than the rows, as those of the latest days are, the planner
expects one row, fetches a million one by one and sorts them on the disk; hashed, they take a third of the time."""


def add_up(connection: sqlalchemy.Connection) -> None:
    """Have what the rest of a transaction adds up be hashed, on PostgreSQL; SQLite plans by no statistics."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(ADD_UP)


def postgresql_engine(url: str) -> sqlalchemy.Engine:
    """An engine on a database that is there.

    Raises: BadSettings when the URL is none, or psycopg is not installed.
    """
    try:
        parts = make_url(url).set(drivername="postgresql+psycopg")
        engine = create_engine(parts, connect_args={"keepalives_idle": 30}, use_native_hstore=False)
    except (ArgumentError, ValueError):
        raise BadSettings("The database's URL cannot be read; give one such as postgresql://user@host/name.") from None
    except ModuleNotFoundError:
        raise BadSettings("A PostgreSQL database needs psycopg: pip install 'outcrop[postgres]'.") from None
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _: ConnectionPoolEntry) -> None:  # noqa: ANN401 - psycopg need not be installed
    connection.autocommit = True  # transactions begin where `_begin` says so, in one message with the lock
    for statement in SESSION:
        connection.execute(statement)


def _begin(connection: sqlalchemy.Connection) -> None:
    options = connection.get_execution_options()
    write = WRITE if options.get("lasting", True) else POST
    statements = write if options.get("writes") else READ
    for message in statements if is_pipelined(connection) else ("; ".join(statements),):
        execute(connection, message)
