"""What the database keeps of assets: found, searched page by page, tagged, and left as stubs."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from outcrop.store.accounts import Account, add_account
from outcrop.store.asset_erasures import erasure_of, erasures_due, forget_erasures, put_erasure, remove_erasure
from outcrop.store.assets import (
    Asset,
    Parent,
    SoughtAssets,
    add_asset,
    assets_of_job,
    change_asset,
    children_of,
    find_asset,
    find_asset_of_job,
    find_asset_or_stub,
    find_assets,
    hold_asset,
    is_used,
    leave_stub,
    list_assets,
    pin_assets,
    put_asset_tags,
)
from outcrop.store.database import Connection
from tests.databases import Place

A, B = "111111111111", "222222222222"


def asset(which: int, **given: Any) -> Asset:  # noqa: ANN401 - fields of an asset
    """Some asset."""
    values: dict[str, Any] = {"id": f"{which:016d}", "account_id": A, "user_name": "tester", "kind": "picture"}
    values |= {"digest": f"{which:064d}", "created_at": which, "format": "png", "width": 64, "height": 32}
    return Asset(**values | {"size_bytes": 7} | given)


def add(connection: Connection, *added: Asset) -> None:
    """Two accounts, and assets."""
    for account in (A, B):
        add_account(connection, Account(id=account, name=f"of {account}", created_at=0))
    for one in added:
        add_asset(connection, one)


def ids(found: list[Asset]) -> list[int]:
    """Their numbers."""
    return [int(one.id) for one in found]


def test_an_asset_comes_back_as_it_was_kept(place: Place) -> None:
    """With tags, parents and every field."""
    parent = asset(1, kind="upload")
    child = asset(
        2,
        model_id="m",
        operation="o",
        prompt="p",
        negative_prompt="n",
        seed=2**32 - 1,
        recipe="{}",
        job_id="j",
        number=3,
        set_id="s",
        campaign="c",
        name="x",
        alt="y",
        held="held",
        pinned=True,
        phash=-(2**63),
        tags={"a": "1", "b": "2"},
        parents=(Parent(asset_id=parent.id, role="draft"), Parent(asset_id=parent.id, role="mask")),
    )
    with place.open() as database:
        with database.writing() as connection:
            add(connection, parent, child)
        with database.reading() as connection:
            assert find_asset(connection, child.id) == child
            assert find_asset_of_job(connection, "j", 3) == child
            assert assets_of_job(connection, "j") == [child]
            assert find_assets(connection, [child.id, parent.id, "none"]) == [parent, child]
            assert children_of(connection, parent.id) == [child]
            assert find_asset(connection, "none") is None


def test_a_job_leaves_each_of_its_assets_once(place: Place) -> None:
    """The database itself holds it, whoever asks."""
    with place.open() as database:
        with database.writing() as connection:
            add(connection, asset(1, job_id="j", number=1), asset(2), asset(3))
        with pytest.raises(IntegrityError), database.writing() as connection:
            add_asset(connection, asset(4, job_id="j", number=1))


@pytest.mark.parametrize(
    ("sought", "expected"),
    [
        ({}, [5, 4, 3, 2, 1]),
        ({"words": ["FOX"]}, [4, 1]),
        ({"words": ["fox", "snow"]}, [1]),
        ({"words": ["100%"]}, [2]),
        ({"words": ["_"]}, []),
        ({"words": ["straße"]}, [3]),
        ({"words": ["éCLAIR"]}, [4]),
        ({"tags": [("season", None)]}, [5, 2, 1]),
        ({"tags": [("season", "winter")]}, [5, 1]),
        ({"tags": [("season", "winter"), ("site", None)]}, [5]),
        ({"campaign": "spring"}, [2]),
        ({"model_id": "core"}, [1]),
        ({"operation": "inpaint"}, [3]),
        ({"kind": "upload"}, [5]),
        ({"job_id": "j"}, [3]),
        ({"set_id": "s"}, [4]),
        ({"held": "held"}, [2]),
        ({"pinned": True}, [3]),
        ({"pinned": False, "since": 2, "until": 4}, [2]),
        ({"before": f"{4:016d}", "most": 2}, [3, 2]),
        ({"account_id": B}, [6]),
        ({"account_id": None}, [6, 5, 4, 3, 2, 1]),
    ],
)
def test_assets_are_found_by_what_is_said_of_them(place: Place, sought: dict[str, Any], expected: list[int]) -> None:
    """Newest first; every account's own."""
    there = (
        asset(1, prompt="A fox in the snow", tags={"season": "winter"}, model_id="core"),
        asset(2, prompt="100% wool", campaign="spring", tags={"season": "spring"}, held="held"),
        asset(3, name="Hauptstrasse", operation="inpaint", job_id="j", number=1, pinned=True),
        asset(4, alt="a Fox, an éclair", set_id="s"),
        asset(5, kind="upload", tags={"season": "winter", "site": "x"}),
        asset(6, account_id=B, prompt="fox"),
    )
    with place.open() as database:
        with database.writing() as connection:
            add(connection, *there)
        with database.reading() as connection:
            assert ids(list_assets(connection, SoughtAssets(**{"account_id": A} | sought))) == expected


