"""The operations of `bedrock` on tags: put on what an account has made, read, and taken off. Knows no resource's work.

Source: Amazon Bedrock API reference, "TagResource"; botocore's `bedrock` service model.
"""

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from outcrop.access.directory import Directory
from outcrop.api.constraints import at_most, refuse
from outcrop.api.identity import caller_of
from outcrop.api.json_object import FAILED, Text, read_object, record, text
from outcrop.api.permission import NO_TAGS, Permission
from outcrop.errors import InvalidRequest, NoSuchResource, TooManyTags
from outcrop.store.database import Connection
from outcrop.store.guardrails import DRAFT, find_guardrail
from outcrop.store.inference_profiles import find_profile
from outcrop.store.jobs import find_job
from outcrop.store.tags import put_tags, remove_tags, tags_of

MOST: Final = 50
"""Tags of one resource."""
MOST_AT_ONCE: Final = 200
RESERVED: Final = "aws:"
PROFILE: Final = "application-inference-profile"
GUARDRAIL: Final = "guardrail"

_CHARACTERS = r"[a-zA-Z0-9\s._:/=+@-]*"
_KEY, _VALUE = Text(most=128, pattern=_CHARACTERS), Text(most=256, least=0, pattern=_CHARACTERS)
_ARN = Text(most=1011, least=20, pattern=r"arn:aws(-[^:]+)?:bedrock:.+")
# Any region will do, as for models.
_TAGGED = re.compile(
    r"arn:aws[a-z-]*:bedrock:[a-z0-9-]+:(?P<account>[0-9]{12}):"
    r"(?P<resource>(application-inference-profile|guardrail|async-invoke|model-invocation-job)/[a-z0-9]{12})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagging:
    """Tags over the wire."""

    directory: Directory
    permission: Permission
    region: str

    def routes(self) -> list[Route]:
        """Every operation, by AWS's name for it."""
        return [
            Route("/tagResource", self.tag, methods=["POST"], name="TagResource"),
            Route("/untagResource", self.untag, methods=["POST"], name="UntagResource"),
            Route("/listTagsForResource", self.list_tags, methods=["POST"], name="ListTagsForResource"),
        ]

    async def tag(self, request: Request) -> Response:
        """TagResource: put tags on a resource, in place of those of the same keys.

        Raises: Denied; InvalidRequest; NoSuchResource when the account has no such thing; TooManyTags.
        """
        content = await read_object(request)
        given = read_tags(content.get("tags"), required=True)
        account, resource = await self._may(request, "TagResource", content, given)

        def put() -> None:
            with self.directory.database.writing() as connection:
                add_tags(connection, account, _found(connection, account, resource), given)

        await asyncio.to_thread(put)
        return JSONResponse({})

    async def untag(self, request: Request) -> Response:
        """UntagResource: take tags off a resource, as far as it has them.

        Raises: Denied; InvalidRequest; NoSuchResource when the account has no such thing.
        """
        content = await read_object(request)
        keys = content.get("tagKeys")
        if not isinstance(keys, list):
            raise InvalidRequest(f"1 validation error detected: Value at 'tagKeys' {FAILED} be a list")
        refuse([*at_most("tagKeys", len(keys), MOST_AT_ONCE)])
        refuse([wrong for at, key in enumerate(keys, 1) for wrong in text(f"tagKeys.{at}.member", key, _KEY)])
        account, resource = await self._may(request, "UntagResource", content, dict.fromkeys(keys))

        def take() -> None:
            with self.directory.database.writing() as connection:
                remove_tags(connection, account, _found(connection, account, resource), keys)

        await asyncio.to_thread(take)
        return JSONResponse({})

    async def list_tags(self, request: Request) -> Response:
        """ListTagsForResource: what is tagged on a resource.

        Raises: Denied; InvalidRequest; NoSuchResource when the account has no such thing.
        """
        account, resource = await self._may(request, "ListTagsForResource", await read_object(request))

        def read() -> dict[str, str]:
            with self.directory.database.reading() as connection:
                return tags_of(connection, account, _found(connection, account, resource))

        tags = await asyncio.to_thread(read)
        return JSONResponse({"tags": [{"key": key, "value": value} for key, value in tags.items()]})

    async def _may(
        self, request: Request, operation: str, content: Mapping[str, object], tags: Mapping[str, str | None] = NO_TAGS
    ) -> tuple[str, str]:
        """Account and resource that the body names, if whoever asks may do that with it."""
        arn = content.get("resourceARN")
        refuse([*text("resourceARN", arn, _ARN)])
        account, named = caller_of(request).user.account_id, _TAGGED.fullmatch(str(arn))
        if named is None or named["account"] != account:
            raise NoSuchResource(f"There is nothing to tag of the name {str(arn)[:200]}.")
        resource = f"arn:aws:bedrock:{self.region}:{account}:{named['resource']}"
        tagged = await self.permission.tags_on(request, resource)
        self.permission.require(request, operation, resource, tags=tags, tagged=tagged)
        return account, named["resource"]


def add_tags(connection: Connection, account: str, resource: str, given: Mapping[str, str]) -> None:
    """Put tags on a resource within a transaction.

    Raises: TooManyTags when it would have more than it may.
    """
    if len({*tags_of(connection, account, resource), *given}) > MOST:
        raise TooManyTags(f"A resource has at most {MOST} tags, those that it has already among them.")
    put_tags(connection, account, resource, given)


def read_tags(value: object, *, required: bool = False) -> dict[str, str]:
    """The member `tags` of a body.

    Raises: InvalidRequest when it is no list of keys and values, or a key stands in it twice or is reserved.
    """
    if value is None and not required:
        return {}
    if not isinstance(value, list):
        raise InvalidRequest(f"1 validation error detected: Value at 'tags' {FAILED} be a list")
    refuse([*at_most("tags", len(value), MOST_AT_ONCE)])
    refuse([wrong for at, tag in enumerate(value, 1) for wrong in _tag(f"tags.{at}.member", tag)])
    given = {tag["key"]: tag["value"] for tag in value}
    if len(given) < len(value):
        raise InvalidRequest("A tag's key stands in 'tags' more than once.")
    return given


def _tag(name: str, tag: object) -> Iterator[str]:
    if not isinstance(tag, dict):
        yield from record(name, tag)
        return
    key = tag.get("key")
    yield from text(f"{name}.key", key, _KEY)
    yield from text(f"{name}.value", tag.get("value"), _VALUE)
    if isinstance(key, str) and key.lower().startswith(RESERVED):
        yield f"Value at '{name}.key' {FAILED} not begin with {RESERVED}"


def _found(connection: Connection, account: str, resource: str) -> str:
    kind, _, name = resource.partition("/")
    if kind == PROFILE:
        there = find_profile(connection, account, name) is not None
    elif kind == GUARDRAIL:
        there = find_guardrail(connection, account, name, DRAFT) is not None
    else:
        job = find_job(connection, name)
        there = job is not None and (job.account_id, job.kind) == (account, kind)
    if not there:
        raise NoSuchResource(f"There is no {kind.replace('-', ' ')} {name} in this account.")
    return resource
