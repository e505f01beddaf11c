"""Turns a report of costs into bars. Pure; knows reports and charts, no database."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from outcrop.ledger.chart import Bars, Series
from outcrop.ledger.report import Line


def charted(found: Sequence[Line], by: Sequence[str], month: str) -> Bars:
    """A report as bars: one for each value of the first thing it is by, divided by the others.

    Days on which nothing was asked for have a place as well.
    """
    keys = _keys([line.key[0] for line in found], by[0])
    own = Counter[str]()
    for line in found:
        own[line.key[0]] += line.own
    known = any(line.own_of for line in found)
    return Bars(
        title=f"Costs by {' and '.join(by)}{f', {month}' if month else ''}, list price in US dollars",
        labels=tuple(key or "none" for key in keys),
        series=tuple(_series(name, costs, keys) for name, costs in sorted(_divided(found).items())),
        own=tuple(own[key] for key in keys) if known else None,
    )


def _divided(found: Sequence[Line]) -> dict[str, dict[str, int]]:
    """What each series costs, by the first key."""
    costs: dict[str, dict[str, int]] = {}
    for line in found:
        name = " · ".join(part or "none" for part in line.key[1:]) or "list price"
        costs.setdefault(name, {})[line.key[0]] = line.cost
    return costs


def _series(name: str, costs: Mapping[str, int], keys: Sequence[str]) -> Series:
    return Series(name=name, values=tuple(costs.get(key, 0) for key in keys))


def _keys(there: Sequence[str], name: str) -> list[str]:
    found = sorted(set(there))
    if name != "day" or not found:
        return found
    first, last = (date.fromisoformat(day) for day in (found[0], found[-1]))
    return [(first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1)]
