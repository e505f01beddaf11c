"""Picture jobs over the REST: one key makes one job, each picture is an asset and is paid once."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from outcrop.access.user_policies import put_user_policy
from outcrop.catalog.load import Catalog
from outcrop.clock import unix_time
from outcrop.jobs import pictures
from outcrop.jobs.desk import PLACES
from outcrop.jobs.queue import MOST_DELAY_S, Ending, nothing
from outcrop.store.assets import Parent
from outcrop.store.bookings import Booking, all_bookings
from outcrop.store.budgets import Budget, put_budget
from outcrop.store.jobs import Sought, list_jobs
from outcrop.units import Micros
from tests.api.rest.jobs import FOX, TWO, ended, job_of, post_job
from tests.conftest import CORE, TITAN
from tests.jobs.queues import job
from tests.serving import ACCOUNT, TESTER, Serving, serving
from tests.toy_engine import FAIL, HANG


def booked(own: Serving, job_id: str) -> list[Booking]:
    """What is booked for a job."""
    with own.directory.database.reading() as connection:
        return [one for one in all_bookings(connection) if one.request_id.startswith(job_id)]


def forbid(own: Serving, *actions: str) -> None:
    """Take actions from the tester."""
    statement = {"Effect": "Deny", "Action": actions, "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": statement})
    with own.directory.database.writing() as connection:
        put_user_policy(own.directory, connection, TESTER, "denial", document)


def test_a_job_is_taken_drawn_and_kept(own: Serving) -> None:
    """What it tells when it is taken and when it is done; its picture is the one that InvokeModel draws."""
    about = {"name": "the first", "tags": {"season": "spring"}, "campaign": "foxes", "set": "set-1"}
    answer = post_job(own, FOX | about)
    assert answer.status == 202
    taken = answer.json
    assert answer.headers["location"] == f"/v1/jobs/{taken['id']}"
    assert (taken["kind"], taken["model"], taken["price"]) == ("pictures", CORE, "0.04")
    assert (taken["name"], taken["tags"], taken["campaign"]) == ("the first", {"season": "spring"}, "foxes")
    told = ended(own, taken["id"])
    assert (told["state"], told["reason"], len(told["assets"])) == ("done", None, 1)
    assert taken["createdAt"] <= told["startedAt"] <= told["endedAt"]
    invoked = own.send("POST", f"/model/{CORE}/invoke", json.dumps(FOX["body"]).encode()).json
    with own.directory.database.reading() as connection:
        asset = own.desk.library.find(connection, ACCOUNT, told["assets"][0])
    assert own.desk.library.read(asset) == base64.b64decode(invoked["images"][0])
    assert (asset.prompt, asset.seed, asset.job_id, asset.number) == ("a fox", 7, taken["id"], 1)
    assert (asset.name, asset.tags, asset.campaign) == ("the first", {"season": "spring"}, "foxes")
    assert (asset.set_id, asset.recipe is None) == ("set-1", False)
    (booking,) = booked(own, taken["id"])
    assert (booking.state, booking.owner) == ("settled", "")
    assert booking.tags == {"season": "spring", "campaign": "foxes"}


def test_a_job_that_waits_knows_its_place(catalog: Catalog) -> None:
    """And how long it may take, once there is a job to judge it by."""
    with serving(catalog) as own:
        at = int(unix_time())
        later = {"kind": pictures.KIND, "created_at": at, "due_at": at + MOST_DELAY_S // 2, "changed_at": at}
        for number in range(20):  # more than a server works on at once; none is due before the test is over
            own.desk.queue.add(job(number, ACCOUNT, request={}, **later), nothing)

        def told(number: int) -> tuple[int, int | None]:
            found = own.send("GET", f"/v1/jobs/{job(number).id}").json
            return found["position"], found["waitSeconds"]

        assert [told(number) for number in (0, 19)] == [(1, None), (20, None)]
        done = own.desk.queue.add(job(20, ACCOUNT, request={}, **later), nothing)
        assert own.desk.queue.end(done, Ending(state="done", took_ms=32_000), nothing)
        assert [told(number) for number in (0, 19)] == [(1, 0), (20, 19 * 32 // PLACES[pictures.KIND])]


def test_every_picture_of_a_body_is_one_asset(own: Serving) -> None:
    """And is paid once."""
    told = ended(own, post_job(own, TWO).json["id"])
    assert (told["model"], told["state"], len(set(told["assets"]))) == (TITAN, "done", 2)
    assert [one.state for one in booked(own, told["id"])] == ["settled"] * 2


def test_a_picture_has_its_parents(own: Serving) -> None:
    """Those that the account has; with another one there is no job."""
    parent = ended(own, post_job(own, FOX).json["id"])["assets"][0]
    told = ended(own, post_job(own, FOX | {"parents": [parent]}).json["id"])
    with own.directory.database.reading() as connection:
        asset = own.desk.library.find(connection, ACCOUNT, told["assets"][0])
    assert asset.parents == (Parent(asset_id=parent, role="parent"),)
    refused = post_job(own, FOX | {"parents": ["nobody"]})
    assert (refused.status, "There is no asset 'nobody'" in refused.json["detail"]) == (404, True)


def test_thirty_two_equal_posts_make_one_job(own: Serving) -> None:
    """Drawn once, paid once; the same key with another request is a conflict."""
    with ThreadPoolExecutor(32) as threads:
        answers = list(threads.map(lambda _: post_job(own, FOX, "the-same"), range(32)))
    assert {answer.status for answer in answers} == {202}
    (job_id,) = {answer.json["id"] for answer in answers}
    assert ended(own, job_id)["state"] == "done"
    assert [one.state for one in booked(own, job_id)] == ["settled"]
    for change in ({"body": {"prompt": "an owl"}}, {"name": "another"}, {"set": "x"}, {"priority": "batch"}):
        refused = post_job(own, FOX | change, "the-same")
        assert (refused.status, refused.json["code"]) == (409, "AlreadyThere")


def test_what_the_model_cannot_draw_fails_with_its_reason(own: Serving) -> None:
    """And costs nothing; begun anew it fails anew."""
    job_id = post_job(own, {"model": CORE, "body": {"prompt": FAIL}}).json["id"]
    told = ended(own, job_id)
    assert (told["state"], told["reason"], told["assets"]) == (
        "failed",
        "The picture came out as no numbers; try another seed.",
        [],
    )
    assert [one.state for one in booked(own, job_id)] == ["released"]
    again = own.send("POST", f"/v1/jobs/{job_id}/retry")
    assert (again.status, again.json["endedAt"]) == (202, None)
    assert ended(own, job_id)["state"] == "failed"
    assert [one.state for one in booked(own, job_id)] == ["released"] * 2


def test_a_job_can_be_cancelled(own: Serving) -> None:
    """While it is drawn; again changes nothing, and one that is done cannot begin anew."""
    job_id = post_job(own, {"model": CORE, "body": {"prompt": HANG}}).json["id"]
    own.engine.begun(HANG)
    assert own.send("POST", f"/v1/jobs/{job_id}/cancel").status == 200
    assert ended(own, job_id)["state"] == "cancelled"
    assert own.send("POST", f"/v1/jobs/{job_id}/cancel").json["state"] == "cancelled"
    assert [one.state for one in booked(own, job_id)] == ["released"]
    done = ended(own, post_job(own, FOX).json["id"])
    assert own.send("POST", f"/v1/jobs/{done['id']}/retry").status == 409


def test_the_priority_is_the_engine_s(own: Serving) -> None:
    """Standard, unless another is asked for."""
    for priority in ("interactive", "standard", "batch"):
        assert ended(own, post_job(own, FOX | {"priority": priority}).json["id"])["priority"] == priority
        assert own.engine.errands[-1].priority == priority


def test_jobs_are_listed_in_pages(own: Serving) -> None:
    """The newest first; by set, kind and state."""
    ids = [ended(own, post_job(own, FOX | {"set": "listed"}).json["id"])["id"] for _ in range(3)]
    first = own.send("GET", "/v1/jobs?set=listed&limit=2").json
    assert [one["id"] for one in first["jobs"]] == [ids[2], ids[1]]
    rest = own.send("GET", f"/v1/jobs?set=listed&limit=2&cursor={first['nextCursor']}").json
    assert ([one["id"] for one in rest["jobs"]], rest["nextCursor"]) == ([ids[0]], None)
    assert own.send("GET", "/v1/jobs?set=listed&state=failed").json["jobs"] == []
    assert own.send("GET", "/v1/jobs?kind=async-invoke").json["jobs"] == []


@pytest.mark.parametrize(
    ("wanted", "status", "words"),
    [
        ({"model": "core", "body": {}}, 422, "required key [prompt] not found"),
        ({"model": "core", "body": {"prompt": 3}}, 422, "expected type: String"),
        ({"model": "none", "body": {"prompt": "a fox"}}, 404, "model identifier is invalid"),
        ({"model": "core"}, 400, "'body' is a required property"),
        (FOX | {"priority": "now"}, 400, "body/priority"),
        (FOX | {"tags": {"outcrop:profile": "x"}}, 400, "body/tags"),
        (FOX | {"set": "a/b"}, 400, "body/set"),
    ],
)
def test_what_cannot_be_drawn_is_no_job(own: Serving, wanted: dict[str, Any], status: int, words: str) -> None:
    """It is refused at once; nothing is kept, and nothing set aside."""

    def there() -> tuple[int, int]:
        with own.directory.database.reading() as connection:
            return len(list_jobs(connection, Sought())), len(all_bookings(connection))

    before = there()
    answer = post_job(own, wanted)
    assert answer.status == status
    assert words in answer.json["detail"]
    assert there() == before


def test_a_budget_refuses_a_job_at_once(catalog: Catalog) -> None:
    """Before it is drawn, and it is no job."""
    with serving(catalog) as own:
        budget = Budget(name="b", scope="all", value="", period="all", ceiling=Micros(50_000), warn_at=())
        with own.directory.database.writing() as connection:
            put_budget(connection, budget)
        assert ended(own, post_job(own, FOX).json["id"])["state"] == "done"
        refused = post_job(own, FOX)
        assert (refused.status, refused.json["code"]) == (409, "BudgetSpent")
        assert len(own.send("GET", "/v1/jobs").json["jobs"]) == 1


def test_what_a_policy_forbids(catalog: Catalog) -> None:
    """Jobs are held against their own action, and against the model's."""
    with serving(catalog) as own:
        job_id = post_job(own, FOX).json["id"]
        for action in ("outcrop:CreateJob", "bedrock:InvokeModel"):
            forbid(own, action)
            refused = post_job(own, FOX)
            assert (refused.status, action in refused.json["detail"]) == (403, True)
        forbid(own, "outcrop:*")
        for method, path in (("GET", ""), ("GET", f"/{job_id}"), ("POST", f"/{job_id}/cancel")):
            assert own.send(method, f"/v1/jobs{path}").status == 403


def test_jobs_of_others_are_not_there(own: Serving) -> None:
    """Nor any that there never was."""
    assert job_of(own, "aaaaaaaaaaaa")["code"] == "NoSuchResource"
