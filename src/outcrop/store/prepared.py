"""Statements of every call: written out in SQL once, and from then on handed to the driver as they are.

SQLAlchemy's own way to the driver touches so much memory at each execution that a call, which comes when a picture has
just emptied the processor's caches, waits for it several times as long as for the database. Knows no table.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, cast, final

from sqlalchemy import Connection, Delete, Dialect, Insert, Select, Update
from sqlalchemy.exc import DBAPIError

Statement = Select[Any] | Insert | Update | Delete
Values = Mapping[str, object]
"""What is put in place of a statement's parameters, by their names."""
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
class Prepared:
    """A statement whose parameters have names; none of them is a list."""

    def __init__(self, statement: Statement) -> None:
        self._statement: Final = statement

    def rows(self, connection: Connection, values: Values | None = None) -> list[Row]:
        """All that is found."""
        written = _written(self._statement, connection.dialect)
        cursor = execute(connection, written.sql, {**written.fixed, **(values or {})})
        return [written.read(row) for row in cursor.fetchall()]

    def row(self, connection: Connection, values: Values) -> Row | None:
        """The first that is found, if anything is."""
        return next(iter(self.rows(connection, values)), None)

    def change(self, connection: Connection, each: Iterable[Values]) -> int:
        """Do it once with each of some values; tells how many rows that has changed."""
        written = _written(self._statement, connection.dialect)
        given = [{**written.fixed, **values} for values in each]
        return cast("int", execute(connection, written.sql, *given).rowcount) if given else 0


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
        dialect = connection.dialect
        raise DBAPIError.instance(
            sql,
            None,
            error,
            dialect.loaded_dbapi.Error,
            hide_parameters=True,
            connection_invalidated=dialect.is_disconnect(error, driver, cursor),
            dialect=dialect,
        ) from error
    return cursor


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
