"""How the rates of a price list read. Pure; knows no list of lists and no day."""

from outcrop.catalog.prices import PriceList, Rate, to_dollars
from outcrop.units import ModelId

Object = dict[str, object]


def rates_of(prices: PriceList, model: ModelId) -> list[Object]:
    """A model's rates on a list that has it, in their order."""
    return [_rate(rate) for rate in prices.rates[model]]


def _rate(rate: Rate) -> Object:
    return {
        "price": to_dollars(rate.price),
        "maxPixels": rate.max_pixels,
        "maxSteps": rate.max_steps,
        "quality": rate.quality,
    }
