"""On which terms an asset's picture may be used, as its recipe says that was written with it. Knows no catalogue.

What holds for a picture is what held for the weights when they drew it: whoever puts others in their place later
changes nothing about that.
"""

import json
from typing import TypedDict

from outcrop.store.assets import Asset


class Licence(TypedDict):
    """A licence, as recipes have it; what is not known is None."""

    name: str | None
    title: str | None
    url: str | None
    terms: str | None


def licence_of(recipe: str | None) -> Licence | None:
    """The licence of a picture; None where nobody said, as of uploads."""
    found: Licence | None = None if recipe is None else json.loads(recipe).get("licence")
    return found


def licence_text(asset: Asset) -> str:
    """The same in a few lines for people, beside who drew it."""
    if asset.kind == "upload":
        return f"uploaded by {asset.user_name}; its terms are not known here"
    licence, drawn = licence_of(asset.recipe), f"drawn by {asset.model_id}"
    if licence is None:
        return f"{drawn}; the weights name no licence"
    called = licence["title"] or licence["name"]
    lines = [f"{drawn}, {called}" if called else drawn, licence["url"], licence["terms"]]
    return "\n".join(line for line in lines if line)
