"""Prepared statements: on both databases what SQLAlchemy would find, change and raise."""

import pytest
from sqlalchemy import bindparam, insert, select, update

from outcrop.store.accounts import Account, User, add_account, add_user
from outcrop.store.database import Clash, Database, Failure
from outcrop.store.prepared import Prepared, execute
from outcrop.store.tables import access_keys, accounts, bookings
from tests.databases import Cluster, Place

ADD = Prepared(insert(accounts))
RENAME = Prepared(update(accounts).where(accounts.c.id == bindparam("key")).values(name=bindparam("to")))
FIND = Prepared(
    select(accounts).where(accounts.c.created_at >= bindparam("since"), accounts.c.id != "none").order_by(accounts.c.id)
)
KEYS = select(access_keys).order_by(access_keys.c.id)


def values(number: int) -> dict[str, object]:
    """Of some account."""
    return {"id": f"{number:012d}", "name": f"name-{number}", "created_at": number}


def test_rows_have_names(place: Place) -> None:
    """In the statement's order, and the first alone where one is asked for."""
    with place.open() as database, database.writing() as connection:
        assert ADD.change(connection, map(values, (1, 2, 3))) == 3
        assert [row._asdict() for row in FIND.rows(connection, {"since": 2})] == [values(2), values(3)]
        first = FIND.row(connection, {"since": 3})
        assert first is not None
        assert first.name == "name-3"
        assert FIND.row(connection, {"since": 4}) is None


def test_changes_are_counted(place: Place) -> None:
    """Over all values; none at all is no statement."""
    with place.open() as database, database.writing() as connection:
        ADD.change(connection, [values(1), values(2)])
        renamed = [{"key": f"{number:012d}", "to": f"other-{number}"} for number in (1, 2, 3)]
        assert RENAME.change(connection, renamed) == 2
        assert RENAME.change(connection, renamed[2:]) == 0
        assert RENAME.change(connection, []) == 0
        assert [row.name for row in FIND.rows(connection, {"since": 0})] == ["other-1", "other-2"]


def test_types_are_those_of_the_tables(place: Place) -> None:
    """What SQLite keeps as a number is true or false, and bytes are bytes, as SQLAlchemy reads them."""
    user = User(id="AIDA1", account_id=f"{1:012d}", name="ada", created_at=1)
    key = {
        "id": "AKIA1",
        "user_id": user.id,
        "secret": b"\x00\xff",
        "token_digest": None,
        "active": True,
        "this_machine_only": False,
        "created_at": 2,
        "expires_at": 2**40,
    }
    with place.open() as database, database.writing() as connection:
        add_account(connection, Account(id=user.account_id, name="home", created_at=1))
        add_user(connection, user)
        Prepared(insert(access_keys)).change(connection, [key])
        (found,) = Prepared(KEYS).rows(connection)
        assert found._asdict() == dict(next(connection.execute(KEYS).mappings())) == key
        assert (type(found.active), type(found.secret)) == (bool, bytes)


def test_what_is_there_already_clashes(place: Place) -> None:
    """As an error that does not tell the values, and nothing of the transaction is kept."""
    with place.open() as database:
        with pytest.raises(Clash) as clash, database.writing() as connection:
            ADD.change(connection, [values(1), values(1)])
        assert "name-1'" not in str(clash.value)
        assert found(database) == []


def test_a_value_that_is_missing_is_no_null(place: Place) -> None:
    """Where the statement needs one, the driver says so."""
    with place.open() as database:
        with pytest.raises(Failure), database.writing() as connection:
            Prepared(insert(bookings)).change(connection, [{"id": "one"}])
        assert found(database) == []


def found(database: Database) -> list[str]:
    """The ids of all accounts."""
    with database.reading() as connection:
        return [row.id for row in FIND.rows(connection, {"since": 0})]


def test_a_database_that_went_away_is_reached_again(postgresql: Cluster) -> None:
    """One transaction fails, and none after it, however many connections there were."""
    with postgresql.database() as name, Place(home=postgresql.folder, url=postgresql.url(name)).open() as database:
        with database.reading() as one, database.reading() as other:
            pids = [execute(each, "SELECT pg_backend_pid()").fetchone()[0] for each in (one, other)]
        for pid in pids:
            postgresql.administer(f"SELECT pg_terminate_backend({pid}, 5000)")
        with pytest.raises(Failure):
            found(database)
        assert found(database) == []
        assert found(database) == []
