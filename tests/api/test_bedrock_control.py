"""The model listing and the list prices, over a real socket with unmodified boto3."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator

from outcrop.catalog.load import Catalog
from outcrop.catalog.prices import Prices
from outcrop.units import ModelId
from tests.conftest import CANVAS, CORE, MODELS, SD35, TITAN, ULTRA
from tests.serving import Serving, serving


def listed(control: BaseClient, **filters: str) -> list[str]:
    """Ids of the models that pass the filters."""
    return [model["modelId"] for model in control.list_foundation_models(**filters)["modelSummaries"]]


def assert_fits(control: BaseClient, operation: str, response: dict[str, object]) -> None:
    """A response has every member that botocore's service model requires, of its type."""
    shape = control.meta.service_model.operation_model(operation).output_shape
    members = {name: value for name, value in response.items() if name != "ResponseMetadata"}
    assert ParamValidator().validate(members, shape).generate_report() == ""


def test_the_models_are_listed(control: BaseClient) -> None:
    """Every model of the catalogue, described as AWS describes it."""
    response = control.list_foundation_models()
    assert_fits(control, "ListFoundationModels", response)
    (sd35,) = (model for model in response["modelSummaries"] if model["modelId"] == SD35)
    assert sd35 == {
        "modelArn": f"arn:aws:bedrock:us-west-2::foundation-model/{SD35}",
        "modelId": SD35,
        "modelName": "Stable Diffusion 3.5 Large",
        "providerName": "Stability AI",
        "inputModalities": ["TEXT", "IMAGE"],
        "outputModalities": ["IMAGE"],
        "responseStreamingSupported": False,
        "customizationsSupported": [],
        "inferenceTypesSupported": ["ON_DEMAND"],
        "modelLifecycle": {"status": "ACTIVE"},
    }
    assert set(listed(control)) == set(MODELS)


STABILITY = [model for model in MODELS if model.startswith("stability.")]
AMAZON = [model for model in MODELS if model.startswith("amazon.")]


@pytest.mark.parametrize(
    ("filters", "models"),
    [
        ({"byProvider": "Stability AI"}, STABILITY),
        ({"byProvider": "stability ai"}, STABILITY),
        ({"byProvider": "stability"}, STABILITY),
        ({"byProvider": "Amazon"}, AMAZON),
        ({"byProvider": "Anthropic"}, []),
        ({"byOutputModality": "IMAGE"}, MODELS),
        ({"byOutputModality": "TEXT"}, []),
        ({"byCustomizationType": "FINE_TUNING"}, []),
        ({"byProvider": "Stability AI", "byOutputModality": "IMAGE"}, STABILITY),
        ({"byProvider": "Stability AI", "byOutputModality": "EMBEDDING"}, []),
    ],
)
def test_a_list_can_be_filtered(control: BaseClient, filters: dict[str, str], models: list[str]) -> None:
    """A model is listed when it passes every filter."""
    assert set(listed(control, **filters)) == set(models)


@pytest.mark.parametrize("kind", ["ON_DEMAND", "PROVISIONED"])
def test_a_list_can_be_filtered_by_how_models_are_invoked(control: BaseClient, catalog: Catalog, kind: str) -> None:
    """Each model's card says how."""
    cards = [card.id for card in catalog.models.values() if kind in card.inference_types]
    assert cards
    assert set(listed(control, byInferenceType=kind)) == set(cards)


def test_a_filter_that_is_none_is_refused(control: BaseClient) -> None:
    """All that is wrong is named at once."""
    with pytest.raises(ClientError) as caught:
        listed(control, byProvider="Stability_AI", byOutputModality="SOUND")
    error = caught.value.response
    assert (error["ResponseMetadata"]["HTTPStatusCode"], error["Error"]["Code"]) == (400, "ValidationException")
    assert error["Error"]["Message"] == (
        "2 validation errors detected: Value 'Stability_AI' at 'byProvider' failed to satisfy constraint: Member must "
        "satisfy regular expression pattern: [A-Za-z0-9- ]{1,63}; Value 'SOUND' at 'byOutputModality' failed to "
        "satisfy constraint: Member must satisfy enum value set: [TEXT, IMAGE, EMBEDDING]"
    )


