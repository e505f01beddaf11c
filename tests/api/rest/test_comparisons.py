"""Comparisons over the REST: ordered whole or not at all, drawn cell by cell, with each one's price and time."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat

from outcrop.access.accounts import make_user
from outcrop.access.bearer import create_bearer_key
from outcrop.access.user_policies import OWN_USE, put_managed_policy, put_user_policy
from outcrop.catalog.load import Catalog
from outcrop.store.assets import hold_asset
from outcrop.store.budgets import Budget, put_budget
from outcrop.store.comparisons import list_comparisons
from outcrop.store.jobs import Sought, list_jobs
from outcrop.units import Micros
from tests.api.rest.drafts import ENDED, post
from tests.conftest import CORE, ULTRA
from tests.serving import ACCOUNT, SIGNED, Answer, Serving, serving
from tests.toy_engine import PATIENCE_S

MODELS = ("core", "ultra")
SEEDS = (7, 8)
GRID: dict[str, Any] = {
    "name": "a fox in the snow",
    "down": {"by": "seed", "values": [str(seed) for seed in SEEDS]},
    "across": {"by": "model", "values": ["Core", "Ultra"]},
    "cells": [{"model": model, "body": {"prompt": "a fox", "seed": seed}} for seed in SEEDS for model in MODELS],
}


@pytest.fixture(scope="module")
def own(catalog: Catalog) -> Iterator[Serving]:
    """A server of this file's own."""
    with serving(catalog) as running:
        yield running


def seen_through(server: Serving, comparison_id: str) -> dict[str, Any]:
    """What is told once every cell has ended; the queue's bell is waited for, no time."""
    for _ in range(PATIENCE_S * 10):
        told: dict[str, Any] = server.send("GET", f"/v1/comparisons/{comparison_id}").json
        if all(cell["state"] in ENDED for cell in told["cells"]):
            return told
        server.desk.queue.wait(0.1)
    raise AssertionError(f"{comparison_id} has not ended")


def compared(server: Serving, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any member of an order
    """A comparison whose pictures are there."""
    return seen_through(server, post(server, "/v1/comparisons", GRID | changes).json["id"])


def test_a_grid_is_ordered_with_its_price_and_drawn(own: Serving) -> None:
    """Row by row, each cell on its model with its seed, its price and its time; and it is there again later."""
    answer = post(own, "/v1/comparisons", GRID | {"campaign": "winter", "tags": {"who": "us"}})
    assert (answer.status, answer.headers["location"]) == (202, f"/v1/comparisons/{answer.json['id']}")
    assert (answer.json["price"], answer.json["spent"] <= "0.36") == ("0.36", True)
    told = seen_through(own, answer.json["id"])
    assert [(cell["number"], cell["model"], cell["price"]) for cell in told["cells"]] == [
        (1, CORE, "0.04"),
        (2, ULTRA, "0.14"),
        (3, CORE, "0.04"),
        (4, ULTRA, "0.14"),
    ]
    assert all(cell["state"] == "done" and cell["seconds"] >= 0 for cell in told["cells"])
    assert (told["spent"], told["down"], told["across"]) == ("0.36", GRID["down"], GRID["across"])
    with own.directory.database.reading() as connection:
        assets = [own.desk.library.find(connection, ACCOUNT, cell["asset"]) for cell in told["cells"]]
    assert [(one.seed, one.set_id, one.campaign, one.tags) for one in assets] == [
        (seed, told["id"], "winter", {"who": "us"}) for seed in SEEDS for _ in MODELS
    ]
    assert own.send("GET", "/v1/comparisons?limit=1").json == {"comparisons": [told], "nextCursor": told["id"]}


def test_every_cell_is_on_one_picture(own: Serving) -> None:
    """Two columns of two; one that was deleted and one that is held are blank."""
    told = compared(own)
    whole = own.send("GET", f"/v1/comparisons/{told['id']}/sheet")
    with own.directory.database.writing() as connection:
        hold_asset(connection, told["cells"][0]["asset"], "held")
    assert own.send("DELETE", f"/v1/assets/{told['cells'][1]['asset']}").status == 204
    assert [cell["asset"] is None for cell in seen_through(own, told["id"])["cells"]] == [True, True, False, False]
    partly = own.send("GET", f"/v1/comparisons/{told['id']}/sheet")
    with Image.open(BytesIO(whole.body)) as first, Image.open(BytesIO(partly.body)) as second:
        assert (first.format, first.size) == ("WEBP", second.size)
        assert first.width > 2 * 256
        assert first.getpixel((100, 100)) != second.getpixel((100, 100))
        blank = ImageChops.difference(second.crop((50, 50, 200, 200)), Image.new("RGB", (150, 150), (228, 228, 224)))
        assert max(high for _, high in ImageStat.Stat(blank).extrema) < 6


def test_sixteen_equal_orders_make_one(own: Serving) -> None:
    """Drawn once and paid once; the same key with another order is a conflict."""
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda _: post(own, "/v1/comparisons", GRID, "the-same"), range(16)))
    assert {answer.status for answer in answers} == {202}
    (comparison_id,) = {answer.json["id"] for answer in answers}
    with own.directory.database.reading() as connection:
        assert len(list_jobs(connection, Sought(set_id=comparison_id))) == 4
    assert post(own, "/v1/comparisons", GRID | {"name": "other"}, "the-same").status == 409


