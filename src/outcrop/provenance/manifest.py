"""What a picture's content credentials say of how it came to be, as a manifest to sign. Knows no file and no signature.

Source: C2PA Technical Specification 2.1, sections 18.13 "Actions" and 18.14 "Ingredient"; IPTC's digital source types.
"""

from dataclasses import dataclass
from typing import Any, Final

from outcrop import __version__
from outcrop.plan import Plan

SOURCE_TYPES: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/"
GENERATED: Final = SOURCE_TYPES + "trainedAlgorithmicMedia"
"""Drawn by a model."""
IN_PART: Final = SOURCE_TYPES + "compositeWithTrainedAlgorithmicMedia"
"""Of which a model drew a part."""
MIME: Final = {name: f"image/{name}" for name in ("png", "jpeg", "webp", "avif")}
"""Formats that can be signed."""
PARENT: Final = "parent"
"""What the manifest calls the picture that this one came from."""

Manifest = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """How a picture came to be."""

    action: str
    """`c2pa.created`, `c2pa.edited` or another of C2PA's; all but the first one need a parent."""
    source_type: str | None
    """What kind of picture the action leaves; None where it changes nothing about that."""
    agent: str | None
    """The model that did it; None is no model."""


def drawn(plan: Plan) -> Origin:
    """The origin of a planned picture."""
    if plan.start is None:
        return Origin(action="c2pa.created", source_type=GENERATED, agent=plan.model)
    return Origin(action="c2pa.edited", source_type=GENERATED if plan.kept is None else IN_PART, agent=plan.model)


def manifest(origin: Origin, when: str) -> Manifest:
    """The manifest as the signing library takes it; the parent, if there is one, is to be added to it.

    Units: `when` as RFC 3339 writes a moment in UTC.
    """
    action: dict[str, Any] = {"action": origin.action, "when": when}
    if origin.source_type is not None:
        action["digitalSourceType"] = origin.source_type
    if origin.agent is not None:
        action["softwareAgent"] = {"name": origin.agent}
    actions = [action]
    if origin.action != "c2pa.created":
        actions.insert(0, {"action": "c2pa.opened", "when": when, "parameters": {"ingredientIds": [PARENT]}})
    return {
        "claim_generator_info": [{"name": "Outcrop", "version": __version__}],
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": actions}}],
    }
