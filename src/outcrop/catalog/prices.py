"""Dated price lists, as data. Knows amounts; knows no account, balance or booking."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from importlib.resources.abc import Traversable
from typing import Any, Final, Literal, Self

from outcrop.errors import BadSettings, NoSuchModel
from outcrop.units import Micros, ModelId


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What of a picture its price may depend on."""

    pixels: int = 0
    """Of the picture that is delivered."""
    steps: int = 0
    """As far as they were asked for."""
    quality: str = "standard"


Origin = Literal["shipped", "file", "database"]
"""Where a list is: it comes with Outcrop, or is the operator's own, in a file or in the database."""
LEAST = Work()
"""What a list's lowest price is asked for."""
MOST = Micros(10**15 - 1)
"""The largest amount that is read, nine digits before the point: sums of many still fit a database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """The price of one picture of a model, and what it is for; None is for all."""

    price: Micros
    max_pixels: int | None = None
    max_steps: int | None = None
    quality: str | None = None

    def covers(self, work: Work) -> bool:
        """Whether it is the price of such a picture."""
        return (
            (self.max_pixels is None or work.pixels <= self.max_pixels)
            and (self.max_steps is None or work.steps <= self.max_steps)
            and self.quality in {None, work.quality}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceList:
    """What a picture costs, from a date on, by a named source."""

    name: str
    holds_from: date
    source: str
    rates: dict[ModelId, tuple[Rate, ...]]
    """Each model's in the list's order: the first that covers a picture holds."""
    origin: Origin = "file"

    def price(self, model: ModelId, work: Work = LEAST) -> Micros:
        """Price of one picture of a model, in micro-dollars.

        Raises: NoSuchModel when the list has no price for such a picture of the model.
        """
        for rate in self.rates.get(model, ()):
            if rate.covers(work):
                return rate.price
        raise NoSuchModel(f"The price list '{self.name}' has no price for {model}.")

    def dearest(self, model: ModelId) -> Micros:
        """The highest price of a picture of a model, in micro-dollars.

        Raises: NoSuchModel when the list has no price for the model.
        """
        if model not in self.rates:
            raise NoSuchModel(f"The price list '{self.name}' has no price for {model}.")
        return max(rate.price for rate in self.rates[model])


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Every price list there is, and the day for which one asks."""

    lists: tuple[PriceList, ...]
    """Of two from the same day the later one here holds: the operator's own come after those that ship."""
    day: date | None = None
    """None is after all of them."""
    kept: Callable[[], Sequence[PriceList]] = tuple
    """Those that the database keeps now; they come last."""

    def on(self, day: date) -> Self:
        """The lists that there are now, for a day: whatever changes later, one who asks them twice hears the same."""
        return replace(self, lists=(*self.lists, *self.kept()), day=day, kept=tuple)

    def of(self, model: ModelId) -> PriceList:
        """The list that holds for a model: the newest, or on a day before the first, that one.

        Raises: NoSuchModel when no list has the model.
        """
        having = sorted((one for one in self.lists if model in one.rates), key=lambda one: one.holds_from)
        if not having:
            raise NoSuchModel(f"No price list has a price for {model}; add one.")
        holding = [one for one in having if self.day is None or one.holds_from <= self.day]
        return holding[-1] if holding else having[0]

    def price(self, model: ModelId, work: Work = LEAST) -> Micros:
        """Price of one picture of a model, in micro-dollars.

        Raises: NoSuchModel when no list has a price for such a picture of the model.
        """
        return self.of(model).price(model, work)


def to_micros(dollars: str) -> Micros:
    """Exact micro-dollars of a decimal text such as "0.04".

    Raises: ValueError when the text is no amount, is negative, is finer than a micro-dollar or more than can be booked.
    """
    try:
        micros = Decimal(dollars) * 1_000_000
    except ArithmeticError as error:
        raise ValueError(f"{dollars!r} is no decimal amount.") from error
    if micros.is_finite() and micros > MOST:
        raise ValueError(f"{dollars!r} is more than {to_dollars(MOST)} dollars, the most that can be booked.")
    if not micros.is_finite() or micros < 0 or micros != int(micros):
        raise ValueError(f"{dollars!r} is no whole, non-negative number of micro-dollars.")
    return Micros(int(micros))


def to_dollars(micros: Micros) -> str:
    """Decimal text of an amount, such as "0.04": exact, and without zeros that say nothing."""
    return f"{Decimal(micros).scaleb(-6).normalize():f}"


def dollars(micros: int) -> str:
    """An amount as people read it, such as $0.04 or -$1,234.50: exact, with two decimals and more where it has them."""
    whole, _, part = to_dollars(Micros(abs(micros))).partition(".")
    return f"{'-' * (micros < 0)}${int(whole):,}.{part.ljust(2, '0')}"


def read_price_list(file: Traversable, origin: Origin = "file") -> PriceList:
    """Read one price list.

    Raises: BadSettings when it is none, or an amount in it is no whole number of micro-dollars.
    """
    try:
        return price_list_of(tomllib.loads(file.read_text(encoding="utf-8")), origin)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadSettings(f"The price list {file.name} cannot be used: {type(error).__name__}: {error}.") from None


def price_list_of(content: Mapping[str, Any], origin: Origin = "file") -> PriceList:
    """The list that a document is.

    Raises: ValueError, KeyError, TypeError or AttributeError when it is none, or an amount in it is no whole number of
    micro-dollars.
    """
    return PriceList(
        name=read_name(content["name"]),
        holds_from=read_day(content["holds_from"]),
        source=read_name(content["source"]),
        rates={ModelId(model): _rates(prices) for model, prices in content["per_image"].items()},
        origin=origin,
    )


def read_name(value: object) -> str:
    """The name or the source of a list.

    Raises: ValueError when it is none.
    """
    if not isinstance(value, str) or not 0 < len(value) <= 128:
        raise ValueError(f"{value!r} is no text of 1 to 128 characters")
    return value


def read_day(value: object) -> date:
    """The date from which a list holds.

    Raises: ValueError when it is none.
    """
    if type(value) is not date:
        raise ValueError(f"holds_from is {value!r}; write a date such as 2026-11-22")
    return value


def _rates(prices: str | list[dict[str, Any]]) -> tuple[Rate, ...]:
    """A model's rates: one price for every picture, or one for each kind of them."""
    if isinstance(prices, str):
        return (Rate(price=to_micros(prices)),)
    return tuple(_rate(rate) for rate in prices)


def _rate(given: Mapping[str, Any]) -> Rate:
    unknown = set(given) - KNOWN
    if unknown:
        raise ValueError(f"a rate has {', '.join(sorted(unknown))}; there are {', '.join(sorted(KNOWN))}")
    for name in ("max_pixels", "max_steps"):
        if name in given and (type(given[name]) is not int or not 0 < given[name] < 2**53):
            raise ValueError(f"{name} is {given[name]!r}, which is no number above 0")
    if given.get("quality", QUALITIES[0]) not in QUALITIES:
        raise ValueError(f"quality is {given['quality']!r}; there are {' and '.join(QUALITIES)}")
    return Rate(**{**given, "price": to_micros(given["price"])})


KNOWN: Final = {field.name for field in fields(Rate)}
QUALITIES: Final = ("standard", "premium")
"""That a picture may have."""
