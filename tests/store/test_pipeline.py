"""Statements that do not wait for each other: on both databases all of them hold, or none, and what failed is said."""

import logging

import pytest

from outcrop.errors import BudgetSpent, ImpossibleBooking
from outcrop.store.database import Clash, Database, Failure
from outcrop.store.pipeline import Pipeline
from outcrop.store.prepared import execute, is_pipelined
from tests.databases import Cluster, Place
from tests.store.test_prepared import ADD, FIND, RENAME, found, values

ORDER = ImpossibleBooking("not as it was")


def add(pipeline: Pipeline, *numbers: int) -> None:
    """Accounts, each of which is to be new."""
    pipeline.expect(ADD.send(pipeline.connection, map(values, numbers)), len(numbers), ORDER)


def rename(pipeline: Pipeline, number: int) -> None:
    """An account that is to be there."""
    row = {"key": f"{number:012d}", "to": f"other-{number}"}
    pipeline.expect(RENAME.send(pipeline.connection, [row]), 1, ORDER)


def ids(*numbers: int) -> list[str]:
    """Of accounts."""
    return [f"{number:012d}" for number in numbers]


def test_all_of_it_holds(place: Place) -> None:
    """What is asked for is answered in its place among the others, and again in the next transaction."""
    with place.open() as database:
        for first in (1, 4):
            with database.posting() as pipeline:
                add(pipeline, first, first + 1)
                there = FIND.ask(pipeline.connection, {"since": first})
                rename(pipeline, first)
                add(pipeline, first + 2)
                assert [row.id for row in there.rows()] == ids(first, first + 1)
            assert not is_pipelined(pipeline.connection)
        assert found(database) == ids(1, 2, 3, 4, 5, 6)


def test_what_is_not_as_expected_undoes_all_of_it(place: Place) -> None:
    """Before anything holds; and the next transaction is as good as any."""

    def post(database: Database) -> None:
        with database.posting() as pipeline:
            add(pipeline, 1)
            rename(pipeline, 2)
            add(pipeline, 3)

    with place.open() as database:
        with pytest.raises(ImpossibleBooking, match="not as it was"):
            post(database)
        assert found(database) == []
        works(database)


@pytest.mark.parametrize("reads", [False, True])
def test_what_fails_is_said_as_it_is(place: Place, caplog: pytest.LogCaptureFixture, *, reads: bool) -> None:
    """What came after it and was thus not done is not what is told of, nor is it logged."""

    def post(database: Database) -> None:
        with database.posting() as pipeline:
            add(pipeline, 1)
            add(pipeline, 1)
            add(pipeline, 2)
            if reads:
                FIND.ask(pipeline.connection, {"since": 0}).rows()

    with place.open() as database, caplog.at_level(logging.WARNING):
        with pytest.raises(Clash):
            post(database)
        assert found(database) == []
        works(database)
    assert caplog.records == []


def test_an_error_within_undoes_all_of_it(place: Place) -> None:
    """Whatever is still on its way, and whatever would come of it."""

    def post(database: Database) -> None:
        with database.posting() as pipeline:
            add(pipeline, 1)
            rename(pipeline, 2)
            raise BudgetSpent("enough")

    with place.open() as database:
        for _ in range(2):
            with pytest.raises(BudgetSpent, match="enough"):
                post(database)
        assert found(database) == []
        works(database)


def works(database: Database) -> None:
    """Something can be written."""
    with database.posting() as pipeline:
        add(pipeline, 7)
    assert found(database) == ids(7)


def test_a_database_that_went_away_is_reached_again(postgresql: Cluster) -> None:
    """One transaction fails, and none after it."""
    with postgresql.database() as name, Place(home=postgresql.folder, url=postgresql.url(name)).open() as database:
        with database.reading() as one:
            pid = execute(one, "SELECT pg_backend_pid()").fetchone()[0]
        postgresql.administer(f"SELECT pg_terminate_backend({pid}, 5000)")
        with pytest.raises(Failure), database.posting() as pipeline:
            add(pipeline, 1)
        works(database)
