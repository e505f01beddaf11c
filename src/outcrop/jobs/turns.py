"""Whose job comes next: urgent before patient, accounts in turn. Pure; knows no job and no clock.

A turn is one job taken. The account whose turn was longest ago goes first, within its priority; a higher priority goes
before a lower one, but one that has let PATIENCE turns by is overdue, and the longest overdue goes. The engine shares
its passes by the same rule.
"""

from collections.abc import Sequence

from outcrop.engine.engine import PRIORITIES
from outcrop.store.jobs import Lane

PATIENCE = {"interactive": 0, "standard": 3, "batch": 15}
"""Turns that a priority lets others have before it is overdue."""


def next_lane(lanes: Sequence[Lane], last_turn: int) -> Lane:
    """The lane whose turn it is, of those in which jobs wait; at least one does.

    `last_turn` is the turn that was taken last, by whomever.
    """
    waited = {name: last_turn - max(lane.turn for lane in lanes if lane.priority == name) for name in _there(lanes)}
    overdue = [name for name in waited if waited[name] > PATIENCE[name]]
    priority = max(overdue, key=lambda name: waited[name]) if overdue else next(iter(waited))
    return min((lane for lane in lanes if lane.priority == priority), key=lambda lane: (lane.turn, lane.account_id))


def _there(lanes: Sequence[Lane]) -> list[str]:
    """The priorities that wait, from the most urgent to the least."""
    there = {lane.priority for lane in lanes}
    return [name for name in PRIORITIES if name in there]


def position(before: int, own: Lane, lanes: Sequence[tuple[Lane, int]]) -> int:
    """A job's place among those that wait, 1 the first: as if nothing came any more and nothing were overdue.

    `before` is how many stand before it in its own lane; `lanes` are all that wait, with how many jobs.
    """
    ahead = before
    for lane, count in lanes:
        if PRIORITIES.index(lane.priority) < PRIORITIES.index(own.priority):
            ahead += count
        elif lane.priority == own.priority and lane.account_id != own.account_id:
            ahead += min(count, before)
    return ahead + 1
