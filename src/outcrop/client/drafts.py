"""A set of drafts on a server: waited for, looked at, chosen from, finished. Knows the REST's words for it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, final

from outcrop.client.picture import Picture
from outcrop.client.progress import Listener, Progress, nobody, preview_of
from outcrop.client.wire import Event, Wire
from outcrop.clock import new_id, pause
from outcrop.errors import InvalidRequest, ModelFailed, NoSuchOperation, NoSuchResource, Unavailable

ENDED: Final = frozenset({"done", "failed", "cancelled", "dead"})
LOSSES: Final = 30
"""How often in a row a stream may break before anything is heard on it."""
AGAIN_S: Final = 0.5

Object = dict[str, Any]


@final
class Drafts:
    """A set of drafts. What needs pictures waits for them."""

    def __init__(self, wire: Wire, told: Object, rest: Callable[[float], None] = pause) -> None:
        self._wire = wire
        self._told = told
        self._rest = rest

    def __repr__(self) -> str:
        return f"Drafts(id={self.id!r}, prompt={self.prompt!r}, count={len(self)})"

    def __len__(self) -> int:
        return len(self._told["drafts"])

    def __getitem__(self, number: int) -> Picture:
        """The draft of a number, from 1, waited for.

        Raises: InvalidRequest when there is none of that number; ModelFailed when it will never be there.
        """
        self.wait()
        found = next((one for one in self._told["drafts"] if one["number"] == number), None)
        if found is None:
            raise InvalidRequest(f"There is no draft {number}; the set has 1 to {len(self)}.")
        return self._picture(found)

    def __iter__(self) -> Iterator[Picture]:
        """The drafts that are there, waited for."""
        self.wait()
        return iter([self._picture(one) for one in self._told["drafts"] if one["asset"] is not None])

    @property
    def id(self) -> str:
        """The set's id, under which `Shop.drafts` finds it again."""
        return str(self._told["id"])

    @property
    def prompt(self) -> str:
        """What the drafts are of."""
        return str(self._told["prompt"])

    @property
    def price(self) -> Decimal:
        """That of the drafts, known before they are drawn. Units: US dollars."""
        return Decimal(self._told["price"])

    @property
    def price_if_all_ultra(self) -> Decimal:
        """That of as many finals. Units: US dollars."""
        return Decimal(self._told["priceIfAllUltra"])

    @property
    def spent(self) -> Decimal:
        """What the pictures cost that are there, drafts and finals. Units: US dollars."""
        return Decimal(self._told["spent"])

    @property
    def told(self) -> Mapping[str, Any]:
        """All that the server said of the set last."""
        return self._told

    def wait(self, progress: Listener = nobody) -> "Drafts":
        """Wait until every draft and every final has ended, however the connection fares.

        Raises: the domain error that the server names; Unavailable when it cannot be reached for long.
        """
        if self._open():
            _Waiting(self._wire, self, progress, self._rest).wait()
        return self

    def refresh(self) -> None:
        """Ask how far the set has come."""
        self._told = self._wire.ask("GET", f"/v1/drafts/{self.id}")

    def sheet(self, path: str | Path) -> Path:
        """Write the contact sheet, a WebP, once the drafts are there.

        Raises: as `wait`; OSError when it cannot be written.
        """
        self.wait()
        place = Path(path)
        place.write_bytes(self._wire.fetch(f"/v1/drafts/{self.id}/sheet"))
        return place

    def pick(self, *numbers: int, notes: Mapping[int, str] | None = None) -> "Choice":
        """Choose drafts by their numbers, the best first, and say why if you like.

        Raises: InvalidRequest when there is none of a number.
        """
        said = notes or {}
        picks = [
            {"number": number, "rank": rank, "note": said.get(number, "")} for rank, number in enumerate(numbers, 1)
        ]
        self._told = self._wire.ask("PUT", f"/v1/drafts/{self.id}/picks", body={"picks": picks})
        return Choice(drafts=self, numbers=numbers)

    def finish(self, numbers: Sequence[int], wanted: Mapping[str, Any], progress: Listener = nobody) -> list[Picture]:
        """Have drafts finished and wait for their finals; `Choice.finish` says it better.

        Raises: ModelFailed when one could not be drawn, with the reason; as `wait`.
        """
        self.wait()
        body = {"picks": list(numbers), **wanted}
        # A key of its own, so that a lost answer is asked for again; the server makes each final once in any case.
        self._told = self._wire.ask("POST", f"/v1/drafts/{self.id}/finish", body=body, key=new_id())
        self.wait(progress)
        usual = self._told["finishOn"]
        made = {one["number"]: one for one in self._told["finals"] if _fits(one, wanted, usual)}
        return [self._picture(made[number]) for number in numbers]

    def outstanding(self) -> set[str]:
        """Jobs that have not ended, as far as was heard."""
        return self._open()

    def _open(self) -> set[str]:
        return {one["job"] for one in self._all() if one["state"] not in ENDED}

    def _all(self) -> list[Object]:
        return [*self._told["drafts"], *self._told["finals"]]

    def _picture(self, one: Object) -> Picture:
        if one["asset"] is None:
            why = one["reason"] or f"it is {one['state']}"
            raise ModelFailed(f"Picture {one['number']} of set {self.id} is not there: {why}")
        seed = next(draft["seed"] for draft in self._told["drafts"] if draft["number"] == one["number"])
        return Picture(
            asset=one["asset"],
            number=one["number"],
            seed=seed,
            model=str(one.get("model", self._told["model"])),
            wire=self._wire,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Drafts that were chosen, the best first."""

    drafts: Drafts = field(repr=False)
    numbers: tuple[int, ...]

    def finish(
        self, on: str = "", *, strength: float | None = None, refine_prompt: bool = False, progress: Listener = nobody
    ) -> list[Picture]:
        """Draw them anew on a premium model, with their composition kept; the finals, in the order of the choice.

        Without a model it is the one that the drafts' model names, without a strength the one that its card gives.
        Asked for twice, a final is made once.

        Raises: ModelFailed when one could not be drawn; BudgetSpent; the domain error that the server names.
        """
        wanted: dict[str, Any] = {}
        if on:
            wanted["model"] = on
        if strength is not None:
            wanted["strength"] = strength
        if refine_prompt:
            wanted["refinePrompt"] = True
        return self.drafts.finish(self.numbers, wanted, progress)


def _fits(final: Object, wanted: Mapping[str, Any], usual: str) -> bool:
    """Whether a final is one that was asked for: others of the same draft may have been finished otherwise."""
    if bool(wanted.get("refinePrompt")) != final["refined"] or wanted.get("model", usual) not in _names(final):
        return False
    return "strength" not in wanted or round(wanted["strength"], 3) == round(final["strength"], 3)


def _names(final: Object) -> set[str]:
    return {final["model"], final["tier"]}


@final
class _Waiting:
    """One wait for all that is under way of a set."""

    def __init__(self, wire: Wire, drafts: Drafts, listener: Listener, rest: Callable[[float], None]) -> None:
        self._wire = wire
        self._drafts = drafts
        self._listener = listener
        self._rest = rest
        self._open = drafts.outstanding()
        self._of = len(self._open)

    def wait(self) -> None:
        """Listen until nothing is under way; a stream that breaks is taken up again."""
        losses, streams = 0, True
        self._tell()
        while self._open:
            heard = False
            try:
                for event in self._events() if streams else ():
                    heard = True
                    self._hear(event)
            except (NoSuchOperation, NoSuchResource):
                streams = False  # an older server, which must be asked
            except Unavailable:
                losses = 0 if heard else losses + 1
                if losses > LOSSES:
                    raise
            self._drafts.refresh()
            self._open = self._drafts.outstanding()
            self._tell()
            if self._open and not heard:
                self._rest(AGAIN_S)

    def _events(self) -> Iterator[Event]:
        return self._wire.events("/v1/events", {"set": self._drafts.id})

    def _hear(self, event: Event) -> None:
        if event.name == "state":
            if event.data.get("state") in ENDED:
                self._open.discard(str(event.data.get("id")))
            self._tell()
        elif event.name == "step":
            self._tell(event.data)

    def _tell(self, step: Object | None = None) -> None:
        done = self._of - len(self._open)
        if step is None:
            self._listener(Progress(done=done, of=self._of))
            return
        self._listener(
            Progress(
                done=done,
                of=self._of,
                job=str(step.get("job", "")),
                step=int(step.get("step", 0)),
                steps=int(step.get("steps", 0)),
                preview=preview_of(step),
            )
        )
