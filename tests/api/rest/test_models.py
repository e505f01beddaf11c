"""The models over the REST: what the catalogue, the schemas and the price lists say, and whether one may."""

import json
from dataclasses import replace
from importlib import resources

import pytest

from outcrop.catalog.load import Catalog, load_catalog
from outcrop.catalog.prices import to_micros
from outcrop.clock import day_of, unix_time
from outcrop.store.model_access import ALL, Grant, add_grant, remove_grant
from tests.conftest import CANVAS, CORE, MODELS
from tests.serving import ACCOUNT, Serving, serving


def test_every_model_is_there(server: Serving, catalog: Catalog) -> None:
    """With its knobs and its rates, as the files have them."""
    models = server.send("GET", "/v1/models").json["models"]
    assert [model["id"] for model in models] == list(catalog.models)
    prices = catalog.on(day_of(unix_time())).prices
    for model in models:
        card = catalog.model(model["id"])
        rates = prices.of(card.id).rates[card.id]
        assert [to_micros(rate["price"]) for rate in model["prices"]["rates"]] == [rate.price for rate in rates]
        assert model["sizes"] == {r: {"width": s.width, "height": s.height} for r, s in card.sizes.items()}
        assert model["knobs"]
        assert "body" not in model


@pytest.mark.parametrize("name", ["core", CORE, CORE.replace(":", "%3A")])
def test_one_model_brings_the_schema_of_its_bodies(server: Serving, name: str) -> None:
    """By its id or its short name."""
    model = server.send("GET", f"/v1/models/{name}").json
    file = resources.files("outcrop.dialects") / "schemas" / "stable_image_core.json"
    assert (model["id"], model["access"]) == (CORE, True)
    assert model["body"] == json.loads(file.read_text(encoding="utf-8"))
    assert list(model["body"]["properties"]) == model["knobs"]


def test_a_model_that_there_is_not(server: Serving) -> None:
    """Says which there are."""
    answer = server.send("GET", "/v1/models/imagen")
    assert (answer.status, answer.json["code"]) == (404, "NoSuchModel")
    assert all(model in answer.json["detail"] for model in MODELS)


def test_lifecycle_and_licence(server: Serving) -> None:
    """When AWS ends it; the licence is what the folder of weights says, and the toy's says nothing."""
    model = server.send("GET", "/v1/models/canvas").json
    assert (model["id"], model["lifecycle"], model["endOfLife"]) == (CANVAS, "LEGACY", "2026-09-30")
    assert model["weights"] == {"name": "toy", "family": "sd3", "preview": False, "licence": None}
    assert model["licence"] is None


def test_terms_are_the_licence_s_unless_the_operator_says_others(catalog: Catalog) -> None:
    """Those of the weights that ship are known; whoever sets `terms` for a model has them in their place."""
    shipped = load_catalog(tiers={CANVAS: {"terms": "Drafts for our own use."}})
    licence = shipped.licence_of(shipped.model(CORE))
    assert licence is not None
    assert (licence.name, licence.title) == ("apache-2.0", "Apache License 2.0")
    own = shipped.licence_of(shipped.model(CANVAS))
    assert own == replace(licence, terms="Drafts for our own use.")
    said = replace(catalog.model(CANVAS), tier=replace(catalog.model(CANVAS).tier, terms="Ask first."))
    with serving(replace(catalog, models={**catalog.models, said.id: said})) as server:
        told = server.send("GET", "/v1/models/canvas").json["licence"]
    assert told == {"name": None, "title": None, "url": None, "terms": "Ask first."}


def test_access_is_the_account_s(catalog: Catalog) -> None:
    """Granted for one model, it is that one's alone."""
    with serving(catalog) as server:
        with server.directory.database.writing() as connection:
            remove_grant(connection, ACCOUNT, ALL, ALL)
            add_grant(connection, Grant(account_id=ACCOUNT, region=ALL, model_id=CORE, granted_at=0))
        models = server.send("GET", "/v1/models").json["models"]
        assert [model["id"] for model in models if model["access"]] == [CORE]
