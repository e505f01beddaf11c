"""Draft sets as rows, on each database: one request makes one set, and a draft one final in each way."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from outcrop.store.accounts import Account, add_account
from outcrop.store.drafts import (
    Draft,
    DraftSet,
    Finished,
    Pick,
    add_final,
    add_set,
    drafts_of,
    finals_of,
    find_set,
    find_set_of_request,
    list_sets,
    picks_of,
    put_picks,
)
from outcrop.units import Micros
from tests.databases import Place

ACCOUNT = "111111111111"
SET = DraftSet(
    id="0" * 15 + "1",
    account_id=ACCOUNT,
    user_name="tester",
    created_at=1,
    token="mine",
    digest="d" * 64,
    model_id="draws",
    finish_on="finishes",
    prompt="ein Ölbild 🦊",
    negative_prompt="",
    aspect_ratio="1:1",
    campaign="winter",
    price=Micros(40_000),
    price_if_all=Micros(140_000),
    tags={"who": "us"},
)
DRAFTS = [Draft(number=number, seed=4_294_967_295 - number, job_id=f"job{number:09d}") for number in (1, 2)]
FINAL = Finished(number=2, model_id="finishes", strength=0.6, refined=False, prompt="a fox", job_id="job000000003")


def test_a_set_is_kept_with_all_that_is_said_of_it(place: Place) -> None:
    """And found by its id, by its request and in its account's list, the newest first."""
    other = replace(SET, id="0" * 15 + "2", token=None, campaign=None, tags={})
    with place.open() as database:
        with database.writing() as connection:
            add_account(connection, Account(id=ACCOUNT, name="a", created_at=0))
            add_set(connection, SET, DRAFTS)
            add_set(connection, other, DRAFTS)
            put_picks(connection, SET.id, [Pick(number=1, rank=1)])
            put_picks(connection, SET.id, [Pick(number=1, rank=2), Pick(number=2, rank=1, note="the light")])
            add_final(connection, SET.id, FINAL)
            add_final(connection, SET.id, replace(FINAL, strength=0.601, job_id="job000000004"))
        with database.reading() as connection:
            assert find_set(connection, SET.id) == find_set_of_request(connection, ACCOUNT, "mine") == SET
            assert list_sets(connection, ACCOUNT, None, 10) == [other, SET]
            assert list_sets(connection, ACCOUNT, other.id, 10) == [SET]
            assert drafts_of(connection, SET.id) == DRAFTS
            assert [(pick.number, pick.note) for pick in picks_of(connection, SET.id)] == [(2, "the light"), (1, "")]
            assert finals_of(connection, SET.id)[0] == FINAL
            assert [final.strength for final in finals_of(connection, SET.id)] == [0.6, 0.601]
            assert find_set(connection, "nobody") is None


def test_what_is_there_once_cannot_be_there_twice(place: Place) -> None:
    """A set of a token, and a final of a draft in one way."""
    with place.open() as database:
        with database.writing() as connection:
            add_account(connection, Account(id=ACCOUNT, name="a", created_at=0))
            add_set(connection, SET, DRAFTS)
            add_final(connection, SET.id, FINAL)
        with pytest.raises(IntegrityError), database.writing() as connection:
            add_set(connection, replace(SET, id="0" * 16), [])
        with pytest.raises(IntegrityError), database.writing() as connection:
            add_final(connection, SET.id, replace(FINAL, job_id="job000000009", prompt="another"))
