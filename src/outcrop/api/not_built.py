"""The operations of Amazon Bedrock that are not built here: each says so, as an error that every SDK knows.

Which they are is data, `data/not_built.toml`. Knows names and paths; knows no operation's work.
"""

import tomllib
from collections.abc import Awaitable, Callable, Iterator
from importlib import resources

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from outcrop.errors import InvalidRequest

DATA = resources.files("outcrop.api") / "data" / "not_built.toml"


def routes() -> Iterator[Route]:
    """Every one of them, by AWS's name for it, on a path that is still percent-encoded."""
    for missing in tomllib.loads(DATA.read_text(encoding="utf-8"))["missing"]:
        for operation, asked in missing["operations"].items():
            method, path = asked.split()
            yield Route(path, _refusing(operation, missing["what"]), methods=[method], name=operation)


def _refusing(operation: str, what: str) -> Callable[[Request], Awaitable[Response]]:
    async def refuse(_: Request) -> Response:
        raise InvalidRequest(f"{operation} is refused. {what}")

    return refuse
