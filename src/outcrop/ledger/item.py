"""A picture that is drawn elsewhere, as far as the books need to know it. Knows no plan: nobody here has made one."""

from dataclasses import dataclass

from outcrop.units import Micros, ModelId


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One picture that is to be paid for."""

    model: ModelId
    operation: str
    price: Micros
