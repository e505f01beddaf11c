"""Blind ballots over the REST: nobody learns the sides before they voted, everybody votes once, and all is counted."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from outcrop.access.accounts import make_user
from outcrop.access.bearer import create_bearer_key
from outcrop.access.user_policies import put_managed_policy
from outcrop.catalog.load import Catalog
from outcrop.store.assets import hold_asset
from outcrop.store.ballots import find_ballot, votes_of
from tests.api.rest.test_comparisons import GRID, compared, seen_through
from tests.serving import ACCOUNT, SIGNED, Answer, Serving, serving

SEEDS = tuple(range(1, 9))
WIDE = GRID | {
    "down": {"by": "seed", "values": [str(seed) for seed in SEEDS]},
    "cells": [
        {"model": model, "body": {"prompt": "a fox", "seed": seed}} for seed in SEEDS for model in ("core", "ultra")
    ],
}

Told = dict[str, Any]
Headers = dict[str, str]


@pytest.fixture(scope="module")
def own(catalog: Catalog) -> Iterator[Serving]:
    """A server of this file's own."""
    with serving(catalog) as running:
        yield running


@pytest.fixture(scope="module")
def grid(own: Serving) -> Told:
    """A comparison of two models over eight seeds."""
    return compared(own, **WIDE)


@pytest.fixture
def ballot(own: Serving, grid: Told) -> Told:
    """A ballot on it."""
    answer = post(own, "/v1/ballots", {"comparison": grid["id"]})
    assert (answer.status, answer.headers["location"]) == (201, f"/v1/ballots/{answer.json['id']}")
    return answer.json


@pytest.fixture
def somebody(own: Serving) -> Headers:
    """Another member of the account, with a key."""
    with own.directory.database.writing() as connection:
        user = make_user(own.directory, connection, own.directory.random(6).hex(), ACCOUNT)
        put_managed_policy(own.directory, connection, user, "OutcropFullAccess")
        put_managed_policy(own.directory, connection, user, "BedrockFullAccess")
        key = create_bearer_key(own.directory, connection, user)
    return {"Authorization": f"Bearer {key.key}"}


def post(server: Serving, path: str, wanted: object, headers: Headers = SIGNED) -> Answer:
    """Ask for something."""
    return server.send("POST", path, json.dumps(wanted).encode(), headers)


def vote(server: Serving, ballot: Told, pair: int, found: str, headers: Headers = SIGNED) -> Answer:
    """Say what was found of a pair."""
    return post(server, f"/v1/ballots/{ballot['id']}/votes", {"pair": pair, "found": found}, headers)


def seen(server: Serving, ballot: Told, pair: int, side: str, headers: Headers = SIGNED) -> bytes:
    """What a member sees."""
    answer = server.send("GET", f"/v1/ballots/{ballot['id']}/pairs/{pair}/{side}", headers=headers)
    assert answer.status == 200, answer.json
    return answer.body


def voted_through(server: Serving, ballot: Told, found: str, headers: Headers = SIGNED) -> tuple[Told, list[int]]:
    """The ballot after a member has found the same of every pair, and the order in which they saw them."""
    told: Told = server.send("GET", f"/v1/ballots/{ballot['id']}", headers=headers).json
    order = []
    while told["next"] is not None:
        order.append(told["next"]["pair"])
        told = vote(server, ballot, order[-1], found, headers).json
    return told, order


