"""The time that a request asks about: a month, or from one day to before another. Pure; knows no database.

Units: seconds since 1970; days and months are those of UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from outcrop.errors import InvalidRequest
from outcrop.ledger.allowance import FOREVER
from outcrop.ledger.month import read_month


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From one moment to before another."""

    since: int = 0
    until: int = FOREVER


def period(parameters: Mapping[str, Any]) -> Period:
    """The period that `month`, or `since` and `until`, name; without them, all of time.

    Raises: InvalidRequest when both kinds are given.
    """
    month, since, until = (parameters.get(name) for name in ("month", "since", "until"))
    if month is not None:
        if since is not None or until is not None:
            raise InvalidRequest("Give 'month', or 'since' and 'until', not both.")
        whole = read_month(month)
        return Period(since=whole.since, until=whole.until)
    return Period(since=0 if since is None else _midnight(since), until=FOREVER if until is None else _midnight(until))


def _midnight(day: str) -> int:
    first = date.fromisoformat(day)
    return int(datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp())
