"""Outcrop's own REST as routes: each operation of the contract, and the function that does it. Knows no resource."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from outcrop.access.quotas import Limit, Quotas
from outcrop.access.sign_in_links import SignInLinks
from outcrop.api.identity import caller_if_known, peer_of
from outcrop.api.invoked import Invocable
from outcrop.api.linked import Linked
from outcrop.api.rest.asking import Asked, read_asked
from outcrop.api.rest.asset_content import AssetContent
from outcrop.api.rest.asset_links import AssetLinks
from outcrop.api.rest.asset_retention import AssetRetention
from outcrop.api.rest.assets import Assets
from outcrop.api.rest.ballots import Ballots
from outcrop.api.rest.brand_kits import BrandKits
from outcrop.api.rest.budget_events import BudgetEvents
from outcrop.api.rest.budgets import Budgets
from outcrop.api.rest.caller import Callers
from outcrop.api.rest.comparisons import Comparisons
from outcrop.api.rest.contract import Operation, contract
from outcrop.api.rest.costs import Costs
from outcrop.api.rest.credit_pools import CreditPools
from outcrop.api.rest.drafts import Drafts
from outcrop.api.rest.job_streams import JobStreams
from outcrop.api.rest.jobs import Jobs
from outcrop.api.rest.keys import Keys
from outcrop.api.rest.ledger import Ledger
from outcrop.api.rest.model_access import ModelAccess
from outcrop.api.rest.models import Models
from outcrop.api.rest.picture_policies import PicturePolicies
from outcrop.api.rest.price_lists import PriceLists
from outcrop.api.rest.prompts import Prompts
from outcrop.api.rest.quotes import Quotes
from outcrop.api.rest.refunds import Refunds
from outcrop.api.rest.reviews import PictureReviews
from outcrop.api.rest.sessions import Sessions
from outcrop.api.rest.trail import AuditTrail
from outcrop.api.rest.users import Users
from outcrop.api.rest.verification import Verification
from outcrop.api.rest.webhooks import Webhooks
from outcrop.clock import Clock, random_seed
from outcrop.jobs.desk import Desk
from outcrop.jobs.reviewing import Reviews
from outcrop.ledger.own_lists import OwnLists
from outcrop.provenance.verify import Verifier
from outcrop.units import ModelId

Doing = Callable[[Asked], Response]
"""Does an operation, in a thread of its own: it may wait for the database."""

ANY: Final = ModelId("")
"""In place of a model, for all operations count alike."""
DOCUMENT: Final = "GetOpenApi"
"""The operation that gives the contract."""
FREE: Final = frozenset({DOCUMENT, "GetCaller", "CreateSession", "GetSession", "DeleteSession"})
"""Operations that ask for no permission, only for a key or, to sign in, for its secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """The REST, over what its resources need."""

    models: Invocable
    desk: Desk
    quotas: Quotas
    linked: Linked
    links: SignInLinks | None = None
    """Those that sign somebody in without a key, where there may be any."""
    verifier: Verifier | None = None
    """What pictures are verified by, where there are keys for that."""

    def routes(self) -> list[Route]:
        """Every operation by its name in the contract, on a path that is still percent-encoded."""
        doing = self._doing()
        return [
            Route(each.path, partial(self._answer, each, doing[each.id]), methods=[each.method], name=each.id)
            for each in contract().operations
        ]

    def open_to_all(self) -> list[Route]:
        """Those that ask nobody who they are."""
        names = {each.id for each in contract().operations if each.open_to_all}
        return [route for route in self.routes() if route.name in names]

    async def _answer(self, operation: Operation, do: Doing, request: Request) -> Response:
        with self.quotas.admitted(_counted(request), ANY):
            asked = await read_asked(operation, request, self.models.permission)
            return await asyncio.to_thread(do, asked)

    def _doing(self) -> Mapping[str, Doing]:
        catalog, directory, region = self.models.catalog, self.models.directory, self.models.region
        books = self.desk.maker.books
        models = Models(catalog=catalog, books=books, region=region)
        sessions, jobs = Sessions(directory=directory, links=self.links), Jobs(models=self.models, desk=self.desk)
        webhooks = Webhooks(directory=directory, region=region, private=self.models.manner.private_webhooks)
        streams = JobStreams(models=self.models, desk=self.desk)
        doing = {DOCUMENT: _document} | self._about_assets(region) | self._about_money(region)
        doing |= self._about_trust(region)
        trail = AuditTrail(directory=directory, region=region, trail=self.models.manner.trail)
        access = ModelAccess(catalog=catalog, directory=directory, region=region)
        for one in (models, access, sessions, trail, jobs, streams, webhooks):
            doing |= one.doing()
        for grown in (Drafts, Comparisons, Ballots):
            doing |= grown(models=self.models, desk=self.desk).doing()
        for resource in (Callers, Users, Keys):
            doing |= resource(directory=directory, region=region).doing()
        return doing

    def _about_money(self, region: str) -> dict[str, Doing]:
        catalog, directory, books = self.models.catalog, self.models.directory, self.desk.maker.books
        lists = OwnLists(catalog=catalog, database=directory.database, now=books.now)
        doing: dict[str, Doing] = {
            **PriceLists(lists=lists, region=region).doing(),
            **Quotes(catalog=catalog, database=directory.database, books=books, random_seed=random_seed).doing(),
            **Refunds(database=directory.database, books=books, region=region).doing(),
            **CreditPools(catalog=catalog, directory=directory, books=books, region=region).doing(),
        }
        for resource in (Costs, Budgets, BudgetEvents, Ledger):
            doing |= resource(directory=directory, region=region).doing()
        return doing

    def _about_trust(self, region: str) -> dict[str, Doing]:
        database, maker, library = self.models.directory.database, self.desk.maker, self.desk.library
        looks = maker.screening.looking.judge is not None
        decisions = Reviews(library=library, books=maker.books, now=self.models.directory.now)
        prompts = Prompts(catalog=self.models.catalog, database=database, screening=maker.screening, region=region)
        return {
            **prompts.doing(),
            **PicturePolicies(database=database, region=region, looks=looks).doing(),
            **PictureReviews(reviews=decisions, catalog=self.models.catalog, region=region).doing(),
            **Verification(database=database, verifier=self.verifier).doing(),
        }

    def _about_assets(self, region: str) -> dict[str, Doing]:
        assets = Assets(library=self.desk.library, region=region)
        return {
            **assets.doing(),
            **BrandKits(library=self.desk.library, region=region).doing(),
            **AssetContent(assets=assets, darkroom=self.desk.darkroom).doing(),
            **AssetLinks(assets=assets, linked=self.linked).doing(),
            **AssetRetention(assets=assets).doing(),
        }


def rest_quotas(per_minute: int | None, clock: Clock) -> Quotas:
    """The quotas of so many requests a minute of an account; None is any number."""
    limits = {} if per_minute is None else {ANY: Limit(name="rest", per_minute=per_minute)}
    return Quotas(limits, None, clock)


def _counted(request: Request) -> str:
    """Whose requests it counts towards: an account's, or of whoever is nobody yet, those of their address."""
    caller = caller_if_known(request)
    return f"from {peer_of(request)}" if caller is None else caller.user.account_id


def _document(_: Asked) -> Response:
    return JSONResponse(contract().document)
