"""The database: made, migrated, shared by writers, and refused when it is none of ours."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from outcrop.errors import AlreadyThere, BadSettings, StorageFailed
from outcrop.store.accounts import Account, add_account, list_accounts
from outcrop.store.database import NEWEST, Connection, Database, open_database
from outcrop.store.draft_tables import drafts
from outcrop.store.job_tables import jobs
from outcrop.store.migrate import FOLDER, migrate, take_back
from tests.databases import Place

MANY = 500
"""Accounts that take some pages."""
REVISIONS = [f"{number:04d}" for number in range(1, int(NEWEST) + 1)]


def raw(place: Place) -> Engine:
    """An engine that prepares nothing and keeps no connection."""
    if place.url is None:
        return create_engine(f"sqlite:///{place.home / 'outcrop.db'}", poolclass=NullPool)
    return create_engine(make_url(place.url).set(drivername="postgresql+psycopg"), poolclass=NullPool)


def account(number: int) -> Account:
    """Some account."""
    return Account(id=f"{number:012d}", name=f"name-{number}", created_at=number)


def add_twice(database: Database) -> None:
    """Add the same account two times within one transaction."""
    with database.writing() as connection:
        add_account(connection, account(1))
        add_account(connection, account(1))


def test_the_newest_migration_is_the_newest_file() -> None:
    """The number in the code is the one in the folder."""
    files = sorted(path.stem for path in (FOLDER / "versions").glob("v*.py"))
    assert files[-1].startswith(f"v{NEWEST}_")
    assert [name[1:5] for name in files] == [f"{number:04d}" for number in range(1, len(files) + 1)]


def still_to_change(connection: Connection) -> list[object]:
    """What Alembic would change to come to the tables: columns, types, indices, references."""
    assert drafts.metadata is jobs.metadata  # the tables of both files stand in it
    return list(compare_metadata(MigrationContext.configure(connection), jobs.metadata))


def test_migrations_lead_to_the_tables(empty: Place) -> None:
    """What Alembic would still change is nothing."""
    with empty.open() as database, database.reading() as connection:
        assert still_to_change(connection) == []


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_every_older_database_is_brought_up_to_date(empty: Place, revision: str) -> None:
    """With what it holds."""
    with raw(empty).begin() as connection:
        migrate(connection, revision)
        add_account(connection, account(1))
    with empty.open() as database, database.reading() as connection:
        assert list_accounts(connection) == [account(1)]
        assert still_to_change(connection) == []


def test_migrations_lead_back_step_by_step(place: Place) -> None:
    """Down to nothing, and up again to the tables."""
    place.open().close()
    with raw(place).begin() as connection:
        for revision in (*reversed(REVISIONS[:-1]), "base"):
            take_back(connection, revision)
        assert inspect(connection).get_table_names() == ["alembic_version"]
        migrate(connection)
    with place.open() as database, database.reading() as connection:
        assert still_to_change(connection) == []


def test_it_writes_ahead_and_minds_references(tmp_path: Path) -> None:
    """Readers never wait for a writer, and no key is nobody's."""
    with open_database(tmp_path) as database, database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_a_file_is_near(place: Place) -> None:
    """A server that has to be asked is not: whoever asks it waits in a thread."""
    with place.open() as database:
        assert database.is_near == (place.url is None)


def test_a_reader_sees_one_moment(place: Place) -> None:
    """Whatever is written meanwhile."""
    with place.open() as database:
        with database.reading() as reader:
            assert list_accounts(reader) == []
            with database.writing() as writer:
                add_account(writer, account(1))
            assert list_accounts(reader) == []
        with database.reading() as reader:
            assert list_accounts(reader) == [account(1)]


def test_a_block_that_raises_changes_nothing(place: Place) -> None:
    """All of it holds, or none."""
    with place.open() as database:
        with pytest.raises(AlreadyThere):
            add_twice(database)
        with database.reading() as connection:
            assert list_accounts(connection) == []


def test_writers_take_turns(place: Place) -> None:
    """Eight at once, through two open databases: each adds what comes after the last, and none is lost."""
    with place.open() as one, place.open() as other:

        def add(number: int) -> None:
            with (one, other)[number % 2].writing() as connection:
                add_account(connection, account(len(list_accounts(connection))))

        with ThreadPoolExecutor(8) as threads:
            list(threads.map(add, range(24)))
        with one.reading() as connection:
            assert len(list_accounts(connection)) == 24


def test_two_that_begin_at_once_make_one_database(empty: Place) -> None:
    """Whichever migrates first."""
    with ThreadPoolExecutor(4) as threads:
        opened = list(threads.map(lambda _: empty.open(), range(4)))
    for database in opened:
        with database.reading() as connection:
            assert list_accounts(connection) == []
        database.close()


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    """And named."""
    (tmp_path / "outcrop.db").write_text("a novel " * 1000, encoding="utf-8")
    with pytest.raises(BadSettings, match=r"outcrop.db cannot be used: .*; move it away to begin anew"):
        open_database(tmp_path)
    assert (tmp_path / "outcrop.db").read_text(encoding="utf-8") == "a novel " * 1000


def test_a_newer_database_is_left_alone(place: Place) -> None:
    """The message says what to do."""
    place.open().close()
    with raw(place).begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(BadSettings, match=r"made by a newer Outcrop .*9999.*; upgrade Outcrop or set another"):
        place.open()


def test_a_place_that_cannot_hold_one_is_named(tmp_path: Path) -> None:
    """A file where the folder should be."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(BadSettings, match=r"Cannot keep a database in .*file: .*; set OUTCROP_HOME"):
        open_database(tmp_path / "file")


def bounded(connection: Connection, more: int) -> None:
    """Leave the database so many pages more than it has."""
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + more}")


def test_a_disk_that_is_full_says_so(tmp_path: Path) -> None:
    """Nothing of the transaction holds; when there is room again, the next one does."""
    with open_database(tmp_path) as database:
        with database.writing() as connection:
            bounded(connection, 0)
        with pytest.raises(StorageFailed, match="no room left") as refusal:
            _add_many(database)
        assert refusal.value.full
        with database.writing() as connection:
            assert list_accounts(connection) == []
            bounded(connection, 1000)
        _add_many(database)
        with database.reading() as connection:
            assert len(list_accounts(connection)) == MANY


def _add_many(database: Database) -> None:
    with database.writing() as connection:
        for number in range(MANY):
            add_account(connection, account(number))
