"""What can go wrong, in the words of the domain. Knows no HTTP: each API front has one table from these to its own.

OutcropError
├── InvalidRequest     the request breaks a rule; the message names the value, the limit and the fix
├── MalformedRequest   the request is not of the form that is prescribed; each place that is not has its words
├── NoSuchModel        no model of that id is in the catalogue
├── NoSuchResource     nothing of that name is kept here
├── NoSuchOperation    nothing here does what was asked for
├── NoCredentials      the request does not say who asks
├── BadCredentials     the request says who asks in a way that cannot be read
├── UnknownKey         the request says who asks, and nobody here has that key
├── BadSignature       the request is not signed as whoever asks would have signed it
├── ExpiredKey         the key was good once
├── Denied             whoever asks may not have it
├── AlreadyThere       something of that name is kept here already
├── NoRoom             as many things of a kind are kept as may
├── TooManyTags        more tags than a resource may have
├── MalformedPolicy    a policy document is none; the message names the place in it
├── Unsupported        a valid request for something that the model or this installation does not do
├── Withheld           a filter held the request back before anything was drawn
├── ModelFailed        the engine tried and could not make this picture
├── Cancelled          whoever asked no longer wants the picture
├── BudgetSpent        a budget would be passed; the message names it, its limit and when it begins anew
├── ImpossibleBooking  a booking contradicts what is booked already, so it was not made
├── Throttled          whoever asks has asked too much of late, or too many wait; trying again later may help
├── Loading            the model's weights are being loaded, and whoever asked does not wait for that
├── Overdue            the picture's deadline has passed before it was there
├── NotInTime          what the request was passed on to did not answer within its time
├── RefusedElsewhere   what the request was passed on to refused it, in its own words
├── Unavailable        the engine is gone or restarting; trying again may help
├── StorageFailed      what is to be kept or read cannot be, such as on a full disk; trying again may help
├── BadCheckpoint      a folder of weights is missing a file, broken or of an unknown family
└── BadSettings        the configuration file or an OUTCROP_* variable cannot be used
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal


class OutcropError(Exception):
    """Root of all errors that Outcrop raises on purpose; its text is meant for the person who asked."""


class InvalidRequest(OutcropError):
    """The request breaks a rule of the model it is for."""


class MalformedRequest(OutcropError):
    """The request is not of the form that is prescribed."""

    def __init__(self, message: str, violations: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(message)
        self.violations = tuple(violations)
        """Each place that breaks the form, as a JSON pointer, and in what way."""


class NoSuchModel(OutcropError):
    """No model of that id is in the catalogue."""


class NoSuchResource(OutcropError):
    """Nothing of that name is kept here."""


class NoSuchOperation(OutcropError):
    """Nothing here does what was asked for."""

    def __init__(self, message: str, others: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.others = tuple(others)
        """What can be done instead to the same thing."""


class NoCredentials(OutcropError):
    """The request does not say who asks."""


class BadCredentials(OutcropError):
    """The request says who asks in a way that cannot be read."""


class UnknownKey(OutcropError):
    """Nobody here has the key that the request shows, or it opens nothing any more."""


class BadSignature(OutcropError):
    """The request is not signed with the key's secret, or not now, or not for here."""


class ExpiredKey(OutcropError):
    """The key was made to end, and has ended."""


class Denied(OutcropError):
    """Whoever asks may not have what was asked for."""


class AlreadyThere(OutcropError):
    """Something of that name is kept here already."""


class NoRoom(OutcropError):
    """An account has as many things of a kind as it may."""


class TooManyTags(OutcropError):
    """A resource would have more tags than it may."""


class MalformedPolicy(OutcropError):
    """A policy document breaks the grammar; the text names the place in it and what may stand there."""


class Unsupported(OutcropError):
    """The request is valid, but the model does not offer it, or this installation not yet."""


Stage = Literal["prompt", "input image", "output image"]
"""What a filter found something in."""


class Withheld(OutcropError):
    """A filter held the request back; nothing was drawn and nothing booked. The text never quotes the request."""

    def __init__(self, message: str, *, stage: Stage = "prompt", categories: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.stage = stage
        self.categories = tuple(categories)
        """What it is about, by name."""

    @property
    def record(self) -> Mapping[str, object]:
        """What a record says of it: never the words."""
        return {"filtered": self.stage, "categories": list(self.categories)}


class ModelFailed(OutcropError):
    """The engine started on the picture and could not finish it."""


class Cancelled(OutcropError):
    """Whoever asked for the picture no longer wants it."""


class BudgetSpent(OutcropError):
    """The picture would pass a budget; nothing was drawn and nothing booked."""


class ImpossibleBooking(OutcropError):
    """What was to be booked contradicts what is booked already; the books stayed as they were."""


class Throttled(OutcropError):
    """Too much is asked at once; the same request may find a place in a moment."""

    def __init__(self, message: str, retry_after_s: float = 1) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
        """Seconds after which it may."""


class Loading(OutcropError):
    """The model's weights are being loaded; the same request will work in a moment."""


class Overdue(OutcropError):
    """The picture was not there by its deadline; the same request may be quicker in a moment."""


class NotInTime(OutcropError):
    """What the request was passed on to took too long; whether it drew a picture nobody here knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """How a request was refused elsewhere."""

    status: int
    code: str
    members: Mapping[str, str | int] = field(default_factory=dict)
    """What the refusal says beside its message."""
    request_id: str = ""
    """By which that side knows the request."""
    retry_after_s: float | None = None
    """Seconds after which it may be tried again, where it says so."""


class RefusedElsewhere(OutcropError):
    """What the request was passed on to refused it; all here are that side's own words."""

    def __init__(self, message: str, refused: Refused) -> None:
        super().__init__(message)
        self.refused = refused


class Unavailable(OutcropError):
    """The engine is gone or restarting; the same request may work in a moment."""


class StorageFailed(OutcropError):
    """Bytes could not be kept or read where they belong: no room, no way there, or damaged."""

    def __init__(self, message: str, *, full: bool = False) -> None:
        super().__init__(message)
        self.full = full
        """Whether it is for want of room, which somebody has to make."""


class BadCheckpoint(OutcropError):
    """A folder of weights is missing a file, broken, or of a family the engine does not know."""


class BadSettings(OutcropError):
    """The configuration file or an OUTCROP_* variable holds something unusable."""
