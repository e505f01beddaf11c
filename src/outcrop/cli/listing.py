"""The table of models for a terminal. Knows the catalogue and the screen; draws no pictures."""

import math
from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Console
from rich.table import Table

from outcrop.catalog.card import ModelCard
from outcrop.catalog.licence import Licence
from outcrop.catalog.load import Catalog
from outcrop.catalog.prices import dollars

MIN_WIDTH = 132
"""Columns below which the table would fold; a pipe or a narrow terminal gets this many."""

NOT_NAMED = Licence(name="none named")
ELSEWHERE = "Amazon Bedrock"
"""What stands in place of weights where calls are passed on."""

PREVIEW_NOTE = """
* {names}: the small preview model that ships with Outcrop, good for a first look, for tests
  and for wiring things up. For real work, name your own weights in outcrop.toml:

    [checkpoints]
    sd35 = "/models/stable-diffusion-3.5-large"

    [models."{model}"]
    checkpoint = "sd35"
    steps = 28

docs/how-to/use-your-own-weights.md has the details."""


def list_models(catalog: Catalog, console: Console | None = None) -> None:
    """Print every model, then a note on those that run on the preview model."""
    console = console or Console(soft_wrap=False)
    console.width = max(console.width, MIN_WIDTH)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("name", "model id", "weights", "steps", "guidance", "native", "price"):
        right = heading in {"steps", "guidance", "native", "price"}
        table.add_column(heading, justify="right" if right else "left", no_wrap=True)
    cards = sorted(catalog.models.values(), key=lambda card: catalog.prices.price(card.id))
    for card in cards:
        table.add_row(*_row(card, catalog))
    console.print(table)
    console.print(f"List prices a picture: {_lists(catalog)}.", markup=False, highlight=False)
    here = [card for card in cards if card.tier.backend == "engine"]
    for line in _terms(cards, catalog):
        console.print(line, markup=False, highlight=False)
    preview = [card for card in here if catalog.checkpoint_of(card).preview]
    if preview:
        names = ", ".join(sorted({card.tier.checkpoint for card in preview}))
        dearest = max(preview, key=lambda card: ("text_to_image" in card.operations, catalog.prices.price(card.id)))
        note = PREVIEW_NOTE.format(names=names, model=dearest.id)
        console.print(note, markup=False, highlight=False)


def _lists(catalog: Catalog) -> str:
    """The price lists that hold, with their dates."""
    return "; ".join(sorted({f"{one.name}, from {one.holds_from}" for one in map(catalog.prices.of, catalog.models)}))


def _terms(cards: Sequence[ModelCard], catalog: Catalog) -> Iterator[str]:
    """Under which licences the weights here draw, what each comes to for pictures, and what the operator says."""
    weights = [catalog.checkpoint_of(card) for card in cards if card.tier.backend == "engine"]
    licences = {one.name: one.licence or NOT_NAMED for one in sorted(weights, key=lambda one: one.name)}
    if licences:
        yield f"Licences of the weights: {'; '.join(f'{name}, {one.name}' for name, one in licences.items())}."
    known = [one for one in dict.fromkeys(licences.values()) if one.terms is not None]
    yield from (f"{one.name}: {one.terms} {one.url}" for one in known)
    yield from (f"{card.alias}: {card.tier.terms}" for card in cards if card.tier.terms is not None)


def _row(card: ModelCard, catalog: Catalog) -> tuple[str, ...]:
    price = dollars(catalog.prices.price(card.id))
    if card.tier.backend != "engine":
        return (card.alias, card.id, ELSEWHERE, "-", "-", "-", price)
    checkpoint = catalog.checkpoint_of(card)
    side = math.isqrt(card.tier.native_pixels or checkpoint.native_pixels)
    return (
        card.alias,
        card.id,
        checkpoint.name + (" *" if checkpoint.preview else ""),
        str(card.tier.steps),
        f"{card.tier.guidance:g}",
        f"{side}x{side}",
        price,
    )
