"""Rewords a prompt for the model that finishes its drafts. Knows words and cards; draws nothing."""

from outcrop.catalog.card import ModelCard
from outcrop.errors import Unsupported


def refined(prompt: str, card: ModelCard) -> str:
    """The prompt as it suits a model.

    Raises: Unsupported, as long as nothing here can reword prompts.
    """
    del prompt
    raise Unsupported(
        f"Prompts are not reworded here yet, for {card.name} or any other model; leave refinePrompt out, or draft anew "
        "with other words."
    )
