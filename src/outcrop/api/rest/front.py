"""Outcrop's own REST as routes: each operation of the contract, and the function that does it. Knows no resource."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from outcrop.access.directory import Directory
from outcrop.api.permission import Permission
from outcrop.api.rest.asking import Asked, read_asked
from outcrop.api.rest.contract import Operation, contract
from outcrop.api.rest.costs import Costs
from outcrop.api.rest.models import Models
from outcrop.api.rest.quotes import Quotes
from outcrop.catalog.load import Catalog
from outcrop.clock import random_seed
from outcrop.ledger.books import Books

Doing = Callable[[Asked], Response]
"""Does an operation, in a thread of its own: it may wait for the database."""

DOCUMENT: Final = "GetOpenApi"
"""The operation that gives the contract, which anybody with a key may read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """The REST, over what its resources need."""

    catalog: Catalog
    directory: Directory
    permission: Permission
    books: Books
    region: str

    def routes(self) -> list[Route]:
        """Every operation by its name in the contract, on a path that is still percent-encoded."""
        doing = self._doing()
        return [
            Route(each.path, partial(self._answer, each, doing[each.id]), methods=[each.method], name=each.id)
            for each in contract().operations
        ]

    async def _answer(self, operation: Operation, do: Doing, request: Request) -> Response:
        asked = await read_asked(operation, request, self.permission)
        return await asyncio.to_thread(do, asked)

    def _doing(self) -> Mapping[str, Doing]:
        models = Models(catalog=self.catalog, books=self.books, region=self.region)
        quotes = Quotes(
            catalog=self.catalog, database=self.directory.database, books=self.books, random_seed=random_seed
        )
        costs = Costs(directory=self.directory, region=self.region)
        return {DOCUMENT: _document, **models.doing(), **quotes.doing(), **costs.doing()}


def _document(_: Asked) -> Response:
    return JSONResponse(contract().document)
