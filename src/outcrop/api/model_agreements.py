"""The operations of `bedrock` by which an account gets access to a model, asks for it, and gives it back.

Knows grants, and the offers that stand for them; knows no price. Source: Amazon Bedrock API reference; botocore's
`bedrock` service model.
"""

import asyncio
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from outcrop.access.directory import Directory
from outcrop.access.model_access import grant, has_model_access, revoke
from outcrop.api.body import read_body
from outcrop.api.constraints import at_most, refuse
from outcrop.api.identity import caller_of
from outcrop.api.model_ids import find_model
from outcrop.api.permission import Permission
from outcrop.catalog.card import ModelCard
from outcrop.catalog.load import Catalog
from outcrop.dialects.json_body import read_json
from outcrop.errors import InvalidRequest, NoSuchModel, NoSuchResource

MAX_CHARS: Final = 140
"""Of a model's id in these operations."""
ACCEPTED: Final = 202


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelAgreements:
    """Access to models over the wire."""

    catalog: Catalog
    directory: Directory
    permission: Permission
    region: str

    def routes(self) -> list[Route]:
        """Every operation, by AWS's name for it, on a path that is still percent-encoded."""
        return [
            Route(
                "/foundation-model-availability/{model_id}",
                self.get_availability,
                name="GetFoundationModelAvailability",
            ),
            Route(
                "/create-foundation-model-agreement",
                self.create,
                methods=["POST"],
                name="CreateFoundationModelAgreement",
            ),
            Route(
                "/delete-foundation-model-agreement",
                self.delete,
                methods=["POST"],
                name="DeleteFoundationModelAgreement",
            ),
        ]

    async def get_availability(self, request: Request) -> Response:
        """GetFoundationModelAvailability: whether the caller's account has access to a model.

        Raises: Denied; NoSuchResource when the catalogue does not have the model.
        """
        self.permission.require(request, "GetFoundationModelAvailability")
        card = self._model(unquote(request.path_params["model_id"]))
        has = has_model_access(caller_of(request).standing.grants, self.region, card.id)
        available = "AVAILABLE" if has else "NOT_AVAILABLE"
        return JSONResponse(
            {
                "modelId": card.id,
                "agreementAvailability": {"status": available},
                "authorizationStatus": "AUTHORIZED",
                "entitlementAvailability": available,
                "regionAvailability": "AVAILABLE",
            }
        )

    async def create(self, request: Request) -> Response:
        """CreateFoundationModelAgreement: give the caller's account access to a model, by the token of its offer.

        Raises: Denied; InvalidRequest when the body or the token is none; NoSuchResource when the catalogue does not
        have the model; AlreadyThere when access has been given.
        """
        self.permission.require(request, "CreateFoundationModelAgreement")
        given = await _members(request, "offerToken", "modelId")
        card = self._model(given["modelId"])
        if given["offerToken"] != offer_token(card):
            raise InvalidRequest("The offer token is not that of an offer of this model.")
        account = caller_of(request).user.account_id
        await asyncio.to_thread(grant, self.directory, account, self.region, card.id)
        return JSONResponse({"modelId": card.id}, status_code=ACCEPTED)

    async def delete(self, request: Request) -> Response:
        """DeleteFoundationModelAgreement: take the caller's account the access to a model.

        Raises: Denied; InvalidRequest when the body is none, or access was given to all models at once; NoSuchResource
        when the catalogue does not have the model or there is no access.
        """
        self.permission.require(request, "DeleteFoundationModelAgreement")
        card = self._model((await _members(request, "modelId"))["modelId"])
        account = caller_of(request).user.account_id
        if await asyncio.to_thread(revoke, self.directory, account, self.region, card.id):
            return JSONResponse({}, status_code=ACCEPTED)
        if has_model_access(caller_of(request).standing.grants, self.region, card.id):
            raise InvalidRequest(
                "The account was granted all models at once, this one among them; `outcrop access revoke all` takes "
                "that back."
            )
        raise NoSuchResource(f"There is no agreement for the model {card.id} in {self.region}.")

    def _model(self, identifier: str) -> ModelCard:
        refuse([*at_most("modelId", len(identifier), MAX_CHARS)])
        try:
            return find_model(self.catalog, quote(identifier, safe=""))
        except NoSuchModel:
            raise NoSuchResource(
                f"Could not resolve the foundation model from the model identifier: {identifier}"
            ) from None


def offer_token(card: ModelCard) -> str:
    """What stands for the one offer of a model."""
    return f"list-price-{card.id}"


async def _members(request: Request, *names: str) -> dict[str, str]:
    """The members of a JSON body, each a text that is not empty."""
    try:
        content = read_json(await read_body(request))
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise InvalidRequest("The body must be a JSON object.")
    missing = [name for name in names if not isinstance(content.get(name), str) or not content[name]]
    refuse([f"Value at '{name}' failed to satisfy constraint: Member must not be null" for name in missing])
    return {name: content[name] for name in names}
