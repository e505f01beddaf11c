"""A month of the calendar, UTC: how people write it, and when it begins and ends. Pure; knows no booking."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from outcrop.errors import InvalidRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """Units: seconds since 1970."""

    name: str
    """As in 2026-11."""
    since: int
    until: int
    """When the next one begins."""


ALWAYS = Month(name="", since=0, until=2**62)
"""All months together."""


def read_month(text: str) -> Month:
    """The month that a text such as 2026-11 names.

    Raises: InvalidRequest when it names none.
    """
    try:
        first = datetime.strptime(text, "%Y-%m").replace(tzinfo=UTC)
        following = (first + timedelta(days=32)).replace(day=1)
    except (ValueError, OverflowError):
        raise InvalidRequest(f"'{text[:40]}' is no month; write it as in 2026-11.") from None
    return Month(name=f"{first:%Y-%m}", since=int(first.timestamp()), until=int(following.timestamp()))
