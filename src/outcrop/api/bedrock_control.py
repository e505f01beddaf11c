"""The operations of `bedrock`, the control plane: which models there are and what AWS asks for them.

Knows no picture and no caller. Source: Amazon Bedrock API reference; botocore's `bedrock` service model.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from outcrop.api.constraints import like, one_of, refuse
from outcrop.api.model_agreements import offer_token
from outcrop.api.model_ids import find_model, model_arn
from outcrop.api.permission import Permission
from outcrop.api.projects import MEMBER, check_project
from outcrop.catalog.card import ModelCard
from outcrop.catalog.load import Catalog
from outcrop.catalog.prices import PriceList, Rate, to_dollars
from outcrop.clock import day_of
from outcrop.errors import NoSuchModel, NoSuchResource

_FILTERS = {
    "byOutputModality": ("TEXT", "IMAGE", "EMBEDDING"),
    "byInferenceType": ("ON_DEMAND", "PROVISIONED"),
    "byCustomizationType": ("FINE_TUNING", "CONTINUED_PRE_TRAINING", "DISTILLATION"),
}
"""Query parameter of ListFoundationModels to the values it may have."""

_PROVIDER = "[A-Za-z0-9- ]{1,63}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BedrockControl:
    """The control plane, over the catalogue."""

    catalog: Catalog
    permission: Permission
    region: str

    def routes(self) -> list[Route]:
        """Every operation, by AWS's name for it, on a path that is still percent-encoded."""
        offers = "/list-foundation-model-agreement-offers/{model_id}"
        return [
            Route("/foundation-models", self.list_foundation_models, name="ListFoundationModels"),
            Route("/foundation-models/{model_id}", self.get_foundation_model, name="GetFoundationModel"),
            Route(offers, self.list_agreement_offers, name="ListFoundationModelAgreementOffers"),
        ]

    async def list_foundation_models(self, request: Request) -> Response:
        """ListFoundationModels: the models of the catalogue that pass every filter given.

        Raises: Denied; InvalidRequest when a filter has a value that the service model does not allow.
        """
        self.permission.require(request, "ListFoundationModels")
        query = request.query_params
        violations = [*like("byProvider", query.get("byProvider"), _PROVIDER)]
        for name, allowed in _FILTERS.items():
            violations += one_of(name, query.get(name), allowed)
        refuse(violations)
        check_project(query.get(MEMBER))
        return JSONResponse(
            {
                "modelSummaries": [
                    describe(card, self.region) for card in self.catalog.models.values() if _passes(card, query)
                ]
            }
        )

    async def get_foundation_model(self, request: Request) -> Response:
        """GetFoundationModel: one model, by its id or ARN.

        Raises: NoSuchResource when the catalogue does not have it; Denied; InvalidRequest when it names a project.
        """
        card = self._model(request)
        self.permission.require(request, "GetFoundationModel", model_arn(card, self.region))
        check_project(request.query_params.get(MEMBER))
        return JSONResponse({"modelDetails": describe(card, self.region)})

    async def list_agreement_offers(self, request: Request) -> Response:
        """ListFoundationModelAgreementOffers: what AWS asks for a picture of the model, from the dated price list.

        Raises: Denied; NoSuchResource when the catalogue does not have the model; InvalidRequest when the offer type is
        none.
        """
        self.permission.require(request, "ListFoundationModelAgreementOffers")
        refuse([*one_of("offerType", request.query_params.get("offerType"), ("ALL", "PUBLIC"))])
        card = self._model(request)
        return JSONResponse({"modelId": card.id, "offers": [self._offer(card)]})

    def _model(self, request: Request) -> ModelCard:
        segment = request.path_params["model_id"]
        try:
            return find_model(self.catalog, segment)
        except NoSuchModel:
            raise NoSuchResource(
                f"Could not resolve the foundation model from the model identifier: {unquote(segment)}"
            ) from None

    def _offer(self, card: ModelCard) -> dict[str, object]:
        prices = self.catalog.on(day_of(self.permission.directory.now())).prices.of(card.id)
        terms = {
            "usageBasedPricingTerm": {"rateCard": [_rate(rate, prices) for rate in prices.rates[card.id]]},
            "legalTerm": {},
            "supportTerm": {
                "refundPolicyDescription": "Nothing is charged here: the rate is AWS's list price, for comparison."
            },
        }
        return {"offerId": offer_token(card), "offerToken": offer_token(card), "termDetails": terms}


def _rate(rate: Rate, prices: PriceList) -> dict[str, str]:
    """A line of a rate card; of several that fit a picture the first holds, as in the list."""
    kinds = {
        f"{rate.max_pixels}_pixels": rate.max_pixels and f"of at most {rate.max_pixels:,} pixels",
        f"{rate.max_steps}_steps": rate.max_steps and f"in at most {rate.max_steps} steps",
        f"{rate.quality}": rate.quality and f"of {rate.quality} quality",
    }
    known = {name: words for name, words in kinds.items() if words}
    return {
        "dimension": "_".join(["created_image", *known]),
        "price": to_dollars(rate.price),
        "description": f"{', '.join(['Per image generated', *known.values()])}. {prices.name}, "
        f"from {prices.holds_from}.",
        "unit": "Images",
    }


def describe(card: ModelCard, region: str) -> dict[str, object]:
    """A model as the control plane describes it, alike in a list and alone."""
    lifecycle = {"status": card.lifecycle}
    if card.end_of_life is not None:
        lifecycle["endOfLifeTime"] = f"{card.end_of_life.isoformat()}T00:00:00Z"
    return {
        "modelArn": model_arn(card, region),
        "modelId": card.id,
        "modelName": card.name,
        "providerName": card.provider,
        "inputModalities": card.input_modalities,
        "outputModalities": card.output_modalities,
        "responseStreamingSupported": False,
        "customizationsSupported": [],
        "inferenceTypesSupported": card.inference_types,
        "modelLifecycle": lifecycle,
    }


def _passes(card: ModelCard, query: Mapping[str, str]) -> bool:
    provider = query.get("byProvider", card.provider).lower()
    return (
        provider in {card.provider.lower(), card.id.partition(".")[0]}
        and query.get("byOutputModality", card.output_modalities[0]) in card.output_modalities
        and query.get("byInferenceType", card.inference_types[0]) in card.inference_types
        and "byCustomizationType" not in query  # nothing here can be customised
    )
