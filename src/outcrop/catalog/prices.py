"""Dated price lists, as data. Knows amounts; knows no account, balance or booking."""

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib.resources.abc import Traversable

from outcrop.errors import NoSuchModel
from outcrop.units import Micros, ModelId


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceList:
    """What a picture costs, from a date on, by a named source."""

    name: str
    holds_from: date
    source: str
    per_image: dict[ModelId, Micros]

    def price(self, model: ModelId) -> Micros:
        """Price of one picture of a model, in micro-dollars.

        Raises: NoSuchModel when the list does not name the model.
        """
        try:
            return self.per_image[model]
        except KeyError:
            raise NoSuchModel(f"The price list '{self.name}' has no price for {model}.") from None


def to_micros(dollars: str) -> Micros:
    """Exact micro-dollars of a decimal text such as "0.04".

    Raises: ValueError when the text is no amount, is negative, or is finer than a micro-dollar.
    """
    try:
        micros = Decimal(dollars) * 1_000_000
    except ArithmeticError as error:
        raise ValueError(f"{dollars!r} is no decimal amount.") from error
    if not micros.is_finite() or micros < 0 or micros != int(micros):
        raise ValueError(f"{dollars!r} is no whole, non-negative number of micro-dollars.")
    return Micros(int(micros))


def to_dollars(micros: Micros) -> str:
    """Decimal text of an amount, such as "0.04": exact, and without zeros that say nothing."""
    return f"{Decimal(micros).scaleb(-6).normalize():f}"


def read_price_list(file: Traversable) -> PriceList:
    """Read one price list.

    Raises: ValueError when an amount is not a whole number of micro-dollars.
    """
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    return PriceList(
        name=content["name"],
        holds_from=content["holds_from"],
        source=content["source"],
        per_image={ModelId(model): to_micros(price) for model, price in content["per_image"].items()},
    )
