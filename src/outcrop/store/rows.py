"""How many rows travel to the database in one statement. Knows no table.

SQLite is in this process, and takes them one by one. To PostgreSQL each row would be a message of its own, or a
statement whose text is read anew for each number of rows, so it gets one parameter, a JSON array, and takes it apart:
the same INSERT or UPDATE, prepared once.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Final, final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    Text,
    bindparam,
    cast,
    column,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from outcrop.store.prepared import Prepared, Sent

Row = Mapping[str, str | int | None]


@final
class Adding:
    """Adds rows to a table."""

    def __init__(self, table: Table, names: Sequence[str]) -> None:
        """`names` are the columns that rows fill."""
        self._each: Final = Prepared(insert(table).values({name: bindparam(name) for name in names}))
        unpacked = func.jsonb_to_recordset(cast(bindparam("rows", type_=Text, required=True), JSONB))
        row = unpacked.table_valued(*(column(name, table.c[name].type) for name in names), name="given")
        taken = select(*row.render_derived(with_types=True).c)
        self._all: Final = Prepared(insert(table).from_select(list(names), taken))

    def add(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Add some, in their order."""
        if connection.dialect.name == "postgresql" and len(rows) > 1:
            self._all.send(connection, [{"rows": json.dumps(rows)}])
        else:
            self._each.send(connection, rows)


@final
class Changing:
    """Changes rows of a table that have ids, as far as a condition holds."""

    def __init__(self, table: Table, condition: ColumnElement[bool], same: Row, names: Sequence[str]) -> None:
        """`same` is what all get; `names` are the columns of which each gets its own value."""
        own = {name: bindparam(name, type_=table.c[name].type) for name in names}
        there = table.c.id == bindparam("key")
        self._each: Final = Prepared(update(table).where(there, condition).values({**same, **own}))
        given = select(cast(bindparam("rows", type_=Text, required=True), JSONB)).scalar_subquery()  # is read once
        ids = func.array(select(func.jsonb_object_keys(given)).scalar_subquery())
        theirs = given.op("->")(table.c.id)
        taken = {name: cast(theirs.op("->>")(literal_column(f"'{name}'")), table.c[name].type) for name in names}
        there = table.c.id == func.any(ids)  # not a join: planned while there are few, that would read all of them
        self._all: Final = Prepared(update(table).where(there, condition).values({**same, **taken}))

    def send(self, connection: Connection, rows: Mapping[str, Row]) -> Sent:
        """Change some, each of which is its own values by its id."""
        if connection.dialect.name == "postgresql" and len(rows) > 1:
            return self._all.send(connection, [{"rows": json.dumps(rows)}])
        return self._each.send(connection, [{"key": key, **row} for key, row in rows.items()])
