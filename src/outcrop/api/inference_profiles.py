"""The operations of `bedrock` on inference profiles: the system's, which the catalogue has, and an account's own.

Knows names that lead to models; draws nothing. Source: Amazon Bedrock API reference, "CreateInferenceProfile";
botocore's `bedrock` service model.
"""

import asyncio
from base64 import b32encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from outcrop.access.arns import bedrock_arn
from outcrop.access.directory import Directory
from outcrop.api.constraints import at_most, like, one_of, refuse
from outcrop.api.identity import caller_of
from outcrop.api.invoked import find_named, named_by
from outcrop.api.json_object import Text, read_object, record, text
from outcrop.api.model_ids import Named, find_invoked
from outcrop.api.permission import Permission
from outcrop.api.projects import MEMBER, check_project
from outcrop.api.tagging import add_tags, read_tags
from outcrop.catalog.load import Catalog
from outcrop.errors import AlreadyThere, InvalidRequest, NoRoom, NoSuchModel, NoSuchResource
from outcrop.store.inference_profiles import (
    InferenceProfile,
    add_profile,
    find_profile,
    find_profile_named,
    find_profile_of_request,
    list_profiles,
    remove_profile,
)
from outcrop.store.tags import profile_resource, remove_all_tags

CREATED: Final = 201
PAGE: Final = 1000
"""Profiles of one answer, at most and where nothing is said."""
MOST: Final = 1000
"""Profiles of an account."""

_ARN = r"arn:aws(|-us-gov|-cn|-iso|-iso-b):bedrock:(|[0-9a-z-]{0,20}):(|[0-9]{12}):"
_MEMBERS = {
    "inferenceProfileName": Text(most=64, pattern="([0-9a-zA-Z][ _-]?)+"),
    "description": Text(most=200, pattern="([0-9a-zA-Z:.][ _-]?)+", required=False),
    "clientRequestToken": Text(most=256, pattern="[a-zA-Z0-9]([-a-zA-Z0-9]{0,254}[a-zA-Z0-9])?", required=False),
}
_SOURCE = Text(most=2048, pattern=_ARN + "(inference-profile|foundation-model)/[a-zA-Z0-9-:.]+")
_IDENTIFIER = Text(most=2048, pattern=f"({_ARN}(inference-profile|application-inference-profile)/)?[a-zA-Z0-9-:.]+")
_KINDS = ("SYSTEM_DEFINED", "APPLICATION")


