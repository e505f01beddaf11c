"""What only PostgreSQL can do wrong: it is not there, not installed, or named in a way that nobody reads."""

import sys
from pathlib import Path

import pytest

from outcrop.errors import BadSettings
from outcrop.store.costs import Span, totals
from outcrop.store.database import open_database
from outcrop.store.postgresql import SESSION
from tests.databases import Cluster


def test_a_database_that_cannot_be_reached_is_named_without_its_password(tmp_path: Path) -> None:
    """And the server's own words are given."""
    with pytest.raises(BadSettings, match=r"postgresql\+psycopg://me:\*\*\*@/none\?host=.* cannot be used: .*No such"):
        open_database(tmp_path, f"postgresql://me:secret@/none?host={tmp_path}")


def test_a_database_that_is_not_there_is_named(postgresql: Cluster, tmp_path: Path) -> None:
    """On a server that is."""
    with pytest.raises(BadSettings, match=r'cannot be used: .*database "none" does not exist; see to it that it is th'):
        open_database(tmp_path, postgresql.url("none"))


@pytest.mark.parametrize("url", ["postgresql://host:port/name", "nonsense"])
def test_a_url_that_is_none_is_refused(tmp_path: Path, url: str) -> None:
    """Before anything is reached."""
    with pytest.raises(BadSettings, match="URL cannot be read"):
        open_database(tmp_path, url)


def test_without_psycopg_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes with an extra."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(BadSettings, match=r"pip install 'outcrop\[postgres\]'"):
        open_database(tmp_path, "postgresql://host/name")


def test_nobody_who_is_gone_holds_others_up(postgresql: Cluster, tmp_path: Path) -> None:
    """A connection ends its transaction when it says nothing more, and waits no longer for its turn than in SQLite."""
    with (
        postgresql.database() as name,
        open_database(tmp_path, postgresql.url(name)) as database,
        database.reading() as connection,
    ):
        shown = [connection.exec_driver_sql(f"SHOW {statement.split()[1]}").scalar() for statement in SESSION]
    assert shown[:2] == ["10s", "1min"]


def test_sums_are_hashed_however_old_the_statistics_are(postgresql: Cluster, tmp_path: Path) -> None:
    """A plan for one row, fetched by an index and sorted, would do for a million; it ends with its transaction."""
    with postgresql.database("migrated") as name, open_database(tmp_path, postgresql.url(name)) as database:
        with database.reading() as connection:
            assert totals(connection, Span(since=0, until=1), ["model_id"]) == []
            shown = [
                connection.exec_driver_sql(f"SHOW {name}").scalar() for name in ("enable_sort", "enable_indexscan")
            ]
        assert shown == ["off", "off"]
        with database.reading() as connection:
            assert connection.exec_driver_sql("SHOW enable_sort").scalar() == "on"
