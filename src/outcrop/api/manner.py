"""What the operator decides of how requests are answered. Knows no request."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from outcrop.access.quotas import Limit
from outcrop.access.sign_in_links import SignInLinks
from outcrop.api.linked import Distribution
from outcrop.forward.upstream import Upstream
from outcrop.provenance.verify import Verifier
from outcrop.records.invocation_log import InvocationLog
from outcrop.records.meter import Meter, Unmetered
from outcrop.records.trail import Trail
from outcrop.units import ModelId


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """The choices; as they stand here, every request that can be answered is."""

    waits_for_weights: bool = True
    """Whether a request waits while its model is loaded; otherwise it is told to come again."""
    answers_retired: bool = True
    """Whether models draw on that AWS has retired; otherwise they are at the end of their life here too."""
    limits: Mapping[ModelId, Limit] = field(default_factory=dict)
    """How many requests a minute an account may make of a model; one that is not there is not limited."""
    rest_per_minute: int | None = None
    """How many requests of Outcrop's own REST an account may make a minute; None is any number."""
    in_flight: int | None = None
    """How many requests an account may have under way; None is any number."""
    keep_invocations: bool = False
    """Whether pictures that InvokeModel answers are kept in the library too."""
    private_webhooks: bool = False
    """Whether webhooks of accounts may be on private networks, and plain HTTP."""
    trail: Trail | None = None
    """Where every call is written down before it is answered; whoever opened it closes it."""
    metrics: Meter = field(default_factory=Unmetered)
    """Where every call of a model is counted."""
    invocation_log: InvocationLog | None = None
    """Where calls of models are logged for the accounts that want it."""
    studio: bool = True
    """Whether the studio's pages are served."""
    public_url: str | None = None
    """Where links to pictures lead; None is where somebody asked for one."""
    distribution: Distribution | None = None
    """Where CloudFront delivers from, where there is one."""
    links: SignInLinks | None = None
    """Links that sign somebody in once, where there may be any."""
    verifier: Verifier | None = None
    """What pictures are verified by."""
    upstream: Upstream | None = None
    """Where calls are passed on to for models that are not drawn here."""


AS_MUCH_AS_POSSIBLE = Manner()
"""For whoever has no choices."""
