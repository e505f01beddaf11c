"""The seam to a service elsewhere that draws: a call as it is passed on, and what came back. Knows no picture."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call of a model, as it leaves."""

    model: str
    """Id of the model, or of the inference profile that leads to it."""
    headers: Mapping[str, str]
    """Names in small letters; none of them says who asks."""
    body: bytes
    """Byte for byte what the client sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back of a call that succeeded."""

    request_id: str
    """By which the other side knows the call; empty where it did not say."""
    headers: Mapping[str, str]
    """Those that the client is to see, names in small letters."""
    body: bytes


class Upstream(Protocol):
    """Where calls are passed on to."""

    @property
    def region(self) -> str:
        """The region in which they are answered."""
        ...

    async def invoke(self, call: Call) -> Answer:
        """Pass a call on and wait for its answer; cancelling this closes the connection.

        Raises: RefusedElsewhere in the other side's words; NotInTime, Unavailable, Throttled or ModelFailed where
        there is no answer of its own.
        """
        ...
