"""Draft sets over the REST: ordered whole or not at all, chosen from, finished once, with every price and parent."""

import json
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from outcrop.catalog.load import Catalog
from outcrop.prompting.build import refine
from outcrop.store.assets import Parent, hold_asset
from outcrop.store.bookings import all_bookings
from outcrop.store.budgets import Budget, put_budget
from outcrop.store.drafts import list_sets
from outcrop.store.jobs import Sought, list_jobs
from outcrop.units import Micros
from tests.api.rest.drafts import FOX, drafted, post, seen_through, set_of
from tests.conftest import CORE, SD35, ULTRA
from tests.serving import ACCOUNT, Serving, serving
from tests.toy_engine import FAIL, HANG

NOBODY = "0" * 16


def finish(server: Serving, set_id: str, **wanted: Any) -> dict[str, Any]:  # noqa: ANN401 - any member of an order
    """A set once its finals are there."""
    assert post(server, f"/v1/drafts/{set_id}/finish", wanted).status == 202
    return seen_through(server, set_id)


def put_picks(server: Serving, set_id: str, *picks: object) -> Any:  # noqa: ANN401 - an answer
    """Choose drafts."""
    return server.send("PUT", f"/v1/drafts/{set_id}/picks", json.dumps({"picks": picks}).encode())


def test_a_set_is_ordered_with_its_price_and_drawn(own: Serving) -> None:
    """Consecutive seeds, a job each, and what all of them would cost as finals."""
    answer = post(own, "/v1/drafts", FOX | {"campaign": "winter", "tags": {"who": "us"}, "negativePrompt": "text"})
    assert answer.status == 202
    taken = answer.json
    assert answer.headers["location"] == f"/v1/drafts/{taken['id']}"
    assert (taken["price"], taken["priceIfAllUltra"], taken["finishOn"]) == ("0.12", "0.42", ULTRA)
    assert (taken["model"], taken["count"], taken["campaign"], taken["tags"]) == (CORE, 3, "winter", {"who": "us"})
    told = seen_through(own, taken["id"])
    assert [(one["number"], one["seed"], one["state"]) for one in told["drafts"]] == [
        (1, 7, "done"),
        (2, 8, "done"),
        (3, 9, "done"),
    ]
    assert (told["spent"], told["saved"], told["finals"], told["picks"]) == ("0.12", "0.3", [], [])
    assert told["jobs"] == [one["job"] for one in told["drafts"]]
    with own.directory.database.reading() as connection:
        asset = own.desk.library.find(connection, ACCOUNT, told["drafts"][0]["asset"])
        booked = [one for one in all_bookings(connection) if one.request_id.startswith(told["drafts"][0]["job"])]
    assert (asset.set_id, asset.campaign, asset.tags, asset.seed) == (told["id"], "winter", {"who": "us"}, 7)
    assert [(one.state, one.tags) for one in booked] == [("settled", {"who": "us", "campaign": "winter"})]


def test_a_final_grows_from_its_draft(own: Serving) -> None:
    """Seed and words of the draft, its picture as start, the card's strength, and the draft as parent."""
    told = drafted(own)
    done = finish(own, told["id"], picks=[2])
    (final,) = done["finals"]
    assert (final["number"], final["model"], final["state"], final["strength"]) == (2, ULTRA, "done", 0.6)
    assert (final["refined"], final["prompt"]) == (False, FOX["prompt"])
    assert (done["spent"], done["saved"]) == ("0.26", "0.16")
    with own.directory.database.reading() as connection:
        asset = own.desk.library.find(connection, ACCOUNT, final["asset"])
        draft = own.desk.library.find(connection, ACCOUNT, done["drafts"][1]["asset"])
    assert asset.parents == (Parent(asset_id=draft.id, role="draft"),)
    assert (asset.seed, asset.prompt, asset.operation) == (8, FOX["prompt"], "image_to_image")
    assert asset.recipe is not None
    assert json.loads(asset.recipe)["start"]["sha256_of_file"] == draft.digest
    assert json.loads(asset.recipe)["start"]["strength"] == 0.6


def test_asked_for_twice_a_final_is_made_once(own: Serving) -> None:
    """However many ask at once; another model, or another strength, is another final."""
    set_id = drafted(own)["id"]
    with ThreadPoolExecutor(8) as threads:
        orders = [threads.submit(post, own, f"/v1/drafts/{set_id}/finish", {"picks": [1, 3]}) for _ in range(16)]
        assert {one.result().status for one in orders} == {202}
    assert sorted(one["number"] for one in seen_through(own, set_id)["finals"]) == [1, 3]
    finish(own, set_id, picks=[1, 2])
    assert sorted(one["number"] for one in set_of(own, set_id)["finals"]) == [1, 2, 3]
    finish(own, set_id, picks=[1], model="sd35")
    done = finish(own, set_id, picks=[1], strength=0.8)
    assert sorted((one["number"], one["model"], one["strength"]) for one in done["finals"]) == [
        (1, SD35, 0.6),
        (1, ULTRA, 0.6),
        (1, ULTRA, 0.8),
        (2, ULTRA, 0.6),
        (3, ULTRA, 0.6),
    ]


