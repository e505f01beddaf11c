"""What InvokeModel is asked for a draft, and for the final that keeps its composition. Knows bodies; draws nothing."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Final

from outcrop.catalog.card import ModelCard
from outcrop.catalog.load import Catalog
from outcrop.errors import Unsupported

DIALECT: Final = "stable_image"
"""The family whose bodies can say both: words with a seed, and a picture with a strength."""
FORMAT: Final = "png"
"""Of drafts and finals: nothing is lost on the way from one to the other."""
DRAFTED, FINISHED = "text_to_image", "image_to_image"

Body = Mapping[str, Any]


def draft_body(prompt: str, negative_prompt: str, aspect_ratio: str, seed: int) -> Body:
    """A picture from words."""
    return _words(prompt, negative_prompt, seed) | {"aspect_ratio": aspect_ratio}


def final_body(prompt: str, negative_prompt: str, seed: int, draft: bytes, strength: float) -> Body:
    """The picture of the same words and seed that grows from a draft's file."""
    return _words(prompt, negative_prompt, seed) | {"image": b64encode(draft).decode(), "strength": strength}


def check_drafts(card: ModelCard, catalog: Catalog) -> None:
    """Go on only with a model that drafts can be drawn on.

    Raises: Unsupported when it is none.
    """
    _check(card, catalog, DRAFTED, "drafts are drawn")


def check_finals(card: ModelCard, catalog: Catalog) -> None:
    """Go on only with a model that can finish drafts.

    Raises: Unsupported when it is none.
    """
    _check(card, catalog, FINISHED, "drafts are finished")


def _check(card: ModelCard, catalog: Catalog, operation: str, what: str) -> None:
    if card.dialect == DIALECT and operation in card.operations:
        return
    able = [one.alias for one in catalog.models.values() if one.dialect == DIALECT and operation in one.operations]
    raise Unsupported(f"{card.name} is no model that {what} on; these are: {', '.join(able)}.")


def _words(prompt: str, negative_prompt: str, seed: int) -> dict[str, Any]:
    said = {"prompt": prompt, "seed": seed, "output_format": FORMAT}
    return said | {"negative_prompt": negative_prompt} if negative_prompt else said
