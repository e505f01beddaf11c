"""Statements of every call: written out in SQL once, and from then on handed to the driver as they are.

SQLAlchemy's own way to the driver touches so much memory at each execution that a call, which comes when a picture has
just emptied the processor's caches, waits for it several times as long as for the database. Knows no table.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Self, cast, final

from sqlalchemy import Connection, Delete, Dialect, Insert, Select, Update
from sqlalchemy.exc import DBAPIError

Statement = Select[Any] | Insert | Update | Delete
Values = Mapping[str, object]
"""What is put in place of a statement's parameters, by their names."""
PIPELINED: Final = "pipelined"
"""What a connection says of itself while it is."""
Row = Any
"""A named tuple of the statement's columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """A statement in the SQL of one kind of database."""

    sql: str
    fixed: Values
    """Parameters whose values stand in the statement itself."""
    read: Callable[[Sequence[object]], Row]
    """Makes a row of what the driver gives."""


@final
class Sent:
    """A statement that the database has been given; in a pipeline, what came of it is known later."""

    def __init__(self, connection: Connection, written: _Written, cursors: Sequence[Any]) -> None:
        self._connection: Final = connection
        self._written: Final = written
        self._cursors: Final = cursors
        self._rows: list[Row] | None = None

    def rows(self) -> list[Row]:
        """All that is found; waits for it.

        Raises: DBAPIError.
        """
        if self._rows is None:
            (cursor,) = self._cursors
            try:
                self._rows = [self._written.read(row) for row in cursor.fetchall()]
            except self._connection.dialect.loaded_dbapi.Error as error:
                raise failure(self._connection, error, self._written.sql, cursor) from error
        return self._rows

    def fetched(self) -> Self:
        """The same, when all rows are there."""
        self.rows()
        return self

    @property
    def changed(self) -> int:
        """How many rows it has changed; in a pipeline, to be asked when that has ended."""
        counts = [cast("int", cursor.rowcount) for cursor in self._cursors]
        assert all(count >= 0 for count in counts)
        return sum(counts)


@final
class Prepared:
    """A statement whose parameters have names; none of them is a list."""

    def __init__(self, statement: Statement) -> None:
        self._statement: Final = statement

    def ask(self, connection: Connection, values: Values | None = None) -> Sent:
        """Ask for what is found now; in a pipeline, without waiting for it."""
        sent = self.send(connection, [values or {}])
        return sent if is_pipelined(connection) else sent.fetched()

    def rows(self, connection: Connection, values: Values | None = None) -> list[Row]:
        """All that is found."""
        return self.ask(connection, values).rows()

    def row(self, connection: Connection, values: Values) -> Row | None:
        """The first that is found, if anything is."""
        return next(iter(self.rows(connection, values)), None)

    def send(self, connection: Connection, each: Iterable[Values]) -> Sent:
        """Do it once with each of some values; in a pipeline, without waiting for it."""
        written = _written(self._statement, connection.dialect)
        given = [{**written.fixed, **values} for values in each]
        if is_pipelined(connection):  # the driver would wait after several at once
            cursors = [execute(connection, written.sql, values) for values in given]
        else:
            cursors = [execute(connection, written.sql, *given)] if given else []
        return Sent(connection, written, cursors)

    def change(self, connection: Connection, each: Iterable[Values]) -> int:
        """Do it once with each of some values; tells how many rows that has changed."""
        return self.send(connection, each).changed


def is_pipelined(connection: Connection) -> bool:
    """Whether statements do not wait for each other, see `store.pipeline`."""
    return PIPELINED in connection.info


def execute(connection: Connection, sql: str, *values: Values) -> Any:  # noqa: ANN401 - the driver's cursor
    """Have the driver do what is written, once, or once with each of several values.

    Raises: DBAPIError.
    """
    driver = connection.connection.driver_connection
    assert driver is not None
    cursor = driver.cursor()
    try:
        if len(values) > 1:
            cursor.executemany(sql, values)
        else:
            cursor.execute(sql, *values)
    except connection.dialect.loaded_dbapi.Error as error:
        raise failure(connection, error, sql, cursor) from error
    return cursor


def failure(connection: Connection, error: Any, sql: str, cursor: Any = None) -> DBAPIError:  # noqa: ANN401 - the driver's
    """The driver's error as SQLAlchemy's, which does not tell the values."""
    dialect = connection.dialect
    driver = connection.connection.driver_connection
    found: Any = DBAPIError.instance(
        sql,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=dialect.is_disconnect(error, driver, cursor),
        dialect=dialect,
    )
    return cast("DBAPIError", found)


@lru_cache(maxsize=256)
def _written(statement: Statement, dialect: Dialect) -> _Written:
    compiled = statement.compile(dialect=dialect)
    return _Written(
        sql=str(compiled),
        fixed={name: bound.value for name, bound in compiled.binds.items() if not bound.required},
        read=_reader(statement, dialect) if isinstance(statement, Select) else tuple,
    )


def _reader(statement: Select[Any], dialect: Dialect) -> Callable[[Sequence[object]], Row]:
    columns = statement.selected_columns
    row = namedtuple("Row", columns.keys())  # type: ignore[misc]  # noqa: PYI024 - its names are the statement's
    readers = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
    if not any(readers):
        return row._make
    return lambda found: row._make(
        value if read is None else read(value) for value, read in zip(found, readers, strict=True)
    )
