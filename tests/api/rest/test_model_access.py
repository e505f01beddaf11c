"""Access to models over the REST: granted, withdrawn, and held against policies; pictures tell whether it is so."""

from collections.abc import Iterator

import pytest

from outcrop.catalog.load import Catalog
from outcrop.store.model_access import ALL, Grant, add_grant, grants_of, list_grants, remove_grant
from tests.api.rest.figures import send_json
from tests.conftest import CORE, MODELS, SDXL, ULTRA
from tests.serving import ACCOUNT, REGION, Serving, serving

BODY = b'{"prompt": "a"}'


@pytest.fixture
def own(catalog: Catalog) -> Iterator[Serving]:
    """A server whose only account was granted all models at once."""
    with serving(catalog) as running:
        yield running


def granted(server: Serving) -> set[tuple[str, str]]:
    """Region and model of each grant."""
    with server.directory.database.reading() as connection:
        return {(one.region, one.model_id) for one in list_grants(connection)}


def grants(server: Serving, *given: tuple[str, str]) -> None:
    """Put these in place of all there are."""
    with server.directory.database.writing() as connection:
        for one in grants_of(connection, ACCOUNT):
            remove_grant(connection, ACCOUNT, one.region, one.model_id)
        for region, model in given:
            add_grant(connection, Grant(account_id=ACCOUNT, region=region, model_id=model, granted_at=0))


def draws(server: Serving, model: str = CORE) -> int:
    """The status with which a picture is answered."""
    return server.send("POST", f"/model/{model}/invoke", BODY).status


def test_access_is_granted_and_withdrawn(own: Serving) -> None:
    """From the next call on; asked for twice, it is there once."""
    grants(own)
    assert draws(own) == 403
    for _ in range(2):
        assert own.send("PUT", "/v1/models/core/access").status == 204
    assert granted(own) == {(REGION, CORE)}
    assert draws(own) == 200
    for _ in range(2):
        assert own.send("DELETE", f"/v1/models/{CORE}/access").status == 204
    assert granted(own) == set()
    assert draws(own) == 403


def test_one_of_all_models_is_withdrawn(own: Serving) -> None:
    """The others stay, each by itself."""
    assert granted(own) == {(ALL, ALL)}
    assert own.send("DELETE", f"/v1/models/{CORE}/access").status == 204
    assert granted(own) == {(ALL, model) for model in MODELS if model != CORE}
    assert (draws(own), draws(own, ULTRA)) == (403, 200)
    models = own.send("GET", "/v1/models").json["models"]
    assert [model["id"] for model in models if not model["access"]] == [CORE]


def test_however_it_was_granted(own: Serving) -> None:
    """By itself, in all regions and with all others: afterwards none of them stands; other regions' do."""
    grants(own, (REGION, CORE), (ALL, CORE), (REGION, ALL), (REGION, SDXL), ("eu-west-1", CORE))
    assert own.send("DELETE", "/v1/models/core/access").status == 204
    assert draws(own) == 403
    assert granted(own) == {(REGION, model) for model in MODELS if model != CORE} | {("eu-west-1", CORE)}


def test_whoever_may_not_does_not(own: Serving) -> None:
    """A new member cannot; nor is there a model or an account that there is not."""
    made = send_json(own, "POST", "/v1/users", {"name": "ada"})
    key = send_json(own, "POST", "/v1/keys", {"user": made.json["name"], "kind": "bearer"})
    theirs = {"Authorization": f"Bearer {key.json['bearerKey']}"}
    for method in ("PUT", "DELETE"):
        assert own.send(method, "/v1/models/core/access", headers=theirs).status == 403
        assert own.send(method, "/v1/models/imagen/access").status == 404
        assert own.send(method, "/v1/models/core/access?account=nobody").status == 404
        assert own.send(method, "/v1/models/core/access?account=test").status == 204


def test_what_draws_a_model_is_said(own: Serving) -> None:
    """Here, all of them are this server's engine's."""
    assert {model["backend"] for model in own.send("GET", "/v1/models").json["models"]} == {"engine"}