def test_nothing_tells_the_sides_before_the_last_vote(own: Serving, grid: Told, ballot: Told) -> None:
    """Neither ids nor results are in any answer, and the pictures are pixels alone; then all of it is told."""
    secrets = [cell["asset"] for cell in grid["cells"]] + [grid["id"]]
    with own.directory.database.reading() as connection:
        kept = find_ballot(connection, ACCOUNT, ballot["id"])
    assert kept is not None
    told = ballot
    while told["next"] is not None:
        assert told["result"] is None
        assert not [secret for secret in (*secrets, kept.seed) if secret in json.dumps(told)]
        pair = told["next"]["pair"]
        with Image.open(BytesIO(seen(own, ballot, pair, "left"))) as image:
            assert (image.format, dict(image.info).keys() & {"exif", "xmp", "icc_profile", "Comment"}) == (
                "WEBP",
                set(),
            )
        told = vote(own, ballot, pair, "left").json
    assert (told["voted"], told["pairs"], told["members"]) == (8, 8, 1)
    assert told["result"]["comparison"] == grid["id"]
    by_id = {cell["asset"]: cell for cell in grid["cells"]}
    for one in told["result"]["mine"]:
        left, right = by_id[one["left"]["asset"]], by_id[one["right"]["asset"]]
        assert {left["number"], right["number"]} == set(kept.pairs[one["pair"] - 1])
        assert (one["left"]["contestant"] == "Core") == ("core" in left["model"])
        assert one["found"] == "left"
    wins = sum(one["left"]["contestant"] == "Core" for one in told["result"]["mine"])
    core, ultra = told["result"]["tally"]
    assert (core["wins"], core["losses"], core["ties"], core["share"]) == (wins, 8 - wins, 0, wins / 8)
    assert (ultra["wins"], ultra["contestant"]) == (8 - wins, "Ultra")
    assert core["low"] < core["share"] < core["high"] or core["share"] in {0, 1}


def test_what_is_seen_is_what_is_counted(own: Serving, ballot: Told) -> None:
    """The picture on a side is that of the asset which is told for it later."""
    shown = {pair: seen(own, ballot, pair, "left") for pair in range(1, 9)}
    told, _ = voted_through(own, ballot, "right")
    for one in told["result"]["mine"]:
        with own.directory.database.reading() as connection:
            asset = own.desk.library.find(connection, ACCOUNT, one["left"]["asset"])
        assert asset.pinned
        with (
            Image.open(BytesIO(own.desk.library.read(asset))) as first,
            Image.open(BytesIO(shown[one["pair"]])) as second,
        ):
            expected = first.convert("RGB").resize((1, 1)).getpixel((0, 0))
            found = second.resize((1, 1)).getpixel((0, 0))
        assert isinstance(expected, tuple)
        assert isinstance(found, tuple)
        assert all(abs(a - b) < 12 for a, b in zip(expected, found, strict=True))


def test_members_see_other_sides_in_another_order(own: Serving, ballot: Told, somebody: Headers) -> None:
    """And each their own again; whoever always says left says different things of the same pairs."""
    mine = [seen(own, ballot, pair, "left") for pair in range(1, 9)]
    theirs = [seen(own, ballot, pair, "left", somebody) for pair in range(1, 9)]
    assert mine == [seen(own, ballot, pair, "left") for pair in range(1, 9)]
    _, order = voted_through(own, ballot, "tie")
    before = own.send("GET", f"/v1/ballots/{ballot['id']}", headers=somebody).json
    assert (before["result"], before["voted"], before["members"]) == (None, 0, 1)
    told, other = voted_through(own, ballot, "left", somebody)
    assert sorted(order) == sorted(other) == list(range(1, 9))
    assert (mine, order) != (theirs, other)
    core, ultra = told["result"]["tally"]
    assert (core["ties"], core["wins"] + core["losses"], core["wins"]) == (8, 8, ultra["losses"])


def test_a_member_votes_once(own: Serving, ballot: Told) -> None:
    """However often and at once it comes; another vote on the same pair is refused."""
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: vote(own, ballot, 1, "left").status, range(16)))
    assert 200 in answers
    assert set(answers) <= {200, 409}
    assert vote(own, ballot, 1, "left").status == 200
    refused = vote(own, ballot, 1, "right")
    assert (refused.status, "does not change" in refused.json["detail"]) == (409, True)
    with own.directory.database.reading() as connection:
        assert len(votes_of(connection, ballot["id"])) == 1


