"""The registry of dialects."""

from outcrop.catalog.card import ModelCard
from outcrop.dialects.schema import body_schema
from outcrop.dialects.table import DIALECTS


def test_every_model_has_a_dialect_and_a_schema(card: ModelCard) -> None:
    """A card that names neither would fail at its first request."""
    assert card.dialect in DIALECTS
    assert body_schema(card.schema).fields
