"""Comparisons as rows, on each database: one request makes one, and an account sees its own alone."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from outcrop.store.accounts import Account, add_account
from outcrop.store.comparisons import (
    Axis,
    Comparison,
    add_comparison,
    delete_comparison,
    find_comparison,
    find_comparison_of_request,
    list_comparisons,
    rename_comparison,
)
from outcrop.units import Micros
from tests.databases import Place

ACCOUNT = "111111111111"
GRID = Comparison(
    id="0" * 15 + "1",
    account_id=ACCOUNT,
    user_name="tester",
    created_at=1,
    token="mine",
    digest="d" * 64,
    name="ein Ölbild 🦊",
    down=Axis(by="seed", values=("1", "2")),
    across=Axis(by="model", values=("Core", "Ultra")),
    jobs=tuple(f"job{number:09d}" for number in range(4)),
    price=Micros(360_000),
)


def test_a_comparison_is_kept_with_all_that_is_said_of_it(place: Place) -> None:
    """And found by its id, by its request and in its account's list, the newest first; by nobody else."""
    other = replace(GRID, id="0" * 15 + "2", token=None)
    with place.open() as database:
        with database.writing() as connection:
            add_account(connection, Account(id=ACCOUNT, name="a", created_at=0))
            add_comparison(connection, GRID)
            add_comparison(connection, other)
        with database.reading() as connection:
            assert find_comparison(connection, ACCOUNT, GRID.id) == GRID
            assert find_comparison_of_request(connection, ACCOUNT, "mine") == GRID
            assert list_comparisons(connection, ACCOUNT, None, 10) == [other, GRID]
            assert list_comparisons(connection, ACCOUNT, other.id, 10) == [GRID]
            assert find_comparison(connection, "2" * 12, GRID.id) is None
            assert find_comparison_of_request(connection, "2" * 12, "mine") is None
        with pytest.raises(IntegrityError), database.writing() as connection:
            add_comparison(connection, replace(GRID, id="0" * 16))


def test_a_comparison_is_renamed_and_deleted(place: Place) -> None:
    """Deleted, it is in no list, and still known to its request and to whoever asks for those too; once and for all."""
    with place.open() as database:
        with database.writing() as connection:
            add_account(connection, Account(id=ACCOUNT, name="a", created_at=0))
            add_comparison(connection, GRID)
            rename_comparison(connection, GRID.id, "other")
            delete_comparison(connection, GRID.id, 5)
            delete_comparison(connection, GRID.id, 6)
        gone = replace(GRID, name="other", deleted_at=5)
        with database.reading() as connection:
            assert find_comparison(connection, ACCOUNT, GRID.id) is None
            assert list_comparisons(connection, ACCOUNT, None, 10) == []
            assert find_comparison(connection, ACCOUNT, GRID.id, deleted=True) == gone
            assert find_comparison_of_request(connection, ACCOUNT, "mine") == gone