@pytest.mark.parametrize("spelled", [CORE, f"arn:aws:bedrock:us-west-2::foundation-model/{CORE}"])
def test_a_model_is_described_alone_as_in_the_list(control: BaseClient, spelled: str) -> None:
    """By its id or its ARN."""
    response = control.get_foundation_model(modelIdentifier=spelled)
    assert_fits(control, "GetFoundationModel", response)
    assert response["modelDetails"] in control.list_foundation_models()["modelSummaries"]


def test_an_end_that_is_known_is_told(control: BaseClient) -> None:
    """AWS's, where a model is past or near it; here it is answered as long as it is wanted."""
    response = control.get_foundation_model(modelIdentifier=TITAN)
    assert_fits(control, "GetFoundationModel", response)
    lifecycle = response["modelDetails"]["modelLifecycle"]
    assert (lifecycle["status"], lifecycle["endOfLifeTime"].date().isoformat()) == ("LEGACY", "2026-06-30")


def test_an_unknown_model_is_not_found(control: BaseClient) -> None:
    """The control plane has no model of that name to describe or to offer."""
    text = "Could not resolve the foundation model from the model identifier: stability.nothing:0$"
    with pytest.raises(control.exceptions.ResourceNotFoundException, match=text):
        control.get_foundation_model(modelIdentifier="stability.nothing:0")
    with pytest.raises(control.exceptions.ResourceNotFoundException, match=text):
        control.list_foundation_model_agreement_offers(modelId="stability.nothing:0")


@pytest.mark.parametrize(("model", "price"), [(CORE, "0.04"), (SD35, "0.08"), (ULTRA, "0.14")])
def test_an_offer_tells_the_list_price(control: BaseClient, catalog: Catalog, model: str, price: str) -> None:
    """What AWS asks for one picture, with the price list it stands on."""
    response = control.list_foundation_model_agreement_offers(modelId=model, offerType="PUBLIC")
    assert_fits(control, "ListFoundationModelAgreementOffers", response)
    (offer,) = response["offers"]
    (rate,) = offer["termDetails"]["usageBasedPricingTerm"]["rateCard"]
    assert (response["modelId"], Decimal(rate["price"])) == (model, Decimal(price))
    assert catalog.prices.of(ModelId(model)).holds_from.isoformat() in rate["description"]


def test_an_offer_is_of_the_day_on_which_it_is_asked_for(catalog: Catalog) -> None:
    """A server that started before a list began to hold names that list once it does."""
    (shipped,) = catalog.prices.lists
    began, later = (replace(shipped, holds_from=date(year, 1, 1), name=f"of {year}") for year in (2000, 2001))
    with serving(replace(catalog, prices=Prices(lists=(began, later), day=date(2000, 7, 1)))) as running:
        answer = running.send("GET", f"/list-foundation-model-agreement-offers/{CORE}")
    (offer,) = answer.json["offers"]
    (rate,) = offer["termDetails"]["usageBasedPricingTerm"]["rateCard"]
    assert rate["description"] == "Per image generated. of 2001, from 2001-01-01."


def test_an_offer_has_every_price_of_its_model(control: BaseClient) -> None:
    """Where kinds of pictures differ, a line each, in the order in which they hold."""
    response = control.list_foundation_model_agreement_offers(modelId=CANVAS)
    assert_fits(control, "ListFoundationModelAgreementOffers", response)
    rates = response["offers"][0]["termDetails"]["usageBasedPricingTerm"]["rateCard"]
    assert [(rate["dimension"], rate["price"], rate["description"].partition(". ")[0]) for rate in rates] == [
        (
            "created_image_1048576_pixels_standard",
            "0.04",
            "Per image generated, of at most 1,048,576 pixels, of standard quality",
        ),
        (
            "created_image_1048576_pixels_premium",
            "0.06",
            "Per image generated, of at most 1,048,576 pixels, of premium quality",
        ),
        ("created_image_standard", "0.06", "Per image generated, of standard quality"),
        ("created_image_premium", "0.08", "Per image generated, of premium quality"),
    ]


def test_an_offer_type_that_is_none_is_refused(control: BaseClient) -> None:
    """PUBLIC or ALL."""
    with pytest.raises(control.exceptions.ValidationException, match="'offerType' failed to satisfy constraint"):
        control.list_foundation_model_agreement_offers(modelId=CORE, offerType="SECRET")


def test_parameters_that_mean_nothing_are_ignored(server: Serving) -> None:
    """As the real service does, so that a newer SDK still works."""
    answer = server.send("GET", "/foundation-models?byWeather=SUNNY")
    assert len(answer.json["modelSummaries"]) == len(MODELS)
