"""Portraits put together from DiceBear's style definitions: parts and colours by chance. Knows no files of the pack."""

import json
import random  # noqa: TID251  # seeded by name: each portrait is the same on every machine
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from outcrop.training.pack.archives import Files
from outcrop.training.pack.picture import Picture

A_STYLE = 250
_ALWAYS = 100
_SEED = 1

Definition = Mapping[str, Any]


def build_portraits(files: Files, styles: Iterable[str]) -> Iterator[Picture]:
    """As many portraits of each style, always the same."""
    for style in styles:
        definition = json.loads(files[f"src/{style}.json"])
        for number in range(A_STYLE):
            chance = random.Random(f"{_SEED} {style} {number}")
            yield Picture(label="portrait", content=_portrait(definition, chance).encode())


def _portrait(definition: Definition, chance: random.Random) -> str:
    """One portrait as SVG text. Source: DiceBear's definition schema 1.4: a canvas of elements and components."""
    canvas = definition["canvas"]
    colours = _colours(definition.get("colors", {}), chance)
    parts = {name: _variant(part, chance) for name, part in sorted(definition["components"].items())}
    drawn = _drawn(canvas["elements"], parts, colours)
    inherited = _attributes(definition.get("attributes", {}), colours)
    box = f'viewBox="0 0 {canvas["width"]} {canvas["height"]}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}{inherited}>{drawn}</svg>'


def _colours(groups: Definition, chance: random.Random) -> dict[str, str]:
    """A colour of each group, another one than those groups have from which it must differ."""
    chosen: dict[str, str] = {}
    for name, group in sorted(groups.items(), key=lambda item: (len(item[1].get("notEqualTo", ())), item[0])):
        taken = {chosen.get(other) for other in group.get("notEqualTo", ())}
        chosen[name] = chance.choice([value for value in group["values"] if value not in taken] or group["values"])
    return chosen


def _variant(part: Definition, chance: random.Random) -> list[Definition]:
    """The elements of one variant of a part; none where the part is rare and chance has it so."""
    variant = part["variants"][chance.choice(sorted(part["variants"]))]
    elements: list[Definition] = variant["elements"]
    return elements if chance.uniform(0, _ALWAYS) < part.get("probability", _ALWAYS) else []


def _drawn(elements: list[Definition], parts: Mapping[str, list[Definition]], colours: Mapping[str, str]) -> str:
    texts = []
    for element in elements:
        if element["type"] == "text":
            texts.append(escape(str(element.get("value", ""))))
            continue
        attributes = _attributes(element.get("attributes", {}), colours)
        component = element["type"] == "component"
        children = parts.get(element["name"], []) if component else element.get("children", [])
        tag = "g" if component else element["name"]
        texts.append(f"<{tag}{attributes}>{_drawn(children, parts, colours)}</{tag}>")
    return "".join(texts)


def _attributes(attributes: Definition, colours: Mapping[str, str]) -> str:
    """Attributes as text; one that names a colour has the colour chosen for this portrait."""
    texts = []
    for name, value in attributes.items():
        shown = colours.get(value["name"], "none") if isinstance(value, dict) else str(value)
        texts.append(f" {name}={quoteattr(shown)}")
    return "".join(texts)
