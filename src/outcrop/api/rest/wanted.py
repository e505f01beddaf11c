"""Reads which rendition is asked for, from a query or from a body. Knows spellings; makes nothing."""

from collections.abc import Mapping
from typing import Any, Final

from outcrop.api.rest.asking import read_value
from outcrop.api.rest.contract import contract
from outcrop.assets.renditions import Crop, Wanted
from outcrop.errors import MalformedRequest

MEMBERS: Final = ("width", "height", "fit", "focus", "crop", "format", "quality")
"""What says which rendition is asked for."""
OPERATION: Final = "GetAssetContent"


def read_query(given: Mapping[str, str]) -> Wanted:
    """The rendition that the query of a link asks for, held against the contract as if it were the REST's own.

    Raises: MalformedRequest when it breaks the contract.
    """
    operation = next(one for one in contract().operations if one.id == OPERATION)
    known = {one.name: one for one in operation.parameters if one.place == "query"}
    values = {}
    for name, text in given.items():
        if name not in known:
            raise MalformedRequest(f"A link has no parameter {name[:80]!r}.")
        values[name] = read_value(known[name], [text])
        for error in known[name].validator.iter_errors(values[name]):
            raise MalformedRequest(f"{name}: {error.message[:200]}.")
    return read_wanted(values)


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