def test_what_is_chosen_is_finished(own: Serving) -> None:
    """Ranked, with a note; retention leaves it alone, and where no draft is named these are meant."""
    told = drafted(own)
    picked = put_picks(own, told["id"], {"number": 3, "note": "the light"}, {"number": 1, "rank": 5}).json
    assert picked["picks"] == [{"number": 3, "rank": 1, "note": "the light"}, {"number": 1, "rank": 5, "note": ""}]
    with own.directory.database.reading() as connection:
        kept = [own.desk.library.find(connection, ACCOUNT, one["asset"]).pinned for one in told["drafts"]]
    assert kept == [True, False, True]
    assert [one["number"] for one in finish(own, told["id"])["finals"]] == [1, 3]
    assert put_picks(own, told["id"]).json["picks"] == []
    refused = post(own, f"/v1/drafts/{told['id']}/finish", {})
    assert (refused.status, "Nothing is picked" in refused.json["detail"]) == (422, True)


@pytest.mark.parametrize("numbers", [(4,), (1, 1)])
def test_what_is_no_draft_is_not_chosen(own: Serving, numbers: tuple[int, ...]) -> None:
    """Neither in the choice nor in an order of finals."""
    set_id = drafted(own)["id"]
    assert put_picks(own, set_id, *({"number": number} for number in numbers)).status == 422
    assert post(own, f"/v1/drafts/{set_id}/finish", {"picks": numbers}).status in {400, 422}
    assert set_of(own, set_id)["picks"] == set_of(own, set_id)["finals"] == []


def test_thirty_two_equal_orders_make_one_set(own: Serving) -> None:
    """Drawn once, paid once, though nobody named a seed; the same key with another order is a conflict."""
    order = {"prompt": "an owl", "count": 2}
    with ThreadPoolExecutor(32) as threads:
        answers = list(threads.map(lambda _: post(own, "/v1/drafts", order, "the-same"), range(32)))
    assert {answer.status for answer in answers} == {202}
    (set_id,) = {answer.json["id"] for answer in answers}
    told = seen_through(own, set_id)
    with own.directory.database.reading() as connection:
        jobs = list_jobs(connection, Sought(set_id=set_id))
        booked = [one.state for one in all_bookings(connection) if one.request_id.split(".")[0] in told["jobs"]]
    assert {job.id for job in jobs} == set(told["jobs"])
    assert booked == ["settled"] * 2
    assert post(own, "/v1/drafts", order | {"count": 3}, "the-same").json["code"] == "AlreadyThere"


def test_the_sheet_shows_every_draft(own: Serving) -> None:
    """A WebP of three tiles in two rows, of one size before and after somebody chooses."""
    told = drafted(own)
    sizes = []
    for _ in range(2):
        answer = own.send("GET", f"/v1/drafts/{told['id']}/sheet")
        assert (answer.status, answer.headers["content-type"]) == (200, "image/webp")
        with Image.open(BytesIO(answer.body)) as image:
            sizes.append(image.size)
        put_picks(own, told["id"], {"number": 3, "note": "the light"})
    assert sizes[0][0] > 2 * 384
    assert sizes[0] == sizes[1]


def test_sets_are_listed_in_pages(catalog: Catalog) -> None:
    """The newest first."""
    with serving(catalog) as own:
        ids = [drafted(own, count=1)["id"] for _ in range(3)]
        first = own.send("GET", "/v1/drafts?limit=2").json
        rest = own.send("GET", f"/v1/drafts?limit=2&cursor={first['nextCursor']}").json
        told = [one["id"] for one in (*first["sets"], *rest["sets"])]
        assert (sorted(told), rest["nextCursor"]) == (sorted(ids), None)


