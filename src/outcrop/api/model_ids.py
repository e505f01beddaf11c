"""The forms in which a path names a model: its id or its ARN, percent-encoded or not. Knows no operation."""

import re
from typing import Final
from urllib.parse import unquote

from outcrop.api.constraints import at_most, refuse
from outcrop.catalog.card import ModelCard
from outcrop.catalog.load import Catalog

MAX_CHARS: Final = 2048

# Any region will do: code that was written against another one should run here unchanged.
_ARN = re.compile(r"arn:aws[a-z-]*:bedrock:[a-z0-9-]+::foundation-model/(?P<id>.+)")


def find_model(catalog: Catalog, segment: str) -> ModelCard:
    """The model that a path segment names.

    Raises: NoSuchModel when the catalogue has none of that name; InvalidRequest when the name is too long for one.
    """
    identifier = unquote(segment)
    refuse([*at_most("modelId", len(identifier), MAX_CHARS)])
    arn = _ARN.fullmatch(identifier)
    return catalog.model(arn["id"] if arn else identifier)


def model_arn(card: ModelCard, region: str) -> str:
    """The ARN of a model; foundation models belong to no account."""
    return f"arn:aws:bedrock:{region}::foundation-model/{card.id}"
