"""The operations of `bedrock` on guardrails: made, changed as a draft, given versions, listed, deleted.

Knows what is kept; `safety.guardrail` knows what it does. Source: Amazon Bedrock API reference, "CreateGuardrail";
botocore's `bedrock` service model.
"""

import asyncio
import json
import re
from base64 import b32encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Final
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from outcrop.access.arns import bedrock_arn
from outcrop.access.directory import Directory
from outcrop.api.constraints import at_most, like, refuse
from outcrop.api.guardrail_bodies import DESCRIPTION, TOKEN, check_guardrail, kept_content
from outcrop.api.identity import caller_of
from outcrop.api.json_object import Text, read_object, text
from outcrop.api.permission import Permission
from outcrop.api.tagging import add_tags, read_tags
from outcrop.errors import AlreadyThere, InvalidRequest, NoRoom, NoSuchResource
from outcrop.store.database import Connection
from outcrop.store.guardrails import (
    DRAFT,
    Guardrail,
    add_guardrail,
    change_guardrail,
    count_drafts,
    find_guardrail,
    find_guardrail_named,
    find_guardrail_of_request,
    list_drafts,
    list_versions,
    remove_guardrail,
)
from outcrop.store.tags import guardrail_resource, remove_all_tags

ACCEPTED: Final = 202
PAGE: Final = 1000
"""Guardrails of one answer, at most and where nothing is said."""
MOST, MOST_VERSIONS = 100, 20
"""Guardrails of an account, and versions of one that are kept at a time."""
MAX_CHARS: Final = 2048
NAMED: Final = re.compile(
    r"(arn:aws[a-z-]*:bedrock:[a-z0-9-]{1,20}:(?P<account>[0-9]{12}):guardrail/)?(?P<id>[a-z0-9]+)"
)
"""A guardrail's id, or its ARN; any region will do, as for models."""
NUMBER: Final = "[1-9][0-9]{0,7}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guardrails:
    """Guardrails over the wire."""

    directory: Directory
    permission: Permission
    region: str
    pictured: bool
    """Whether somebody here looks at pictures."""

    def routes(self) -> list[Route]:
        """Every operation, by AWS's name for it, on a path that is still percent-encoded."""
        all_of_them, one = "/guardrails", "/guardrails/{guardrail_id}"
        return [
            Route(all_of_them, self.create, methods=["POST"], name="CreateGuardrail"),
            Route(all_of_them, self.list, methods=["GET"], name="ListGuardrails"),
            Route(one, self.create_version, methods=["POST"], name="CreateGuardrailVersion"),
            Route(one, self.get, methods=["GET"], name="GetGuardrail"),
            Route(one, self.update, methods=["PUT"], name="UpdateGuardrail"),
            Route(one, self.delete, methods=["DELETE"], name="DeleteGuardrail"),
        ]

    async def create(self, request: Request) -> Response:
        """CreateGuardrail: a guardrail of the account's own, as a draft.

        Raises: Denied; InvalidRequest; AlreadyThere when the name is taken, or the token was used for another one;
        NoRoom; TooManyTags.
        """
        body = await read_object(request)
        tags = read_tags(body.get("tags"))
        self.permission.require(request, "CreateGuardrail", tags=tags)
        refuse([*text("clientRequestToken", body.get("clientRequestToken"), TOKEN)])
        await asyncio.to_thread(partial(check_guardrail, body, pictured=self.pictured))
        draft = self._draft(request, body)
        made = await asyncio.to_thread(self._keep, draft, tags)
        answer = {**self._id_of(made), "version": "DRAFT", "createdAt": _time(made.created_at)}
        return JSONResponse(answer, status_code=ACCEPTED)

    async def create_version(self, request: Request) -> Response:
        """CreateGuardrailVersion: the draft as it is now, which will stay so.

        Raises: Denied; InvalidRequest; NoSuchResource; AlreadyThere when the token was used for another one; NoRoom.
        """
        account, guardrail_id = await self._named(request, "CreateGuardrailVersion")
        body = await read_object(request)
        rules = {"description": DESCRIPTION, "clientRequestToken": TOKEN}
        refuse([wrong for name, rule in rules.items() for wrong in text(name, body.get(name), rule)])
        description, token = _optional(body, "description"), _optional(body, "clientRequestToken")

        def number() -> Guardrail:
            with self.directory.database.writing() as connection:
                return self._number(connection, account, guardrail_id, description, token)

        made = await asyncio.to_thread(number)
        return JSONResponse({"guardrailId": made.id, "version": str(made.version)}, status_code=ACCEPTED)

    async def get(self, request: Request) -> Response:
        """GetGuardrail: the draft, or the version that is asked for.

        Raises: Denied; InvalidRequest; NoSuchResource.
        """
        account, guardrail_id = await self._named(request, "GetGuardrail")
        asked = request.query_params.get("guardrailVersion")
        refuse([*like("guardrailVersion", asked, f"{NUMBER}|DRAFT")])
        found = await asyncio.to_thread(self._find, account, guardrail_id, version_of(asked or "DRAFT"))
        return JSONResponse(self._describe(found))

    async def list(self, request: Request) -> Response:
        """ListGuardrails: the drafts of the account, or every version of one guardrail, a page at a time.

        Raises: Denied; InvalidRequest; NoSuchResource when the guardrail that is named is not there.
        """
        self.permission.require(request, "ListGuardrails")
        query = request.query_params
        after, most = query.get("nextToken"), query.get("maxResults", str(PAGE))
        refuse(
            [
                *text("nextToken", after, Text(most=2048, pattern=r"\S*", required=False)),
                *like("maxResults", most, "[1-9][0-9]{0,2}|1000"),
            ]
        )
        account = caller_of(request).user.account_id
        named = query.get("guardrailIdentifier")
        every = await asyncio.to_thread(self._listed, account, None if named is None else _id(named, account))
        rest = [each for each in every if after is None or _place(each) > after]
        page = rest[: int(most)]
        answer: dict[str, object] = {"guardrails": [self._summary(each) for each in page]}
        if len(rest) > len(page):
            answer["nextToken"] = _place(page[-1])
        return JSONResponse(answer)

    async def update(self, request: Request) -> Response:
        """UpdateGuardrail: another draft in place of the draft; versions stay as they are.

        Raises: Denied; InvalidRequest; NoSuchResource; AlreadyThere when the name is another's.
        """
        account, guardrail_id = await self._named(request, "UpdateGuardrail")
        body = await read_object(request)
        await asyncio.to_thread(partial(check_guardrail, body, pictured=self.pictured))
        draft = self._draft(request, body)

        def change() -> Guardrail:
            with self.directory.database.writing() as connection:
                before = _found(connection, account, guardrail_id, DRAFT)
                other = find_guardrail_named(connection, account, draft.name)
                if other is not None and other.id != guardrail_id:
                    raise AlreadyThere(f"There is a guardrail '{draft.name}' already.")
                changed = replace(
                    before, name=draft.name, description=draft.description, content=draft.content,
                    updated_at=draft.updated_at,
                )  # fmt: skip
                change_guardrail(connection, changed)
                return changed

        changed = await asyncio.to_thread(change)
        answer = {**self._id_of(changed), "version": "DRAFT", "updatedAt": _time(changed.updated_at)}
        return JSONResponse(answer, status_code=ACCEPTED)

    async def delete(self, request: Request) -> Response:
        """DeleteGuardrail: one version, or the draft with every version and the tags.

        Raises: Denied; InvalidRequest; NoSuchResource.
        """
        account, guardrail_id = await self._named(request, "DeleteGuardrail")
        asked = request.query_params.get("guardrailVersion")
        refuse([*like("guardrailVersion", asked, NUMBER)])

        def remove() -> None:
            with self.directory.database.writing() as connection:
                version = None if asked is None else int(asked)
                if not remove_guardrail(connection, account, guardrail_id, version):
                    raise NoSuchResource(_missing(guardrail_id, version))
                if version is None:
                    remove_all_tags(connection, account, guardrail_resource(guardrail_id))

        await asyncio.to_thread(remove)
        return JSONResponse({}, status_code=ACCEPTED)

    def _draft(self, request: Request, body: Mapping[str, object]) -> Guardrail:
        """What a body that fits says, as a draft that is new."""
        at = int(self.directory.now())
        return Guardrail(
            account_id=caller_of(request).user.account_id,
            id=b32encode(self.directory.random(10)).decode().lower()[:12],
            version=DRAFT,
            name=str(body["name"]),
            description=_optional(body, "description"),
            content=json.dumps(kept_content(body)),
            token=_optional(body, "clientRequestToken"),
            versions=0,
            created_at=at,
            updated_at=at,
        )

    def _keep(self, draft: Guardrail, tags: Mapping[str, str]) -> Guardrail:
        """Add a guardrail with its tags; the one that the same request has made before is as good."""
        with self.directory.database.writing() as connection:
            account = draft.account_id
            before = None if draft.token is None else find_guardrail_of_request(connection, account, draft.token)
            if before is not None:
                if (before.version, before.name, before.content) != (DRAFT, draft.name, draft.content):
                    raise AlreadyThere("The clientRequestToken was used for another guardrail.")
                return before
            if find_guardrail_named(connection, account, draft.name) is not None:
                raise AlreadyThere(f"There is a guardrail '{draft.name}' already.")
            if count_drafts(connection, account) >= MOST:
                raise NoRoom(f"An account has at most {MOST} guardrails; delete one first.")
            add_guardrail(connection, draft)
            add_tags(connection, account, guardrail_resource(draft.id), tags)
            return draft

    def _number(
        self, connection: Connection, account: str, guardrail_id: str, description: str | None, token: str | None
    ) -> Guardrail:
        """Add a version that is the draft; the one that the same request has made before is as good."""
        draft = _found(connection, account, guardrail_id, DRAFT)
        before = None if token is None else find_guardrail_of_request(connection, account, token)
        if before is not None:
            if before.id != guardrail_id or before.version == DRAFT:
                raise AlreadyThere("The clientRequestToken was used for another guardrail.")
            return before
        if len(list_versions(connection, account, guardrail_id)) > MOST_VERSIONS:
            raise NoRoom(f"A guardrail has at most {MOST_VERSIONS} versions; delete one first.")
        at = int(self.directory.now())
        counted = replace(draft, versions=draft.versions + 1)
        change_guardrail(connection, counted)
        made = replace(
            counted, version=counted.versions, description=description, token=token, created_at=at, updated_at=at
        )
        add_guardrail(connection, made)
        return made

    async def _named(self, request: Request, operation: str) -> tuple[str, str]:
        """The caller's account, and the id of the guardrail that the path names, if they may do that to it."""
        account = caller_of(request).user.account_id
        guardrail_id = _id(unquote(request.path_params["guardrail_id"]), account)
        arn = bedrock_arn("guardrail", self.region, account, guardrail_id)
        self.permission.require(request, operation, arn, tagged=await self.permission.tags_on(request, arn))
        return account, guardrail_id

    def _find(self, account: str, guardrail_id: str, version: int) -> Guardrail:
        with self.directory.database.reading() as connection:
            return _found(connection, account, guardrail_id, version)

    def _listed(self, account: str, guardrail_id: str | None) -> Sequence[Guardrail]:
        with self.directory.database.reading() as connection:
            if guardrail_id is None:
                return list_drafts(connection, account)
            return list_versions(connection, account, guardrail_id)

    def _id_of(self, guardrail: Guardrail) -> dict[str, object]:
        arn = bedrock_arn("guardrail", self.region, guardrail.account_id, guardrail.id)
        return {"guardrailId": guardrail.id, "guardrailArn": arn}

    def _summary(self, guardrail: Guardrail) -> dict[str, object]:
        described: dict[str, object] = {
            "id": guardrail.id,
            "arn": bedrock_arn("guardrail", self.region, guardrail.account_id, guardrail.id),
            "status": "READY",
            "name": guardrail.name,
            "version": version_text(guardrail.version),
            "createdAt": _time(guardrail.created_at),
            "updatedAt": _time(guardrail.updated_at),
        }
        return described | ({} if guardrail.description is None else {"description": guardrail.description})

    def _describe(self, guardrail: Guardrail) -> dict[str, object]:
        summary = {name: value for name, value in self._summary(guardrail).items() if name not in {"id", "arn"}}
        return {**summary, **self._id_of(guardrail), **json.loads(guardrail.content)}


