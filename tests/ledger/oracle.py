"""What the books should hold, by the simplest means: lists, and sums that are made anew each time. Knows no database.

Shares no line with the ledger: every balance is added up from the pictures and the pools, nothing is kept.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime

FORMS = {"day": "%Y-%m-%d", "month": "%Y-%m", "all": ""}
"""Of dates that are equal within a period."""


@dataclass(slots=True, kw_only=True)
class Pool:
    """Credit."""

    name: str
    left: int
    starts: int
    ends: int | None
    place: int | None
    models: tuple[str, ...]
    accounts: tuple[str, ...]
    expired: int = 0

    def covers(self, picture: "Picture") -> bool:
        """Whether it may pay for a picture."""
        return (
            self.starts <= picture.at
            and (self.ends is None or picture.at < self.ends)
            and (self.models == () or picture.model in self.models)
            and (self.accounts == () or picture.account in self.accounts)
        )


@dataclass(slots=True, kw_only=True)
class Budget:
    """A ceiling."""

    name: str
    scope: str
    value: str
    period: str
    ceiling: int

    def concerns(self, picture: "Picture") -> bool:
        """Whether a picture counts."""
        whose = {
            "all": "",
            "account": picture.account,
            "user": f"{picture.account}/{picture.user}",
            "tag": f"team={picture.team}",
        }
        return whose[self.scope] == self.value

    def same_period(self, one: int, other: int) -> bool:
        """Whether two moments are of one period."""
        form = FORMS[self.period]
        return datetime.fromtimestamp(one, UTC).strftime(form) == datetime.fromtimestamp(other, UTC).strftime(form)


@dataclass(slots=True, kw_only=True)
class Picture:
    """What was asked for, and who pays."""

    account: str
    user: str
    team: str
    model: str
    price: int
    at: int
    state: str = "reserved"
    in_hand: bool = True
    paid_by: dict[str, int] = field(default_factory=dict)
    """Name of a pool, or nothing for the bill, to its part."""


@dataclass(slots=True)
class Oracle:
    """Everything that was said to the books, and what follows from it."""

    pictures: dict[str, Picture] = field(default_factory=dict)
    pools: dict[str, Pool] = field(default_factory=dict)
    budgets: dict[str, Budget] = field(default_factory=dict)

    def used(self, budget: Budget, at: int) -> int:
        """What is spent or set aside of a budget in the period that a moment is in."""
        return sum(
            picture.price
            for picture in self.pictures.values()
            if picture.state in {"reserved", "settled"}
            and budget.concerns(picture)
            and budget.same_period(picture.at, at)
        )

    def refusing(self, asked: list[Picture]) -> str | None:
        """The first budget, by name, that new pictures do not fit in."""
        for name in sorted(self.budgets):
            budget = self.budgets[name]
            cost = sum(picture.price for picture in asked if budget.concerns(picture))
            if cost and self.used(budget, asked[0].at) + cost > budget.ceiling:
                return name
        return None

    def reserve(self, key: str, picture: Picture) -> None:
        """Set a picture's price aside."""
        due = picture.price
        first = sorted(self.pools.values(), key=lambda pool: (pool.place is None, pool.place or 0, *_end(pool)))
        for pool in first:
            if pool.covers(picture) and pool.left and due:
                part = min(pool.left, due)
                pool.left -= part
                due -= part
                picture.paid_by[pool.name] = part
        picture.paid_by[""] = due
        self.pictures[key] = picture

    def give_back(self, picture: Picture, state: str) -> None:
        """Undo who paid."""
        picture.state, picture.in_hand = state, False
        for name, part in picture.paid_by.items():
            if name:
                self.pools[name].left += part

    def expire(self, now: int) -> None:
        """Empty the pools that have ended."""
        for pool in self.pools.values():
            if pool.ends is not None and pool.ends <= now:
                pool.expired += pool.left
                pool.left = 0

    def restart(self) -> None:
        """What a crash leaves: nothing under way, nothing paid that may not have arrived."""
        for picture in self.pictures.values():
            if picture.in_hand:
                self.give_back(picture, "released" if picture.state == "reserved" else "refunded")

    def balances(self) -> dict[str, int]:
        """Of every account of the ledger whose balance is not 0."""
        found: dict[str, int] = {}

        def add(account: str, amount: int) -> None:
            found[account] = found.get(account, 0) + amount

        for picture in self.pictures.values():
            if picture.state in {"reserved", "settled"}:
                add(f"{'held' if picture.state == 'reserved' else 'spent'}:{picture.account}", picture.price)
                add(f"bill:{picture.account}", -picture.paid_by[""])
        for pool in self.pools.values():
            drawn = sum(
                picture.paid_by.get(pool.name, 0)
                for picture in self.pictures.values()
                if picture.state in {"reserved", "settled"}
            )
            add(f"pool:{pool.name}", pool.left)
            add("expired", pool.expired)
            add("granted", -(pool.left + pool.expired + drawn))
        return {account: amount for account, amount in found.items() if amount}


def _end(pool: Pool) -> tuple[bool, int, str]:
    return (pool.ends is None, pool.ends or 0, pool.name)
