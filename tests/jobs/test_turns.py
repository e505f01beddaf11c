"""Whose job comes next: nobody is forgotten, and nobody gets more than their share."""

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from outcrop.engine.engine import PRIORITIES
from outcrop.jobs.turns import PATIENCE, next_lane
from outcrop.store.jobs import Lane


def lanes(accounts: list[int]) -> list[Lane]:
    """So many accounts of each priority."""
    return [
        Lane(kind="kind", priority=priority, account_id=f"{number}")
        for priority, count in zip(PRIORITIES, accounts, strict=True)
        for number in range(count)
    ]


def turns(there: list[Lane], count: int) -> list[Lane]:
    """Who gets each of the next turns while all of them wait."""
    taken = []
    for turn in range(1, count + 1):
        lane = next_lane(there, turn - 1)
        taken.append(lane)
        there = [replace(each, turn=turn) if each == lane else each for each in there]
    return [replace(lane, turn=0) for lane in taken]


@given(st.lists(st.integers(0, 4), min_size=3, max_size=3).filter(any))
def test_nobody_is_forgotten(accounts: list[int]) -> None:
    """Within a round of its priority's accounts, each of which waits no longer than that priority does."""
    there = lanes(accounts)
    taken = turns(there, 120)
    for lane in there:
        beside = sum(other.priority == lane.priority for other in there)
        longest = (PATIENCE[lane.priority] + len(PRIORITIES)) * beside
        since = [at for at, each in enumerate(taken) if each == lane]
        assert all(later - earlier <= longest for earlier, later in zip([-1, *since], [*since, 120], strict=True))


@given(st.lists(st.integers(0, 4), min_size=3, max_size=3).filter(any))
def test_accounts_of_a_priority_share_alike(accounts: list[int]) -> None:
    """None has more than one turn more than another."""
    there = lanes(accounts)
    counted = Counter(turns(there, 97))
    for priority in PRIORITIES:
        own = [counted[lane] for lane in there if lane.priority == priority]
        assert not own or max(own) - min(own) <= 1
