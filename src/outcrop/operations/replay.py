"""Plan a picture again from its recipe, to the last noise level. Pure: knows no file; never denoises.

A recipe comes out of a file that anybody may have written, so it is held against a schema and the catalogue first.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib import resources
from itertools import pairwise
from typing import Any, Final

from jsonschema import Draft202012Validator

from outcrop.catalog.card import CheckpointCard, LevelInterval
from outcrop.catalog.licence import with_terms
from outcrop.catalog.load import Catalog
from outcrop.catalog.noise import FITTING
from outcrop.errors import InvalidRequest, Unsupported
from outcrop.operations.canvas import extend, stretch
from outcrop.operations.inpaint import held
from outcrop.operations.mask_text import read
from outcrop.palette import read_palette
from outcrop.plan import Edited, Plan, Refine, Start
from outcrop.prompt import parse
from outcrop.request import Bitmap, Margins, OutputFormat
from outcrop.units import Micros, Seed, Size

MOST_PIXELS: Final = 16_777_216
"""Of a picture that is made again, at any stage."""
FREE: Final = Micros(0)
"""Nobody pays for a picture that they have already."""

Recipe = Mapping[str, Any]


def check_recipe(told: object) -> Recipe:
    """A recipe that says all that is needed.

    Raises: InvalidRequest when it is none, or one of a version that said less; Unsupported when a part of another
    picture stands in its picture, and which one it does not say.
    """
    error = next(iter(_schema().iter_errors(told)), None)
    if error is not None or not isinstance(told, dict):
        place = "" if error is None else "/".join(map(str, error.absolute_path))
        reason = "it is no object" if error is None else error.message
        raise InvalidRequest(
            f"The recipe does not say enough to make its picture again: {f'{place}: ' if place else ''}{reason[:200]}. "
            "Recipes of versions before this one left noise levels out."
        )
    if told["operation"] in {"inpaint", "outpaint"} and (told.get("edited") or {}).get("mask") is None:
        raise Unsupported(
            "A picture of which a part was kept cannot be made again from its recipe: the mask is not in it, for it is "
            "too ragged or its version left masks out. Ask for the same edit with the same files and its seed."
        )
    return told


def plan_again(told: Recipe, source: Bitmap | None, catalog: Catalog, output_format: OutputFormat) -> Plan:
    """The plan that a recipe tells of. `source` is the picture it grew from, at any size, where it grew from one.

    Raises: InvalidRequest when the recipe breaks itself, or the source is missing or another one; NoSuchModel;
    Unsupported when there is no such checkpoint here, or its sampler does not fit it.
    """
    card = catalog.checkpoints.get(told["checkpoint"])
    if card is None:
        raise Unsupported(
            f"There is no checkpoint '{told['checkpoint'][:80]}' here; [checkpoints] of the settings names weights."
        )
    if told["sampler"] not in FITTING[type(card.noise)]:
        raise Unsupported(f"The sampler '{told['sampler']}' does not fit the checkpoint '{card.name}'.")
    native, model = _native(told["native_size"], card), catalog.model(told["model"])
    edited = told.get("edited")
    delivered = delivered_size(told)
    image = source if source is None or edited is None else _laid_out(edited, source, delivered)
    plan = Plan(
        model=model.id,
        checkpoint=card.name,
        prompt=parse(told["prompt"]),
        negative_prompt=parse(told["negative_prompt"]),
        seed=Seed(told["seed"]),
        sampler=told["sampler"],
        sigmas=_levels(told["noise_levels"]),
        guidance=told["guidance"],
        guided=_interval(told["guided"]),
        palette=read_palette(told.get("palette", ())),
        native=native,
        delivered=delivered,
        fitting=told["fitting"],
        output_format=output_format,
        start=None if told["start"] is None else _start(told["start"], image, native),
        refine=None if told["refine"] is None else _refine(told["refine"], card),
        price=FREE,
        operation=told["operation"],
        watermark=told["watermark"],
        credentials=model.tier.credentials,
        licence=with_terms(card.licence, model.tier.terms),
    )
    return plan if edited is None or image is None else _held(plan, edited, image)


def delivered_size(told: Recipe) -> Size:
    """The size of a recipe's picture.

    Raises: InvalidRequest when no picture of it is made again.
    """
    return _size(told["delivered_size"])


def _laid_out(told: Mapping[str, Any], source: Bitmap, delivered: Size) -> Bitmap:
    """The picture of which a part was drawn anew: the source, extended where it was."""
    sides = _margins(told) or Margins()
    width, height = source.size.width + sides.left + sides.right, source.size.height + sides.up + sides.down
    if (width, height) != (delivered.width, delivered.height):
        raise InvalidRequest(
            f"The picture of {delivered} was drawn into another source than the one of {source.size} that is given."
        )
    return source if told["margins"] is None else extend(source, sides)


def _held(plan: Plan, told: Mapping[str, Any], image: Bitmap) -> Plan:
    """The plan held to the picture of which a part was kept."""
    if plan.start is None or sha256(image.rgb).hexdigest() != told["sha256_of_rgb"]:
        raise InvalidRequest("The picture was drawn into another source than the one that is given.")
    edited = Edited(mask=told["mask"], feather=told["feather"], margins=_margins(told))
    return held(plan, image, read(told["mask"], image.size), edited)


def _margins(told: Mapping[str, Any]) -> Margins | None:
    return None if told["margins"] is None else Margins(**told["margins"])


def differences(then: Recipe, now: Recipe) -> list[str]:
    """What two recipes of one picture do not have in common, a line each: `threads: 4, now 2`."""
    names = dict.fromkeys([*then, *now])
    return [
        f"{name}: {_shown(then.get(name))}, now {_shown(now.get(name))}"
        for name in names
        if then.get(name) != now.get(name)
    ]


@cache
def _schema() -> Draft202012Validator:
    text = (resources.files("outcrop.operations") / "recipe.schema.json").read_text(encoding="utf-8")
    return Draft202012Validator(json.loads(text))


def _start(told: Mapping[str, Any], source: Bitmap | None, native: Size) -> Start:
    digest = told["sha256_of_native_rgb"]
    if source is None:
        raise InvalidRequest(f"The picture grew from another one, which is needed too: {_named(told)}.")
    image = stretch(source, native)
    if sha256(image.rgb).hexdigest() != digest:
        raise InvalidRequest(f"The picture grew from another source than the one that is given: {_named(told)}.")
    return Start(image=image, strength=told["strength"])


def _named(told: Mapping[str, Any]) -> str:
    file = told.get("sha256_of_file")
    if file is None:
        return f"its pixels, at the network's size, have the SHA-256 {told['sha256_of_native_rgb']}"
    return f"its file has the SHA-256 {file}"


def _refine(told: Mapping[str, Any], card: CheckpointCard) -> Refine:
    return Refine(
        native=_native(told["native_size"], card),
        strength=told["strength"],
        sigmas=_levels(told["noise_levels"]),
        guidance=told["guidance"],
        guided=_interval(told["guided"]),
    )


def _interval(told: Mapping[str, float] | None) -> LevelInterval | None:
    return None if told is None else LevelInterval(above=told["above"], up_to=told["up_to"])


def _levels(told: Sequence[float]) -> tuple[float, ...]:
    if told[-1] != 0 or any(level <= lower for level, lower in pairwise(told)):
        raise InvalidRequest("The recipe's noise levels do not fall to 0, so nothing can be drawn by them.")
    return tuple(map(float, told))


def _native(told: str, card: CheckpointCard) -> Size:
    size = _size(told)
    multiple = card.side_multiple
    if size.width % multiple or size.height % multiple or max(size.width, size.height) > card.longest_side:
        raise InvalidRequest(
            f"The recipe's network works at {size}; sides of '{card.name}' are multiples of {multiple} up to "
            f"{card.longest_side}."
        )
    return size


def _size(told: str) -> Size:
    width, height = map(int, told.split("x"))
    if width * height > MOST_PIXELS:
        raise InvalidRequest(f"The recipe's picture is one of {told}; at most {MOST_PIXELS:,} pixels are made again.")
    return Size(width=width, height=height)


def _shown(value: object) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
