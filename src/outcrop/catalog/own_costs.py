"""What a second of the engine costs its operator: dated lists of their own. Knows amounts; knows no picture.

None ships: nobody but the operator knows what their machine and their electricity cost.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from importlib.resources.abc import Traversable
from typing import Any, Final

from outcrop.catalog.prices import Origin, read_day, read_name
from outcrop.errors import BadSettings
from outcrop.units import Micros

SPANS_S: Final = {"dollars_per_second": 1, "dollars_per_hour": 3600}
"""What the machine's price may be for, in seconds."""
POWER: Final = ("watts", "dollars_per_kwh")
"""What is given together, or not at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCostList:
    """What the engine's time costs, from a date on, by a named source."""

    name: str
    holds_from: date
    source: str
    second: Fraction
    """US dollars of the machine and its electricity for a second of the engine, exact."""
    origin: Origin = "file"

    def cost(self, engine_ms: int) -> Micros:
        """What so many milliseconds cost.

        Units: micro-dollars, rounded to the nearest, halves up.
        """
        exact = self.second * engine_ms * 1000
        return Micros((2 * exact.numerator + exact.denominator) // (2 * exact.denominator))


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCosts:
    """Every list there is."""

    lists: tuple[OwnCostList, ...] = ()
    """Of two from the same day the later one here holds."""
    kept: Callable[[], Sequence[OwnCostList]] = tuple
    """Those that the database keeps now; they come last."""

    def all(self) -> list[OwnCostList]:
        """Every list that there is now, the oldest first."""
        return sorted((*self.lists, *self.kept()), key=lambda one: one.holds_from)

    def of(self, day: date) -> OwnCostList | None:
        """The list that holds on a day; None before the first: what something cost then, nobody has said."""
        holding = [one for one in self.all() if one.holds_from <= day]
        return holding[-1] if holding else None

    def cost(self, day: date, engine_ms: int) -> Micros | None:
        """What the engine's work on a picture cost on a day, in micro-dollars; None where no list says so."""
        holding = self.of(day)
        return None if holding is None else holding.cost(engine_ms)


UNKNOWN: Final = OwnCosts()
"""No list at all."""


def read_own_costs(file: Traversable) -> OwnCostList:
    """Read one list.

    Raises: BadSettings when it is none, or an amount in it is no amount.
    """
    try:
        return own_costs_of(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise BadSettings(f"The list of own costs {file.name} cannot be used: {reason}.") from None


def own_costs_of(content: Mapping[str, Any], origin: Origin = "file") -> OwnCostList:
    """The list that a document is.

    Raises: ValueError, KeyError, TypeError or AttributeError when it is none, or an amount in it is no amount.
    """
    return OwnCostList(
        name=read_name(content["name"]),
        holds_from=read_day(content["holds_from"]),
        source=read_name(content["source"]),
        second=_second(content["engine"]),
        origin=origin,
    )


def _second(engine: Mapping[str, Any]) -> Fraction:
    unknown = set(engine) - {*SPANS_S, *POWER}
    spans = [name for name in SPANS_S if name in engine]
    if unknown or len(spans) != 1:
        raise ValueError(f"[engine] holds one of {', '.join(SPANS_S)}, and {' with '.join(POWER)} or neither")
    machine = _amount(engine[spans[0]]) / SPANS_S[spans[0]]
    if not set(engine) & set(POWER):
        return machine
    watts, kwh = (_amount(engine[name]) for name in POWER)
    return machine + watts * kwh / (1000 * 3600)


def _amount(given: object) -> Fraction:
    """A whole number, or a decimal text, which is exact where a TOML float would not be."""
    if not isinstance(given, str | int) or isinstance(given, bool):
        raise ValueError(f'{given!r} is no amount; write it as a text, such as "0.31"')  # noqa: TRY004 - one kind
    try:
        amount = Decimal(given)
    except ArithmeticError:
        raise ValueError(f"{given!r} is no decimal amount") from None
    if not amount.is_finite() or not 0 <= amount <= 10**9:
        raise ValueError(f"{given!r} is no amount from 0 to a thousand million")
    return Fraction(amount)