@pytest.mark.parametrize(
    ("changes", "status", "told"),
    [
        ({"cells": GRID["cells"][:3]}, 422, "2 rows of 2 pictures are 4 cells, and there are 3"),
        (
            {"cells": [*GRID["cells"][:3], {"model": "core", "body": {"prompt": "a", "aspect_ratio": "7:3"}}]},
            422,
            "7:3",
        ),
        ({"cells": [*GRID["cells"][:3], {"model": "nobody", "body": {"prompt": "a"}}]}, 404, "identifier"),
        ({"down": {"by": "seed", "values": []}}, 400, "values"),
    ],
)
def test_what_cannot_be_drawn_whole_is_not_begun(own: Serving, changes: dict[str, Any], status: int, told: str) -> None:
    """No cell of it is drawn."""
    with own.directory.database.reading() as connection:
        before = len(list_comparisons(connection, ACCOUNT, None, 100)), len(list_jobs(connection, Sought()))
    answer = post(own, "/v1/comparisons", GRID | changes)
    assert (answer.status, told in json.dumps(answer.json)) == (status, True), answer.json
    with own.directory.database.reading() as connection:
        assert (len(list_comparisons(connection, ACCOUNT, None, 100)), len(list_jobs(connection, Sought()))) == before


def test_a_cell_is_one_picture(own: Serving) -> None:
    """A body that asks for two is refused."""
    body = {
        "taskType": "TEXT_IMAGE",
        "textToImageParams": {"text": "a fox"},
        "imageGenerationConfig": {"numberOfImages": 2},
    }
    cells = [{"model": "amazon.nova-canvas-v1:0", "body": body}]
    one = {"by": "model", "values": ["Nova"]}
    answer = post(own, "/v1/comparisons", GRID | {"cells": cells, "down": one, "across": one})
    assert (answer.status, "ask for one a cell" in answer.json["detail"]) == (422, True)


def test_a_budget_holds_a_whole_grid_up(catalog: Catalog) -> None:
    """Three cells would fit, and none is begun."""
    with serving(catalog) as server:
        with server.directory.database.writing() as connection:
            ceiling = Micros(300_000)
            put_budget(connection, Budget(name="b", scope="account", value=ACCOUNT, period="day", ceiling=ceiling))
        assert post(server, "/v1/comparisons", GRID).status == 409
        assert server.send("GET", "/v1/comparisons").json["comparisons"] == []


def test_what_is_not_there_is_not_told_of(own: Serving) -> None:
    """Nor is a sheet."""
    for path in (f"/v1/comparisons/{'0' * 16}", f"/v1/comparisons/{'0' * 16}/sheet"):
        assert own.send("GET", path).status == 404


@pytest.fixture
def somebody(own: Serving) -> dict[str, str]:
    """A member who may use the account's grids and change their own alone."""
    bearer = {"Effect": "Allow", "Action": "bedrock:CallWithBearerToken", "Resource": "*"}
    with own.directory.database.writing() as connection:
        user = make_user(own.directory, connection, own.directory.random(6).hex(), ACCOUNT)
        put_managed_policy(own.directory, connection, user, OWN_USE)
        document = json.dumps({"Version": "2012-10-17", "Statement": bearer})
        put_user_policy(own.directory, connection, user, "bearer", document)
        key = create_bearer_key(own.directory, connection, user)
    return {"Authorization": f"Bearer {key.key}"}


def renamed(server: Serving, comparison_id: str, name: str, headers: dict[str, str] = SIGNED) -> Answer:
    """Call a comparison otherwise."""
    return server.send("PATCH", f"/v1/comparisons/{comparison_id}", json.dumps({"name": name}).encode(), headers)


def test_a_grid_is_called_otherwise(own: Serving) -> None:
    """And nothing else of it changes; what would not be a name is refused."""
    told = compared(own)
    answer = renamed(own, told["id"], "cups in spring")
    assert (answer.status, answer.json) == (200, told | {"name": "cups in spring"})
    assert own.send("GET", f"/v1/comparisons/{told['id']}").json == answer.json
    assert renamed(own, told["id"], "").status == 400


def test_a_grid_is_deleted_and_its_pictures_stay(own: Serving) -> None:
    """It is in no list, a second deletion finds nothing, and the request that made it neither draws nor pays again."""
    told = seen_through(own, post(own, "/v1/comparisons", GRID, "once").json["id"])
    path = f"/v1/comparisons/{told['id']}"
    assert [own.send("DELETE", path, headers=SIGNED).status for _ in range(2)] == [204, 404]
    assert [own.send("GET", place).status for place in (path, f"{path}/sheet")] == [404, 404]
    assert renamed(own, told["id"], "gone").status == 404
    assert told["id"] not in [one["id"] for one in own.send("GET", "/v1/comparisons").json["comparisons"]]
    assert {own.send("GET", f"/v1/assets/{cell['asset']}").status for cell in told["cells"]} == {200}
    again = post(own, "/v1/comparisons", GRID, "once")
    assert (again.status, "has been deleted" in again.json["detail"]) == (409, True)
    with own.directory.database.reading() as connection:
        assert len(list_jobs(connection, Sought(set_id=told["id"]))) == 4


def test_members_change_their_own_grids_alone(own: Serving, somebody: dict[str, str]) -> None:
    """They look at the others."""
    told = compared(own)
    path = f"/v1/comparisons/{told['id']}"
    assert own.send("GET", path, headers=somebody).status == 200
    refused = own.send("DELETE", path, headers=somebody)
    assert (refused.status, f"comparison/tester/{told['id']}" in refused.json["detail"]) == (403, True)
    assert renamed(own, told["id"], "mine", somebody).status == 403
    nobody = own.send("DELETE", f"/v1/comparisons/{'0' * 16}", headers=somebody)
    assert nobody.status == 404
