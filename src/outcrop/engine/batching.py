"""Who takes part in the next forward pass: urgent before patient, accounts in turn. Knows no tensor, model or clock.

A pass has a lead, whose turn it is, and takes along whoever fits beside it. Turns are taken at three levels, one inside
the other: priorities, the accounts of a priority, the lanes of an account. A lane is an account's pictures of one
priority that may share a pass (same network, same latent size); its oldest picture leads. Whoever of an account, or of
its lanes, led longest ago leads next; one that arrives begins at the end of the round. A higher priority leads before a
lower one, but one that has let PATIENCE passes by is overdue, and the longest overdue leads.

So no picture starves. While it is there, its priority leads at least once in any PATIENCE + 3 passes (3: the number of
priorities), its account once in any `accounts` of those, its lane once in any `lanes` of these, and each time the
lane's oldest picture advances. Hence a picture ends, after its arrival, within

    (PATIENCE + 3) * accounts * lanes * work passes

where `accounts` is the most that were there at once with its priority, `lanes` the most that its account had there at
once, and `work` the passes that it and the older pictures of its lane still had to make. And no account gets more than
its share by more than one pass: between two passes that an account leads, every other one leads that is there with the
same priority.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from outcrop.engine.engine import PRIORITIES, Priority

PATIENCE: Mapping[Priority, int] = {"interactive": 0, "standard": 3, "batch": 15}
"""Passes that a priority lets others lead before it is overdue."""

Path = tuple[Hashable, ...]
"""Who takes a turn: (priority,), (priority, account) or (priority, account, group)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One picture, under way or waiting for its first pass, as the scheduler sees it."""

    image: int
    """Its number, given on arrival: smaller is older."""
    account: str
    priority: Priority
    group: Hashable
    """Network and latent size: only equals may share a pass."""
    cost: int
    """Pixels in its next pass, both guidance halves counted, and words beyond a usual prompt's by what they weigh."""
    since: int = 0
    """How many passes had been run when it could first have taken part in one."""
    paths: tuple[Path, Path, Path] = field(init=False, repr=False, compare=False)
    """The beginnings of its lane: of its priority, its account, and the lane itself."""

    def __post_init__(self) -> None:
        """Note its paths, which every pass asks for several times."""
        lane = (self.priority, self.account, self.group)
        object.__setattr__(self, "paths", (lane[:1], lane[:2], lane))

    @property
    def lane(self) -> Path:
        """Its path down to its lane; every beginning of it is a path as well."""
        return self.paths[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """How many passes have been run, and which of them each path led last."""

    passes: int = 0
    led: Mapping[Path, int] = field(default_factory=dict)
    """1 is the first pass. Paths that are not there any more may be missing: whoever comes back begins anew."""

    def last(self, path: Path, slots: Sequence[Slot]) -> int:
        """The pass from which on a path waits: the last one it led, or the one before its oldest slot arrived."""
        return max(self.led.get(path, 0), min(slot.since for slot in slots))

    def after(self, lead: Slot, present: Sequence[Slot]) -> "Turns":
        """The turns once `lead` has led the next pass; `present` are the slots that were there."""
        number = self.passes + 1
        there = {path for slot in present for path in slot.paths}
        kept = {path: last for path, last in self.led.items() if path in there}
        return Turns(passes=number, led=kept | dict.fromkeys(lead.paths, number))


def next_pass(slots: Sequence[Slot], turns: Turns, budget: Callable[[Slot], int]) -> tuple[Slot, ...]:
    """Choose the slots of the next pass, its lead first.

    The lead takes part even when it alone exceeds the budget, so every picture ends. What room is left goes to others
    of its group: the higher priority first, and within one to the accounts in turn, the oldest picture of each before
    the second of any. The order of `slots` makes no difference.

    Units: budget in pixels, as `Slot.cost`: what a pass may hold that this slot leads.
    Raises: ValueError when there is no slot.
    """
    if not slots:
        raise ValueError("next_pass needs at least one slot")
    lead = _lead(slots, turns)
    chosen, room = [lead], budget(lead) - lead.cost
    for slot in _beside(lead, slots, turns):
        if slot.cost <= room:
            chosen.append(slot)
            room -= slot.cost
    return tuple(chosen)


def _lead(slots: Sequence[Slot], turns: Turns) -> Slot:
    def urgency(path: Path, there: Sequence[Slot]) -> tuple[int, int, int]:
        rank, priority = PRIORITIES.index(there[0].priority), there[0].priority
        due = turns.last(path, there) + PATIENCE[priority] + 1
        return (0, due, rank) if due <= turns.passes + 1 else (1, 0, rank)

    def wait(path: Path, there: Sequence[Slot]) -> tuple[int, int]:
        return (turns.last(path, there), min(slot.image for slot in there))

    of_priority = _first(slots, 1, urgency)
    of_account = _first(of_priority, 2, wait)
    of_lane = _first(of_account, 3, wait)
    return min(of_lane, key=lambda slot: slot.image)


def _first(slots: Sequence[Slot], depth: int, order: Callable[[Path, Sequence[Slot]], tuple[int, ...]]) -> list[Slot]:
    """Of the slots, gathered by the first `depth` parts of their lanes, those that come first in an order."""
    gathered: dict[Path, list[Slot]] = {}
    for slot in slots:
        gathered.setdefault(slot.paths[depth - 1], []).append(slot)
    return min(gathered.items(), key=lambda each: order(*each))[1]


def _beside(lead: Slot, slots: Sequence[Slot], turns: Turns) -> list[Slot]:
    """The others of the lead's group, in the order in which they are offered what room is left."""
    others = sorted(
        (slot for slot in slots if slot.group == lead.group and slot is not lead), key=lambda slot: slot.image
    )
    dealt = Counter({lead.lane: 1})
    places: list[tuple[tuple[int, int, int, int], Slot]] = []
    for slot in others:
        led = max(turns.led.get(slot.paths[1], 0), slot.since)
        places.append(((PRIORITIES.index(slot.priority), dealt[slot.lane], led, slot.image), slot))
        dealt[slot.lane] += 1
    places.sort(key=lambda place: place[0])
    return [slot for _, slot in places]
