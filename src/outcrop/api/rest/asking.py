"""Read a request by its operation's place in the contract. Knows query, path and body; knows no operation's work."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

from jsonschema.exceptions import ValidationError
from starlette.requests import Request

from outcrop.api.body import read_body
from outcrop.api.identity import Caller, caller_of
from outcrop.api.permission import Permission
from outcrop.api.rest.contract import Operation, Parameter
from outcrop.dialects.json_body import read_json
from outcrop.errors import InvalidRequest, MalformedRequest

SHOWN_CHARS: Final = 200
MOST_SHOWN: Final = 10
JSON: Final = "application/json"

Violation = tuple[str, str]
"""A place in the request, as a JSON pointer, and what is wrong there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request that keeps to the contract."""

    operation: str
    request: Request
    permission: Permission
    parameters: Mapping[str, Any]
    """Those that were given, of the types that the contract says."""
    body: Mapping[str, Any]
    content: bytes = b""
    """The body where it is a file."""

    @property
    def caller(self) -> Caller:
        """Who asks."""
        return caller_of(self.request)

    def require(self, *arns: str) -> None:
        """Go on only if whoever asks may do this to what the ARNs name.

        Raises: Denied otherwise.
        """
        self.permission.require(self.request, self.operation, *arns)


async def read_asked(operation: Operation, request: Request, permission: Permission) -> Asked:
    """What a request asks for.

    Raises: MalformedRequest when it breaks the contract; Cancelled when the client goes away half-way.
    """
    parameters = dict(_parameters(operation, request))
    violations = list(_violations(operation, parameters, request))
    body: Any = {}
    content = await _read_content(operation, request, operation.files) if operation.files else b""
    if operation.body is not None:
        body = await _read_body(operation, request)
        violations += [(_pointer("body", error), _shown(error)) for error in operation.body.iter_errors(body)]
    if violations:
        told = "; ".join(f"{place.removeprefix('#/')}: {text}" for place, text in violations[:MOST_SHOWN])
        raise MalformedRequest(f"The request breaks its contract, /v1/openapi.json: {told}.", violations[:MOST_SHOWN])
    return Asked(
        operation=operation.id,
        request=request,
        permission=permission,
        parameters=parameters,
        body=body,
        content=content,
    )


def _parameters(operation: Operation, request: Request) -> Iterator[tuple[str, Any]]:
    """Each parameter that was given, read as its type where it can be; as text otherwise."""
    for parameter in operation.parameters:
        if parameter.place == "path":
            yield parameter.name, unquote(request.path_params[parameter.name])
        else:
            where = request.headers if parameter.place == "header" else request.query_params
            given = where.getlist(parameter.name)
            if given:
                yield parameter.name, read_value(parameter, given)


def read_value(parameter: Parameter, given: list[str]) -> Any:  # noqa: ANN401  of the parameter's type
    """What a parameter says, of its type where it can be read so; as text otherwise."""
    if parameter.kind == "array" or len(given) > 1:
        return given
    if parameter.kind == "integer" and re.fullmatch(r"-?\d{1,18}", given[0], re.ASCII):
        return int(given[0])
    return given[0]


def _violations(operation: Operation, given: Mapping[str, Any], request: Request) -> Iterator[Violation]:
    known = {parameter.name for parameter in operation.parameters if parameter.place == "query"}
    for name in dict.fromkeys(request.query_params):
        if name not in known:
            allowed = f"allowed are {', '.join(sorted(known))}" if known else "there are none here"
            yield "#/query", f"there is no parameter {name[:80]!r}; {allowed}"
    for parameter in operation.parameters:
        if parameter.name in given:
            for error in parameter.validator.iter_errors(given[parameter.name]):
                yield _pointer(f"{parameter.place}/{parameter.name}", error), _shown(error)
        elif parameter.required:
            yield f"#/{parameter.place}", f"the parameter '{parameter.name}' is missing"


async def _read_body(operation: Operation, request: Request) -> Any:  # noqa: ANN401  whatever JSON comes
    content = await _read_content(operation, request, (JSON,))
    try:
        return read_json(content)
    except (ValueError, RecursionError):
        raise MalformedRequest("The body is no JSON that can be read; send one object, in UTF-8.") from None


async def _read_content(operation: Operation, request: Request, taken: Sequence[str]) -> bytes:
    content_type = request.headers.get("content-type", taken[0]).partition(";")[0].strip().lower()
    if content_type not in taken:
        raise MalformedRequest(f"The content type is '{content_type[:80]}'; send {' or '.join(taken)}.")
    try:
        return await read_body(request, operation.most_bytes)
    except InvalidRequest:
        raise MalformedRequest(
            f"The body is longer than {operation.most_bytes:,} bytes, the most there may be."
        ) from None


def _pointer(root: str, error: ValidationError) -> str:
    parts = (str(part).replace("~", "~0").replace("/", "~1")[:SHOWN_CHARS] for part in error.absolute_path)
    return "/".join(("#", root, *parts))


def _shown(error: ValidationError) -> str:
    text = error.message
    if error.validator == "not":  # the contract uses it for members that exclude each other
        rule: Any = error.validator_value
        text = f"{' and '.join(rule['required'])} exclude each other; give one of them"
    return text if len(text) <= SHOWN_CHARS else f"{text[:SHOWN_CHARS]}…"