def version_of(written: str) -> int:
    """The number of a version that is written as the wire writes it."""
    return DRAFT if written == "DRAFT" else int(written)


def version_text(version: int) -> str:
    """A version as the wire writes it."""
    return "DRAFT" if version == DRAFT else str(version)


def _id(identifier: str, account: str) -> str:
    """The id that a guardrail's name has, which is an id or an ARN of the account's own.

    Raises: InvalidRequest when it is neither; NoSuchResource when it is another account's.
    """
    refuse([*at_most("guardrailIdentifier", len(identifier), MAX_CHARS)])
    named = NAMED.fullmatch(identifier)
    if named is None:
        raise InvalidRequest(
            f"The guardrail identifier '{identifier[:200]}' is neither an id nor an ARN of a guardrail."
        )
    if named["account"] not in {None, account}:
        raise NoSuchResource(f"There is no guardrail {identifier[:200]}.")
    return named["id"]


def _found(connection: Connection, account: str, guardrail_id: str, version: int) -> Guardrail:
    found = find_guardrail(connection, account, guardrail_id, version)
    if found is None:
        raise NoSuchResource(_missing(guardrail_id, version))
    return found


def _missing(guardrail_id: str, version: int | None) -> str:
    which = "" if version in {None, DRAFT} else f" of version {version}"
    return f"There is no guardrail {guardrail_id[:64]}{which} in this account."


def _place(guardrail: Guardrail) -> str:
    """Where a version stands in a list, as a text that sorts as the list does."""
    return f"{guardrail.id}:{guardrail.version:08d}"


def _time(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _optional(content: Mapping[str, object], name: str) -> str | None:
    value = content.get(name)
    return None if value is None else str(value)
