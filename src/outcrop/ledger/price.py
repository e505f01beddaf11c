"""The price of a planned picture on the lists that hold. Knows plans and lists; books nothing."""

from outcrop.catalog.prices import Prices
from outcrop.plan import Plan
from outcrop.units import Micros


def quote(plan: Plan, prices: Prices) -> Micros:
    """What one planned picture costs.

    Units: micro-dollars.
    Raises: NoSuchModel when no list has a price for such a picture.
    """
    return prices.price(plan.model, plan.work)
