"""Reads which rendition is asked for, from a query or from a body. Knows spellings; makes nothing."""

from collections.abc import Mapping
from typing import Any, Final

from outcrop.assets.renditions import Crop, Wanted

MEMBERS: Final = ("width", "height", "fit", "focus", "crop", "format", "quality")
"""What says which rendition is asked for."""


def read_wanted(given: Mapping[str, Any]) -> Wanted:
    """The rendition that members, held against the contract, ask for; what is not said is left open."""
    values = {name: given[name] for name in ("width", "height", "fit", "format", "quality") if name in given}
    if "focus" in given:
        across, down = given["focus"].split(",")
        values["focus"] = float(across), float(down)
    if "crop" in given:
        left, top, width, height = map(int, given["crop"].split(","))
        values["crop"] = Crop(left=left, top=top, width=width, height=height)
    return Wanted(**values)
