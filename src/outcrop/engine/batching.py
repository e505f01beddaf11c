"""Which images share the next forward pass. Knows costs and groups; knows no tensors, models or requests."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One image under way, as the scheduler sees it."""

    image: int
    """Its number, given on arrival: smaller is older."""
    group: Hashable
    """Network and latent size: only equals may share a pass."""
    cost: int
    """Pixels in one pass, at the native size, both guidance halves counted."""
    last_pass: int = -1
    """The pass that last advanced it; -1 before its first."""

    def after(self, number: int) -> "Slot":
        """The same slot once pass `number` has advanced it."""
        return replace(self, last_pass=number)


def next_pass(under_way: Sequence[Slot], budget: int) -> tuple[Slot, ...]:
    """Choose the slots of the next pass: the longest-unserved slot, then its group in order of need.

    The first slot is taken even when it alone exceeds the budget, so every image ends: with g groups whose slots
    all fit, none waits more than g - 1 passes.

    Units: budget in pixels, as `Slot.cost`.
    Raises: ValueError when nothing is under way.
    """
    if not under_way:
        raise ValueError("next_pass needs at least one slot")
    by_need = sorted(under_way, key=lambda slot: (slot.last_pass, slot.image))
    chosen: list[Slot] = []
    spent = 0
    for slot in by_need:
        if slot.group == by_need[0].group and (not chosen or spent + slot.cost <= budget):
            chosen.append(slot)
            spent += slot.cost
    return tuple(chosen)


def may_join(under_way: Sequence[Slot], arriving: Slot, budget: int) -> bool:
    """Whether an arriving image may join those under way, so that all of a group still fit one pass.

    Images beyond that would only slow down the earlier ones: they wait, in order. An image that alone exceeds the
    budget joins when its group is empty.

    Units: budget in pixels, as `Slot.cost`.
    """
    beside = [slot.cost for slot in under_way if slot.group == arriving.group]
    return not beside or sum(beside) + arriving.cost <= budget
