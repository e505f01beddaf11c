"""What a body asks for, as far as its price depends on it: drawn here, or by Amazon Bedrock. Books nothing.

What is quoted and what is set aside go by the same functions.
"""

from collections.abc import Callable
from typing import Final

from outcrop.catalog.card import ModelCard
from outcrop.catalog.load import Catalog
from outcrop.dialects.dialect import Outline
from outcrop.dialects.schema import body_schema
from outcrop.dialects.table import DIALECTS
from outcrop.errors import InvalidRequest, Unsupported
from outcrop.ledger.quote import Wanted, wanted
from outcrop.operations.table import OPERATIONS, plan
from outcrop.units import Seed

PASSED_ON: Final = "passed_on"
"""What the books call a picture that is drawn elsewhere."""


def enquiry(body: bytes, card: ModelCard, today: Catalog, random_seed: Callable[[], Seed]) -> Wanted:
    """The pictures that a body of InvokeModel asks a model for; of one that is passed on, those that it may bring.

    Raises: InvalidRequest, Unsupported or NoSuchModel as InvokeModel would.
    """
    if card.tier.backend == "engine":
        return wanted(plan(DIALECTS[card.dialect].parse(body, card), card.id, today, random_seed))
    asked = outline_of(body, card)
    return Wanted(
        model=card.id, operation=_operation(body, card), work=asked.work, pictures=asked.images, passed_on=True
    )


def outline_of(body: bytes, card: ModelCard) -> Outline:
    """What a body that is passed on may bring; whether it is a good one is for the other side to say."""
    try:
        return DIALECTS[card.dialect].outline(body, card)
    except InvalidRequest:
        return Outline(images=body_schema(card.schema).most_images, work=None)


def _operation(body: bytes, card: ModelCard) -> str:
    """What else could do it; where nothing here can, it is passed on and no more."""
    try:
        return OPERATIONS[type(DIALECTS[card.dialect].parse(body, card))]
    except (InvalidRequest, Unsupported):
        return PASSED_ON