def test_pages_stay_what_they_are_while_assets_come_and_go(place: Place) -> None:
    """Nothing is shown twice, and nothing that was there all the time is left out."""
    with place.open() as database, database.writing() as connection:
        add(connection, *(asset(number) for number in range(1, 8)))
        first = list_assets(connection, SoughtAssets(account_id=A, most=3))
        add_asset(connection, asset(8))
        leave_stub(connection, first[-1].id, 9)
        leave_stub(connection, asset(3).id, 9)
        second = list_assets(connection, SoughtAssets(account_id=A, most=3, before=first[-1].id))
    assert ids(first) == [7, 6, 5]
    assert ids(second) == [4, 2, 1]


def test_what_is_said_of_an_asset_changes_and_is_found(place: Place) -> None:
    """A new name is searched, the prompt still is; tags are put in place of others."""
    with place.open() as database, database.writing() as connection:
        add(connection, asset(1, prompt="a fox", tags={"old": "1"}))
        change_asset(connection, asset(1, prompt="a fox"), {"name": "Hero", "campaign": "c"})
        put_asset_tags(connection, asset(1), {"new": "2"})
        pin_assets(connection, [asset(1).id], pinned=True)
        assert hold_asset(connection, asset(1).id, "rejected")
        (found,) = list_assets(connection, SoughtAssets(account_id=A, words=["hero", "fox"]))
        assert (found.name, found.campaign, found.tags) == ("Hero", "c", {"new": "2"})
        assert (found.pinned, found.held) == (True, "rejected")
        assert not hold_asset(connection, "none", None)


def test_a_stub_says_nothing_but_that_it_was(place: Place) -> None:
    """Its children keep a parent; its job would not make it again."""
    kept = asset(1, prompt="a secret", name="n", alt="a", recipe="{}", job_id="j", number=1, tags={"k": "v"}, seed=4)
    child = asset(2, parents=(Parent(asset_id=kept.id, role="draft"),))
    with place.open() as database, database.writing() as connection:
        add(connection, kept, child)
        assert is_used(connection, kept.digest)
        assert leave_stub(connection, kept.id, 9)
        assert not leave_stub(connection, kept.id, 10)
        assert not is_used(connection, kept.digest)
        assert find_asset(connection, kept.id) is None
        assert list_assets(connection, SoughtAssets(account_id=A, words=["secret"])) == []
        stub = find_asset_or_stub(connection, kept.id)
        assert stub == replace(asset(1), deleted_at=9, digest="", job_id="j", number=1)
        assert find_asset_of_job(connection, "j", 1) == stub
        assert find_asset(connection, child.id) == child


def test_erasures_are_due_begun_and_done(place: Place) -> None:
    """One that somebody began and left is due again; what is done is remembered for a while."""
    with place.open() as database, database.writing() as connection:
        for digest, at in (("a", 5), ("b", 9), ("c", 3)):
            put_erasure(connection, digest, "due", at)
        assert erasures_due(connection, 5, 0) == ["c", "a"]
        put_erasure(connection, "c", "begun", 6)
        assert erasures_due(connection, 7, 6) == ["a"]
        assert erasures_due(connection, 7, 7) == ["a", "c"]
        put_erasure(connection, "c", "done", 8)
        assert erasures_due(connection, 8, 99) == ["a"]
        forget_erasures(connection, 8)
        assert erasure_of(connection, "c") == "done"
        forget_erasures(connection, 9)
        assert erasure_of(connection, "c") is None
        remove_erasure(connection, "a")
        assert erasure_of(connection, "a") is None
        assert erasure_of(connection, "b") == "due"