@dataclass(frozen=True, slots=True, kw_only=True)
class InferenceProfiles:
    """Inference profiles over the wire."""

    catalog: Catalog
    directory: Directory
    permission: Permission
    region: str

    def routes(self) -> list[Route]:
        """Every operation, by AWS's name for it, on a path that is still percent-encoded."""
        all_of_them, one = "/inference-profiles", "/inference-profiles/{profile_id}"
        return [
            Route(all_of_them, self.create_profile, methods=["POST"], name="CreateInferenceProfile"),
            Route(all_of_them, self.list_profiles, methods=["GET"], name="ListInferenceProfiles"),
            Route(one, self.get_profile, methods=["GET"], name="GetInferenceProfile"),
            Route(one, self.delete_profile, methods=["DELETE"], name="DeleteInferenceProfile"),
        ]

    async def create_profile(self, request: Request) -> Response:
        """CreateInferenceProfile: a name of the account's own for a model or a system's profile.

        Raises: Denied; InvalidRequest; NoSuchResource when there is no such model; AlreadyThere when the name is taken,
        or the token was used for another profile; NoRoom; TooManyTags.
        """
        content = await read_object(request)
        source = self._source(content)
        tags = read_tags(content.get("tags"))
        account = caller_of(request).user.account_id
        to_come = bedrock_arn("application-inference-profile", self.region, account, "*")
        copied = source.profile_arn(self.region, account)
        asked = source.model_arns(self.region) if copied is None else [copied]
        self.permission.require(request, "CreateInferenceProfile", to_come, *asked, tags=tags)
        profile = InferenceProfile(
            account_id=account,
            id=b32encode(self.directory.random(10)).decode().lower()[:12],
            name=str(content["inferenceProfileName"]),
            description=_optional(content, "description"),
            source=source.profile or source.card.id,
            token=_optional(content, "clientRequestToken"),
            created_at=int(self.directory.now()),
        )
        made = await asyncio.to_thread(self._keep, profile, tags)
        arn = bedrock_arn("application-inference-profile", self.region, account, made.id)
        return JSONResponse({"inferenceProfileArn": arn, "status": "ACTIVE"}, status_code=CREATED)

    async def get_profile(self, request: Request) -> Response:
        """GetInferenceProfile: one profile, by its id or ARN.

        Raises: Denied; InvalidRequest when the name is none; NoSuchResource when there is no such profile.
        """
        named, account = await self._named(request)
        self._require(request, "GetInferenceProfile", named)
        check_project(request.query_params.get(MEMBER))
        return JSONResponse(await asyncio.to_thread(self._describe, named, account))

    async def list_profiles(self, request: Request) -> Response:
        """ListInferenceProfiles: the system's and the account's own, by id, a page at a time.

        Raises: Denied; InvalidRequest when a parameter has a value that the service model does not allow.
        """
        self.permission.require(request, "ListInferenceProfiles")
        query = request.query_params
        kind, after, most = query.get("type"), query.get("nextToken"), query.get("maxResults", str(PAGE))
        refuse(
            [
                *one_of("typeEquals", kind, _KINDS),
                *text("nextToken", after, Text(most=2048, pattern=r"\S*", required=False)),
                *like("maxResults", most, "[1-9][0-9]{0,2}|1000"),
            ]
        )
        check_project(query.get(MEMBER))
        account = caller_of(request).user.account_id
        described = await asyncio.to_thread(self._all, account, kind)
        rest = [each for each in described if after is None or str(each["inferenceProfileId"]) > after]
        page = rest[: int(most)]
        answer: dict[str, object] = {"inferenceProfileSummaries": page}
        if len(rest) > len(page):
            answer["nextToken"] = page[-1]["inferenceProfileId"]
        return JSONResponse(answer)

    async def delete_profile(self, request: Request) -> Response:
        """DeleteInferenceProfile: a profile of the account's own, with its tags.

        Raises: Denied; InvalidRequest when it is the system's; NoSuchResource when there is no such profile.
        """
        named, account = await self._named(request)
        self._require(request, "DeleteInferenceProfile", named)
        if named.own is None:
            raise InvalidRequest(f"The inference profile {named.profile} is the system's and cannot be deleted.")
        own = named.own

        def remove() -> None:
            with self.directory.database.writing() as connection:
                remove_profile(connection, account, own)
                remove_all_tags(connection, account, profile_resource(own))

        await asyncio.to_thread(remove)
        return JSONResponse({})

    def _require(self, request: Request, operation: str, named: Named) -> None:
        arn = str(named.profile_arn(self.region, caller_of(request).user.account_id))
        self.permission.require(request, operation, arn, tagged={arn: named.tags})

    def _source(self, content: Mapping[str, object]) -> Named:
        """What the body wants a name for, when the rest of it is as it should be too."""
        source = content.get("modelSource")
        violations = [wrong for name, rule in _MEMBERS.items() for wrong in text(name, content.get(name), rule)]
        arn = source.get("copyFrom") if isinstance(source, dict) else None
        violations += record("modelSource", source)
        if isinstance(source, dict):
            violations += text("modelSource.copyFrom", arn, _SOURCE)
        refuse(violations)
        try:
            return find_invoked(self.catalog, quote(str(arn), safe=""))
        except NoSuchModel:
            raise NoSuchResource(f"There is no model or inference profile {str(arn)[:200]}.") from None

    def _keep(self, profile: InferenceProfile, tags: Mapping[str, str]) -> InferenceProfile:
        """Add a profile with its tags; the one that the same request has made before is as good."""
        with self.directory.database.writing() as connection:
            account = profile.account_id
            if profile.token is not None:
                before = find_profile_of_request(connection, account, profile.token)
                if before is not None:
                    if replace(before, id=profile.id, created_at=profile.created_at) != profile:
                        raise AlreadyThere("The clientRequestToken was used for another inference profile.")
                    return before
            if find_profile_named(connection, account, profile.name) is not None:
                raise AlreadyThere(f"There is an inference profile '{profile.name}' already.")
            if len(list_profiles(connection, account)) >= MOST:
                raise NoRoom(f"An account has at most {MOST} inference profiles; delete one first.")
            add_profile(connection, profile)
            add_tags(connection, account, profile_resource(profile.id), tags)
            return profile

    async def _named(self, request: Request) -> tuple[Named, str]:
        """The profile that the path names, and the caller's account."""
        segment, account = request.path_params["profile_id"], caller_of(request).user.account_id
        identifier = unquote(segment)
        refuse([*at_most("inferenceProfileIdentifier", len(identifier), _IDENTIFIER.most)])
        refuse([*text("inferenceProfileIdentifier", identifier, _IDENTIFIER)])
        try:
            named = await find_named(self.catalog, self.directory, account, segment)
        except (NoSuchModel, InvalidRequest):
            named = None
        if named is None or (named.own is None and named.profile is None):
            raise NoSuchResource(f"There is no inference profile {identifier[:200]}.")
        return named, account

    def _all(self, account: str, kind: str | None) -> list[dict[str, object]]:
        with self.directory.database.reading() as connection:
            own = list_profiles(connection, account)
        system = [
            self._of_system(Named(card=card, profile=f"{part}.{card.id}"), account)
            for card in self.catalog.models.values()
            for part in card.profiles
        ]
        known = [each for each in own if _leads_somewhere(self.catalog, each)]
        every = system + [self._of_account(each, named_by(self.catalog, each)) for each in known]
        return sorted(
            (each for each in every if kind in {None, each["type"]}), key=lambda each: str(each["inferenceProfileId"])
        )

    def _describe(self, named: Named, account: str) -> dict[str, object]:
        if named.own is None:
            return self._of_system(named, account)
        with self.directory.database.reading() as connection:
            profile = find_profile(connection, account, named.own)
        if profile is None:
            raise NoSuchResource(f"There is no inference profile {named.own} any more.")
        return self._of_account(profile, named)

    def _of_system(self, named: Named, account: str) -> dict[str, object]:
        part = str(named.profile).partition(".")[0].upper()
        return {"inferenceProfileName": f"{part} {named.card.name}"} | self._common(named, account, "SYSTEM_DEFINED")

    def _of_account(self, profile: InferenceProfile, named: Named) -> dict[str, object]:
        at = f"{datetime.fromtimestamp(profile.created_at, UTC):%Y-%m-%dT%H:%M:%SZ}"
        described: dict[str, object] = {"inferenceProfileName": profile.name, "createdAt": at, "updatedAt": at}
        if profile.description is not None:
            described["description"] = profile.description
        return described | self._common(named, profile.account_id, "APPLICATION")

    def _common(self, named: Named, account: str, kind: str) -> dict[str, object]:
        return {
            "inferenceProfileArn": named.profile_arn(self.region, account),
            "models": [{"modelArn": arn} for arn in named.model_arns(self.region)],
            "inferenceProfileId": named.own or named.profile,
            "status": "ACTIVE",
            "type": kind,
        }


def _leads_somewhere(catalog: Catalog, profile: InferenceProfile) -> bool:
    """Whether the catalogue has what a profile was made for."""
    try:
        named_by(catalog, profile)
    except (NoSuchModel, InvalidRequest):
        return False
    return True


def _optional(content: Mapping[str, object], name: str) -> str | None:
    value = content.get(name)
    return None if value is None else str(value)