def test_a_picture_that_is_gone_is_not_asked_about(own: Serving) -> None:
    """The pair is left out of the count of those to come, and neither shown nor taken."""
    told = compared(own)
    ballot = post(own, "/v1/ballots", {"comparison": told["id"]}).json
    with own.directory.database.writing() as connection:
        hold_asset(connection, told["cells"][0]["asset"], "held")
    left = own.send("GET", f"/v1/ballots/{ballot['id']}").json
    assert (left["pairs"], left["next"]["pair"], left["next"]["about"]) == (1, 2, "seed: 8")
    assert own.send("GET", f"/v1/ballots/{ballot['id']}/pairs/1/left").status == 404
    assert vote(own, ballot, 1, "tie").status == 409
    assert vote(own, ballot, 2, "tie").json["result"]["tally"][0]["ties"] == 1


def test_rows_can_be_voted_between(own: Serving, grid: Told) -> None:
    """Every two of a column; of eight rows that are twenty-eight, in two columns."""
    made = post(own, "/v1/ballots", {"comparison": grid["id"], "along": "down"}).json
    assert (made["by"], made["contestants"], made["pairs"]) == ("seed", [str(seed) for seed in SEEDS], 56)


def test_what_cannot_be_voted_on_is_refused(own: Serving, ballot: Told) -> None:
    """One column alone, pictures that failed, pairs and ballots that there are not."""
    one = {"by": "model", "values": ["Core"]}
    alone = compared(own, across=one, cells=[GRID["cells"][0], GRID["cells"][2]])
    refused = post(own, "/v1/ballots", {"comparison": alone["id"]})
    assert (refused.status, refused.json["detail"]) == (422, "There is one model alone; a vote needs two.")
    gone = compared(own)
    for cell in gone["cells"]:
        own.send("DELETE", f"/v1/assets/{cell['asset']}")
    assert post(own, "/v1/ballots", {"comparison": seen_through(own, gone["id"])["id"]}).status == 409
    assert vote(own, ballot, 9, "left").status == 422
    assert post(own, "/v1/ballots", {"comparison": "0" * 16}).status == 404
    for path in ("", "/pairs/1/left"):
        assert own.send("GET", f"/v1/ballots/{'0' * 16}{path}").status == 404


def test_those_that_there_are_are_listed(own: Serving, ballot: Told) -> None:
    """The newest first, a page at a time."""
    page = own.send("GET", "/v1/ballots?limit=1").json
    assert ([one["id"] for one in page["ballots"]], page["nextCursor"]) == ([ballot["id"]], ballot["id"])
    rest = own.send("GET", f"/v1/ballots?cursor={page['nextCursor']}").json
    assert ballot["id"] not in [one["id"] for one in rest["ballots"]]


def test_a_ballot_outlives_its_grid(own: Serving) -> None:
    """What came of it is told as before, but for where the grid is; no other ballot is made on that."""
    told = compared(own)
    ballot = post(own, "/v1/ballots", {"comparison": told["id"]}).json
    assert own.send("DELETE", f"/v1/comparisons/{told['id']}", headers=SIGNED).status == 204
    counted, _ = voted_through(own, ballot, "tie")
    assert (counted["name"], counted["result"]["comparison"], counted["result"]["tally"][0]["ties"]) == (
        told["name"],
        None,
        2,
    )
    assert post(own, "/v1/ballots", {"comparison": told["id"]}).status == 404


def test_a_ballot_is_deleted_with_its_votes(own: Serving, grid: Told, ballot: Told) -> None:
    """Its grid and its pictures stay; nobody votes on it any more."""
    vote(own, ballot, 1, "left")
    path = f"/v1/ballots/{ballot['id']}"
    assert [own.send("DELETE", path, headers=SIGNED).status for _ in range(2)] == [204, 404]
    assert vote(own, ballot, 2, "left").status == 404
    assert own.send("GET", f"/v1/comparisons/{grid['id']}").status == 200
    with own.directory.database.reading() as connection:
        assert votes_of(connection, ballot["id"]) == []
