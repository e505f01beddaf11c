"""The seam to the wire bodies: one module a family of models, with the two functions named here. Knows no HTTP."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from outcrop.catalog.card import ModelCard
from outcrop.catalog.prices import Work
from outcrop.errors import Stage
from outcrop.request import Request
from outcrop.units import Seed


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a body can say of a picture that was made."""

    seed: Seed
    file: bytes
    """The bytes of the picture's file, in the format that was asked for."""


NO_SEED = Seed(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filtered:
    """That a content filter held a picture back."""

    stage: Stage
    """Where it found what it filters."""
    seed: Seed = NO_SEED
    file: bytes = b""
    """What may be shown in the picture's place, such as the picture blurred, in the format that was asked for."""


Outcome = Result | Filtered
"""What became of one picture of a request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What a body asks for as far as its price depends on it."""

    images: int
    """How many pictures at most."""
    work: Work | None
    """What each of them is; None where that is not known before it is there."""


class Dialect(Protocol):
    """How one family of bodies reads; the modules in `dialects.table` are its implementations."""

    def outline(self, body: bytes, card: ModelCard) -> Outline:
        """Read a body for its price alone, whether or not this installation has the operation that it asks for.

        Raises: InvalidRequest when it breaks the model's schema, or a picture that decides its size cannot be read.
        """
        ...

    def parse(self, body: bytes, card: ModelCard) -> Request:
        """Turn the body of a request for a model into what it asks for.

        May take a while over pictures: call it where nobody waits for the thread. Whoever gives the body away frees
        its memory before pictures take theirs.

        Raises: InvalidRequest, worded as the family words it; Unsupported when the body asks for an operation that
        AWS offers with this model and this installation does not.
        """
        ...

    def render(self, outcomes: Sequence[Outcome]) -> bytes:
        """Write the body that answers a request, from what became of its pictures, in order.

        Raises: InvalidRequest where the family answers an error to what was filtered.
        """
        ...
