"""The API server: one ASGI application over the catalogue and the flow. Starts without torch; opens and closes nothing.

Knows which fronts there are; each front knows its own operations.
"""

from collections.abc import Iterable, Iterator
from typing import NoReturn

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.routing import BaseRoute, Match, Route

from outcrop.access.directory import Directory
from outcrop.access.quotas import Quotas
from outcrop.api import not_built
from outcrop.api.account_documents import AccountDocuments
from outcrop.api.apply_guardrail import ApplyGuardrail
from outcrop.api.async_invokes import AsyncInvokes
from outcrop.api.audit import Audit
from outcrop.api.batches import Batches
from outcrop.api.bedrock_control import BedrockControl
from outcrop.api.bedrock_runtime import BedrockRuntime
from outcrop.api.detect_generated_content import DetectGeneratedContent
from outcrop.api.edge import LOGGED_PATH_CHARS, Edge
from outcrop.api.guarding import Guarding
from outcrop.api.guardrails import Guardrails
from outcrop.api.identity import Identity
from outcrop.api.inference_profiles import InferenceProfiles
from outcrop.api.invocations import Invocations
from outcrop.api.invoked import Invocable
from outcrop.api.keeping import Keeping
from outcrop.api.linked import Linked
from outcrop.api.manner import AS_MUCH_AS_POSSIBLE, Manner
from outcrop.api.model_agreements import ModelAgreements
from outcrop.api.passing import Passing
from outcrop.api.permission import Permission
from outcrop.api.rest.front import Rest, rest_quotas
from outcrop.api.rest.problems import is_rest
from outcrop.api.studio import Studio, studio_files
from outcrop.api.tagging import Tagging
from outcrop.catalog.load import Catalog
from outcrop.clock import Clock, now, random_seed
from outcrop.errors import NoSuchOperation
from outcrop.flow import Flow
from outcrop.forward.upstream import Upstream
from outcrop.jobs.desk import Desk
from outcrop.jobs.reviewing import Holding
from outcrop.ledger.books import Books
from outcrop.records.meter import Meter


def create_app(
    *,
    catalog: Catalog,
    flow: Flow,
    directory: Directory,
    books: Books,
    desk: Desk,
    region: str,
    manner: Manner = AS_MUCH_AS_POSSIBLE,
    clock: Clock = now,
) -> Starlette:
    """Put the application together; who opened flow, directory, books and desk closes them."""
    permission = Permission(directory=directory, region=region)
    models = Invocable(catalog=catalog, directory=directory, permission=permission, region=region, manner=manner)
    guarding = Guarding(directory=directory, region=region, judge=desk.maker.screening.looking.judge)
    runtime = _runtime(models, guarding, books, flow, desk, clock)
    quotas = rest_quotas(manner.rest_per_minute, clock)
    linked = _linked(desk, directory, manner)
    rest = Rest(models=models, desk=desk, quotas=quotas, linked=linked, links=manner.links, verifier=manner.verifier)
    jobs = [*AsyncInvokes(models=models, desk=desk).routes(), *Batches(models=models, desk=desk).routes()]
    guardrails = _guardrail_routes(guarding, permission, clock)
    detecting = DetectGeneratedContent(models=models, verifier=manner.verifier).routes()
    bedrock = [*runtime.routes(), *detecting, *guardrails, *jobs, *_control_routes(catalog, permission)]
    routes = [*bedrock, *not_built.routes(), *rest.routes(), *linked.routes()]
    audit = None if manner.trail is None else Audit(manner.trail, routes, region, directory.now)
    identity, open_to_all = Identity(directory, region), [*rest.open_to_all(), *linked.routes()]
    app = Starlette(
        routes=routes,
        middleware=[
            *([Middleware(Studio, files=studio_files())] if manner.studio else []),
            Middleware(Edge, identity=identity, clock=clock, audit=audit, open_to_all=open_to_all),
        ],
        exception_handlers={HTTPException: _no_such_operation},
    )
    app.router.redirect_slashes = False
    app.state.end_streams = desk.board.close
    return app


def _runtime(
    models: Invocable, guarding: Guarding, books: Books, flow: Flow, desk: Desk, clock: Clock
) -> BedrockRuntime:
    """The data plane."""
    catalog, manner, now = models.catalog, models.manner, models.directory.now
    return BedrockRuntime(
        guarding=guarding,
        catalog=catalog,
        models=models,
        books=books,
        flow=flow,
        clock=clock,
        random_seed=random_seed,
        manner=manner,
        quotas=Quotas(manner.limits, manner.in_flight, clock),
        metrics=manner.metrics,
        screening=desk.maker.screening,
        holding=desk.maker.holding,
        invocations=Invocations(log=manner.invocation_log, region=models.region, now=now),
        keeping=Keeping(library=desk.library) if manner.keep_invocations else None,
        passing=_passing(manner.upstream, catalog, books, manner.metrics, desk.maker.holding),
    )


def _guardrail_routes(guarding: Guarding, permission: Permission, clock: Clock) -> Iterator[Route]:
    """The operations on guardrails: what they are, and what they say of content."""
    directory, pictured = permission.directory, guarding.judge is not None
    yield from ApplyGuardrail(guarding=guarding, permission=permission, clock=clock).routes()
    yield from Guardrails(
        directory=directory, permission=permission, region=permission.region, pictured=pictured
    ).routes()


def _linked(desk: Desk, directory: Directory, manner: Manner) -> Linked:
    """Pictures behind links."""
    return Linked(
        darkroom=desk.darkroom,
        seal=directory.seal,
        now=directory.now,
        public_url=manner.public_url,
        distribution=manner.distribution,
    )


def _control_routes(catalog: Catalog, permission: Permission) -> Iterator[Route]:
    """The operations of `bedrock` that are answered."""
    directory, region = permission.directory, permission.region
    yield from BedrockControl(catalog=catalog, permission=permission, region=region).routes()
    for part in (ModelAgreements, InferenceProfiles):
        yield from part(catalog=catalog, directory=directory, permission=permission, region=region).routes()
    yield from Tagging(directory=directory, permission=permission, region=region).routes()
    yield from AccountDocuments(directory=directory, permission=permission).routes()


def _passing(
    upstream: Upstream | None, catalog: Catalog, books: Books, metrics: Meter, holding: Holding
) -> Passing | None:
    """How calls are passed on, where there is somewhere to pass them on to."""
    if upstream is None:
        return None
    return Passing(upstream=upstream, catalog=catalog, books=books, metrics=metrics, holding=holding)


def _no_such_operation(request: Request, _: Exception) -> NoReturn:
    """What the router raises, no path and no method alike, is an operation that there is not."""
    path = request.scope["path"][:LOGGED_PATH_CHARS]
    others = sorted(_methods(request.app.routes, request)) if is_rest(path) else ()
    instead = f" Here one can {', '.join(others)}." if others else ""
    raise NoSuchOperation(f"There is no operation {request.method} {path} here.{instead}", others)


def _methods(routes: Iterable[BaseRoute], request: Request) -> Iterator[str]:
    """What can be done to a path, but for what was tried."""
    for route in routes:
        if isinstance(route, Route) and route.matches(request.scope)[0] is Match.PARTIAL:
            yield from route.methods or ()
