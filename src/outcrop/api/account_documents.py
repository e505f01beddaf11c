"""The operations of `bedrock` that keep what an account says for itself: where its invocations are logged, and its use.

Keeps and gives back; writes no log and judges no use. Source: Amazon Bedrock API reference,
"PutModelInvocationLoggingConfiguration", "PutUseCaseForModelAccess"; botocore's `bedrock` service model.
"""

import asyncio
import json
from base64 import b64decode
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
from outcrop.api.permission import Permission
from outcrop.errors import NoSuchResource
from outcrop.store.documents import Kind, find_document, put_document, remove_document

CREATED: Final = 201
LEAST_BYTES, MOST_BYTES = 10, 16_384
"""Of a use case."""

Fields = Mapping[str, "Text | type[bool] | Fields"]
"""Members of an object: a text, yes or no, or an object that may be left out."""

_S3: Fields = {"bucketName": Text(least=3, most=63), "keyPrefix": Text(least=0, most=1024, required=False)}
_LOGGING: Fields = {
    "cloudWatchConfig": {
        "logGroupName": Text(most=512),
        "roleArn": Text(least=0, most=2048, pattern="arn:aws(-[^:]+)?:iam::([0-9]{12})?:role/.+"),
        "largeDataDeliveryS3Config": _S3,
    },
    "s3Config": _S3,
    **{f"{kind}DataDeliveryEnabled": bool for kind in ("text", "image", "embedding", "video", "audio")},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountDocuments:
    """What accounts say for themselves, over the wire."""

    directory: Directory
    permission: Permission

    def routes(self) -> list[Route]:
        """Every operation, by AWS's name for it."""
        logging, use_case = "/logging/modelinvocations", "/use-case-for-model-access"
        name = "ModelInvocationLoggingConfiguration"
        return [
            Route(logging, self.put_logging, methods=["PUT"], name=f"Put{name}"),
            Route(logging, self.get_logging, methods=["GET"], name=f"Get{name}"),
            Route(logging, self.delete_logging, methods=["DELETE"], name=f"Delete{name}"),
            Route(use_case, self.put_use_case, methods=["POST"], name="PutUseCaseForModelAccess"),
            Route(use_case, self.get_use_case, methods=["GET"], name="GetUseCaseForModelAccess"),
        ]

    async def put_logging(self, request: Request) -> Response:
        """PutModelInvocationLoggingConfiguration: keep where invocations are to be logged.

        Raises: Denied; InvalidRequest when a member breaks the service model.
        """
        self.permission.require(request, "PutModelInvocationLoggingConfiguration")
        given = (await read_object(request)).get("loggingConfig")
        refuse([*record("loggingConfig", given)])
        assert isinstance(given, dict)
        refuse([*_violations("loggingConfig", given, _LOGGING)])
        await self._put(request, "invocation_logging", json.dumps(_known(given, _LOGGING)))
        return JSONResponse({})

    async def get_logging(self, request: Request) -> Response:
        """GetModelInvocationLoggingConfiguration: what was kept, nothing where nothing was.

        Raises: Denied.
        """
        self.permission.require(request, "GetModelInvocationLoggingConfiguration")
        kept = await self._find(request, "invocation_logging")
        return JSONResponse({} if kept is None else {"loggingConfig": json.loads(kept)})

    async def delete_logging(self, request: Request) -> Response:
        """DeleteModelInvocationLoggingConfiguration: forget it, if there is one.

        Raises: Denied.
        """
        self.permission.require(request, "DeleteModelInvocationLoggingConfiguration")
        account = caller_of(request).user.account_id

        def remove() -> None:
            with self.directory.database.writing() as connection:
                remove_document(connection, account, "invocation_logging")

        await asyncio.to_thread(remove)
        return JSONResponse({})

    async def put_use_case(self, request: Request) -> Response:
        """PutUseCaseForModelAccess: keep what the account says it uses models for.

        Raises: Denied; InvalidRequest when the form is none.
        """
        self.permission.require(request, "PutUseCaseForModelAccess")
        form = (await read_object(request)).get("formData")
        refuse([*_form(form)])
        await self._put(request, "use_case", str(form))
        return JSONResponse({}, status_code=CREATED)

    async def get_use_case(self, request: Request) -> Response:
        """GetUseCaseForModelAccess: what the account has said.

        Raises: Denied; NoSuchResource when it has said nothing.
        """
        self.permission.require(request, "GetUseCaseForModelAccess")
        form = await self._find(request, "use_case")
        if form is None:
            raise NoSuchResource("This account has submitted no use case.")
        return JSONResponse({"formData": form})

    async def _put(self, request: Request, kind: Kind, content: str) -> None:
        account = caller_of(request).user.account_id

        def put() -> None:
            with self.directory.database.writing() as connection:
                put_document(connection, account, kind, content)

        await asyncio.to_thread(put)

    async def _find(self, request: Request, kind: Kind) -> str | None:
        account = caller_of(request).user.account_id

        def find() -> str | None:
            with self.directory.database.reading() as connection:
                return find_document(connection, account, kind)

        return await asyncio.to_thread(find)


def _violations(name: str, given: Mapping[str, object], fields: Fields) -> Iterator[str]:
    for member, rule in fields.items():
        path, value = f"{name}.{member}", given.get(member)
        if isinstance(rule, Text):
            yield from text(path, value, rule)
        elif value is None:
            continue
        elif rule is bool:
            if not isinstance(value, bool):
                yield f"Value at '{path}' {FAILED} be a boolean"
        elif not isinstance(value, dict):
            yield from record(path, value)
        else:
            assert isinstance(rule, Mapping)
            yield from _violations(path, value, rule)


def _known(given: Mapping[str, object], fields: Fields) -> dict[str, object]:
    """What the service model knows of an object that fits it."""
    known: dict[str, object] = {}
    for member, rule in fields.items():
        value = given.get(member)
        if value is not None:
            known[member] = _known(value, rule) if isinstance(rule, Mapping) and isinstance(value, dict) else value
    return known


def _form(form: object) -> Iterator[str]:
    """A form is base64 of so many bytes."""
    if not isinstance(form, str):
        yield from text("formData", form, Text(most=0))
        return
    try:
        size = len(b64decode(form, validate=True))
    except ValueError:
        yield f"Value at 'formData' {FAILED} be base64"
        return
    if size < LEAST_BYTES:
        yield f"Value at 'formData' {FAILED} have length greater than or equal to {LEAST_BYTES}"
    yield from at_most("formData", size, MOST_BYTES)