def test_a_budget_refuses_all_drafts_or_none(catalog: Catalog) -> None:
    """Eight do not fit into a budget of three, so that no job and no booking is left; nor do finals."""
    with serving(catalog) as own:
        budget = Budget(name="b", scope="all", value="", period="all", ceiling=Micros(125_000), warn_at=())
        with own.directory.database.writing() as connection:
            put_budget(connection, budget)
        refused = post(own, "/v1/drafts", FOX | {"count": 8})
        assert (refused.status, refused.json["code"]) == (409, "BudgetSpent")
        with own.directory.database.reading() as connection:
            assert list_jobs(connection, Sought()) == []
            assert all_bookings(connection) == []
            assert list_sets(connection, ACCOUNT, None, 10) == []
        told = drafted(own)
        assert told["spent"] == "0.12"
        assert post(own, f"/v1/drafts/{told['id']}/finish", {"picks": [1]}).json["code"] == "BudgetSpent"
        assert set_of(own, told["id"])["finals"] == []


def test_a_draft_that_is_not_there_cannot_be_finished(own: Serving) -> None:
    """One that failed says why, one under way says so, one that is held is not delivered."""
    failed = drafted(own, prompt=FAIL, count=1)
    assert failed["spent"] == "0"
    refused = post(own, f"/v1/drafts/{failed['id']}/finish", {"picks": [1]})
    assert (refused.status, "no numbers" in refused.json["detail"]) == (409, True)
    hanging = post(own, "/v1/drafts", FOX | {"prompt": HANG, "count": 1}).json
    own.engine.begun(HANG)
    refused = post(own, f"/v1/drafts/{hanging['id']}/finish", {"picks": [1]})
    assert (refused.status, "finish it once it is there" in refused.json["detail"]) == (409, True)
    assert own.send("POST", f"/v1/jobs/{hanging['jobs'][0]}/cancel").status == 200
    seen_through(own, hanging["id"])
    told = drafted(own, count=1)
    with own.directory.database.writing() as connection:
        hold_asset(connection, told["drafts"][0]["asset"], "held")
    assert post(own, f"/v1/drafts/{told['id']}/finish", {"picks": [1]}).status == 403
    assert set_of(own, told["id"])["drafts"][0]["asset"] is None


def test_a_final_that_ended_without_a_result_begins_anew(own: Serving) -> None:
    """When it is asked for again; under the same job, and paid when it is there."""
    told = drafted(own, prompt=f"{FAIL} a fox", count=1)
    assert told["drafts"][0]["state"] == "failed"
    good = drafted(own, count=1)
    first = finish(own, good["id"], picks=[1])["finals"][0]
    again = finish(own, good["id"], picks=[1])["finals"]
    assert [one["job"] for one in again] == [first["job"]]


@pytest.mark.parametrize(
    ("wanted", "status", "words"),
    [
        ({"prompt": "a fox"}, 400, "'count' is a required property"),
        ({"prompt": "  ", "count": 2}, 400, "body/prompt"),
        (FOX | {"count": 17}, 400, "body/count"),
        (FOX | {"model": "core", "tier": "core"}, 400, "exclude each other"),
        (FOX | {"model": "none"}, 404, "model identifier is invalid"),
        (FOX | {"model": "canvas", "finishOn": "ultra"}, 422, "no model that drafts are drawn on"),
        (FOX | {"finishOn": "core"}, 422, "no model that drafts are finished on"),
        (FOX | {"model": "ultra"}, 422, "say it in 'finishOn'"),
        (FOX | {"aspectRatio": "7:1"}, 422, "7:1"),
    ],
)
def test_an_order_that_cannot_be_drawn_is_refused(
    own: Serving, wanted: dict[str, Any], status: int, words: str
) -> None:
    """Before anything is kept."""
    answer = post(own, "/v1/drafts", wanted)
    assert (answer.status, words in answer.json["detail"]) == (status, True), answer.json


def test_a_prompt_is_reworded_where_that_is_asked_for(own: Serving) -> None:
    """With the light and the framing that it does not name; that is a final of its own, from the same draft."""
    told = drafted(own, count=1)
    finish(own, told["id"], picks=[1])
    plain, reworded = sorted(
        finish(own, told["id"], picks=[1], refinePrompt=True)["finals"], key=lambda one: bool(one["refined"])
    )
    assert (plain["refined"], reworded["refined"], plain["prompt"]) == (False, True, FOX["prompt"])
    assert reworded["prompt"] == refine(FOX["prompt"]) != FOX["prompt"]
    with own.directory.database.reading() as connection:
        asset = own.desk.library.find(connection, ACCOUNT, reworded["asset"])
    assert asset.prompt == reworded["prompt"]


def test_a_set_is_its_account_s(own: Serving) -> None:
    """Whoever asks for another finds nothing."""
    for method, path in (("GET", ""), ("GET", "/sheet"), ("PUT", "/picks"), ("POST", "/finish")):
        body = None if method == "GET" else b'{"picks": []}'
        assert own.send(method, f"/v1/drafts/{NOBODY}{path}", body).status == 404
