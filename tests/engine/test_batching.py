"""The scheduler of passes keeps its promises for every load."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random  # noqa: TID251 - hypothesis chooses what it gives
from typing import final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outcrop.engine.batching import PATIENCE, Slot, Turns, next_pass
from outcrop.engine.engine import PRIORITIES

BUDGET = 100


def budget(_: Slot) -> int:
    """The same for every group."""
    return BUDGET


slots = st.lists(
    st.builds(
        Slot,
        image=st.integers(0, 10_000),
        account=st.sampled_from(["ann", "ben", "cleo"]),
        priority=st.sampled_from(PRIORITIES),
        group=st.sampled_from(["a", "b", "c"]),
        cost=st.integers(1, 150),
        since=st.integers(0, 50),
    ),
    min_size=1,
    max_size=30,
    unique_by=lambda slot: slot.image,
)


@st.composite
def turns(draw: st.DrawFn) -> Turns:
    """Some passes run, and some of the paths above among those that led them."""
    paths = draw(st.lists(slots.map(lambda drawn: drawn[0].lane), max_size=6))
    led = {path[:depth]: draw(st.integers(1, 50)) for path in paths for depth in (1, 2, 3)}
    return Turns(passes=50, led=led)


@given(slots, turns())
def test_a_pass_holds_one_group_within_its_budget(load: list[Slot], before: Turns) -> None:
    """Only equals share a pass, and only a single image may exceed the budget."""
    chosen = next_pass(load, before, budget)
    assert len({slot.group for slot in chosen}) == 1
    assert len({slot.image for slot in chosen}) == len(chosen)
    assert len(chosen) == 1 or sum(slot.cost for slot in chosen) <= BUDGET


@given(slots, turns())
def test_no_room_is_wasted(load: list[Slot], before: Turns) -> None:
    """Whoever of the group was left out does not fit."""
    chosen = next_pass(load, before, budget)
    room = BUDGET - sum(slot.cost for slot in chosen)
    left_out = [slot for slot in load if slot.group == chosen[0].group and slot not in chosen]
    assert all(slot.cost > room for slot in left_out)


@given(slots, turns())
def test_the_lead_is_the_oldest_of_its_lane(load: list[Slot], before: Turns) -> None:
    """Pictures of an account that could share a pass are begun and ended in the order in which they came."""
    lead = next_pass(load, before, budget)[0]
    assert lead.image == min(slot.image for slot in load if slot.lane == lead.lane)


@given(slots, turns())
def test_the_order_of_the_load_does_not_matter(load: list[Slot], before: Turns) -> None:
    """The same images give the same pass."""
    assert next_pass(load, before, budget) == next_pass(load[::-1], before, budget)


@given(slots, turns())
def test_room_is_shared_out_evenly(load: list[Slot], before: Turns) -> None:
    """Of two accounts of a priority none has two seats more than the other, who would have liked another one."""
    chosen = next_pass([replace(slot, cost=30) for slot in load], before, budget)
    left_out = {(s.priority, s.account) for s in load if s.group == chosen[0].group} - {
        (s.priority, s.account)
        for s in chosen
        if sum(o.lane == s.lane for o in chosen) == sum(o.lane == s.lane for o in load)
    }
    for priority, account in left_out:
        seats = sum((slot.priority, slot.account) == (priority, account) for slot in chosen)
        assert all(
            sum(other.lane == slot.lane for other in chosen) <= seats + 1
            for slot in chosen
            if slot.priority == priority and slot.account != account
        )


@given(slots)
def test_beside_the_lead_the_urgent_come_first(load: list[Slot]) -> None:
    """A picture of a lower priority has a seat only where each higher one that would fit has one."""
    lead, *others = next_pass([replace(slot, cost=20) for slot in load], Turns(), budget)
    taken = {slot.image for slot in (lead, *others)}
    for out in load:
        if out.group == lead.group and out.image not in taken:
            assert all(PRIORITIES.index(slot.priority) <= PRIORITIES.index(out.priority) for slot in others)


def test_an_empty_load_has_no_pass() -> None:
    """Asking for a pass of nothing is a mistake of the caller."""
    with pytest.raises(ValueError, match="at least one slot"):
        next_pass([], Turns(), budget)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One pass of a simulation: who was there before it, and who took part, the lead first."""

    there: Sequence[Slot]
    chosen: Sequence[Slot]


