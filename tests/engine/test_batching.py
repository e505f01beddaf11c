"""The scheduler of passes keeps its promises for every load."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcrop.engine.batching import Slot, may_join, next_pass

BUDGET = 100

loads = st.lists(
    st.builds(
        Slot,
        image=st.integers(0, 10_000),
        group=st.sampled_from(["a", "b", "c"]),
        cost=st.integers(1, 150),
        last_pass=st.integers(-1, 50),
    ),
    min_size=1,
    max_size=30,
    unique_by=lambda slot: slot.image,
)


@given(loads)
def test_a_pass_holds_one_group_within_its_budget(load: list[Slot]) -> None:
    """Only equals share a pass, and only a single image may exceed the budget."""
    chosen = next_pass(load, BUDGET)
    assert chosen
    assert len({slot.group for slot in chosen}) == 1
    assert len(chosen) == 1 or sum(slot.cost for slot in chosen) <= BUDGET


@given(loads)
def test_the_longest_unserved_image_is_always_served(load: list[Slot]) -> None:
    """Nothing that waits longest can be passed over, whatever it costs."""
    assert min(load, key=lambda slot: (slot.last_pass, slot.image)) in next_pass(load, BUDGET)


@given(loads)
def test_the_order_of_the_load_does_not_matter(load: list[Slot]) -> None:
    """The same images give the same pass."""
    assert next_pass(load, BUDGET) == next_pass(load[::-1], BUDGET)


@given(st.lists(st.sampled_from(["a", "b", "c", "d"]), min_size=1, max_size=8))
def test_with_room_for_all_none_of_g_groups_waits_more_than_g_passes(groups: list[str]) -> None:
    """Groups take turns."""
    load = {n: Slot(image=n, group=group, cost=1) for n, group in enumerate(groups)}
    served: dict[int, int] = dict.fromkeys(load, -1)
    for number in range(4 * len(groups)):
        for slot in next_pass(list(load.values()), BUDGET):
            assert number - served[slot.image] <= len(set(groups))
            served[slot.image] = number
            load[slot.image] = slot.after(number)


@given(loads)
def test_images_join_in_order_until_their_group_fills_a_pass(load: list[Slot]) -> None:
    """Whoever was let in fits one pass with its group, except an image that is alone in it."""
    under_way: list[Slot] = []
    for slot in load:
        if may_join(under_way, slot, BUDGET):
            under_way.append(slot)
    for group in {slot.group for slot in under_way}:
        costs = [slot.cost for slot in under_way if slot.group == group]
        assert len(costs) == 1 or sum(costs) <= BUDGET


def test_an_empty_load_has_no_pass() -> None:
    """Asking for a pass of nothing is a mistake of the caller."""
    with pytest.raises(ValueError, match="at least one slot"):
        next_pass([], BUDGET)