@final
class Simulation:
    """Pictures that come and go at random, under the scheduler."""

    def __init__(self, chance: Random, pictures: int, crowding: int) -> None:
        """`crowding` is about how many pictures come in ten passes."""
        self.work: dict[int, int] = {}
        """Passes that each picture needs."""
        self.ahead: dict[int, int] = {}
        """Passes that it and the older ones of its lane still had to make when it came."""
        self.passes: list[Pass] = []
        left: dict[int, int] = {}
        there: list[Slot] = []
        now = Turns()
        coming = iter(range(pictures))
        while there or len(self.work) < pictures:
            for _ in range(chance.randrange(1 + crowding // 5) if there else 1):
                for slot in self._arrival(next(coming, None), chance, now.passes):
                    left[slot.image] = self.work[slot.image]
                    there.append(slot)
                    self.ahead[slot.image] = sum(left[other.image] for other in there if other.lane == slot.lane)
            chosen = next_pass(there, now, budget)
            self.passes.append(Pass(there=tuple(there), chosen=chosen))
            now = now.after(chosen[0], there)
            for slot in chosen:
                left[slot.image] -= 1
            there = [slot for slot in there if left[slot.image]]

    def _arrival(self, image: int | None, chance: Random, since: int) -> Iterator[Slot]:
        if image is not None:
            self.work[image] = chance.choice([1, 1, 3, 10, 40])
            yield Slot(
                image=image,
                account=chance.choice("aaaabbcd"),
                priority=chance.choice(PRIORITIES),
                group=chance.choice("xxxyz"),
                cost=chance.choice([10, 20, 60, 120]),
                since=since,
            )


simulations = st.builds(Simulation, st.randoms(use_true_random=False), st.integers(1, 150), st.integers(1, 20))


@settings(max_examples=40, deadline=None)
@given(simulations)
def test_no_picture_waits_longer_than_the_bound(run: Simulation) -> None:
    """The formula of the module's docstring holds for each of thousands of pictures."""
    for image, passes in presences(run).items():
        own = next(slot for slot in passes[0].there if slot.image == image)
        same = [[slot for slot in each.there if slot.priority == own.priority] for each in passes]
        accounts = max(len({slot.account for slot in there}) for there in same)
        lanes = max(len({slot.lane for slot in there if slot.account == own.account}) for there in same)
        assert len(passes) <= (PATIENCE[own.priority] + 3) * accounts * lanes * run.ahead[image]


def presences(run: Simulation) -> dict[int, list[Pass]]:
    """The passes that each picture was there for."""
    found: dict[int, list[Pass]] = {}
    for each in run.passes:
        for slot in each.there:
            found.setdefault(slot.image, []).append(each)
    return found


@settings(max_examples=40, deadline=None)
@given(simulations)
def test_no_account_gets_more_than_its_share_by_more_than_one_pass(run: Simulation) -> None:
    """Between two passes that an account leads, every other one leads that has a picture there all the while."""
    led: dict[tuple[object, ...], int] = {}
    for number, each in enumerate(run.passes):
        lead = each.chosen[0]
        before = led.get(lead.lane[:2])
        if before is not None:
            patient = {slot.image for slot in run.passes[before].there} & {slot.image for slot in each.there}
            waiting = {s.lane[:2] for s in each.there if s.image in patient and s.priority == lead.priority}
            assert all(led.get(other, -1) > before for other in waiting - {lead.lane[:2]})
        led[lead.lane[:2]] = number


@settings(max_examples=40, deadline=None)
@given(simulations)
def test_a_lower_priority_goes_first_only_when_it_is_overdue(run: Simulation) -> None:
    """It has let at least its patience of passes by, since it led last or came."""
    led: dict[str, int] = {}
    for number, each in enumerate(run.passes, 1):
        lead = each.chosen[0]
        came = min(slot.since for slot in each.there if slot.priority == lead.priority)
        if any(PRIORITIES.index(slot.priority) < PRIORITIES.index(lead.priority) for slot in each.there):
            assert number - max(led.get(lead.priority, 0), came) > PATIENCE[lead.priority]
        led[lead.priority] = number
