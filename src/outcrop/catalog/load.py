"""Load the catalogue from its data files. Knows files; decides nothing."""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Protocol

from outcrop.catalog.card import (
    Backend,
    CheckpointCard,
    LevelInterval,
    Mark,
    ModelCard,
    PartInterval,
    Refinement,
    Tier,
)
from outcrop.catalog.checkpoint import read_checkpoint
from outcrop.catalog.licence import Licence, with_terms
from outcrop.catalog.noise import FITTING
from outcrop.catalog.own_costs import UNKNOWN, OwnCostList, OwnCosts
from outcrop.catalog.prices import PriceList, Prices, read_price_list
from outcrop.errors import BadCheckpoint, BadSettings, NoSuchModel
from outcrop.units import ModelId, Size

DATA = resources.files("outcrop.catalog") / "data"
DRAFT_STEPS = 10
DRAFT_GUIDANCE = 3.0
"""How other weights draw, where the settings do not say and the shipped ones are a student that needs no guidance."""


class Kept(Protocol):
    """The operator's own lists that are in no file, as they are now."""

    def price_lists(self) -> Sequence[PriceList]:
        """What pictures cost."""

    def own_costs(self) -> Sequence[OwnCostList]:
        """What the engine costs."""

    def look(self) -> None:
        """Look for what has changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """Everything that can be run here, and what it costs."""

    models: Mapping[ModelId, ModelCard]
    checkpoints: Mapping[str, CheckpointCard]
    prices: Prices
    own_costs: OwnCosts = UNKNOWN
    """What the engine's time costs here."""
    kept: Kept | None = None
    """The operator's lists that are in no file."""

    def model(self, model_id: str) -> ModelCard:
        """Find a model by its id.

        Raises: NoSuchModel when the catalogue has none of that id.
        """
        card = self.models.get(ModelId(model_id)) or self._spelled(model_id)
        if card is None:
            raise NoSuchModel("The provided model identifier is invalid.")
        return card

    def on(self, day: date) -> "Catalog":
        """The catalogue with the prices that hold on a day, as the lists are now."""
        return replace(self, prices=self.prices.on(day))

    def keeping(self, kept: Kept) -> "Catalog":
        """The catalogue with the lists that a database keeps, however they change."""
        prices = replace(self.prices, kept=kept.price_lists)
        return replace(self, prices=prices, own_costs=replace(self.own_costs, kept=kept.own_costs), kept=kept)

    def look(self) -> None:
        """See at once what has changed of the lists that a database keeps."""
        if self.kept is not None:
            self.kept.look()

    def in_tiles_of(self, pixels: int) -> "Catalog":
        """The catalogue with one size of tiles for every checkpoint's autoencoder."""
        cards = {name: replace(card, tile_pixels=pixels) for name, card in self.checkpoints.items()}
        return replace(self, checkpoints=cards)

    def marked(self, mark: Mark, rule: bool | None, own: Collection[str]) -> "Catalog":  # noqa: FBT001 - None is a third
        """The catalogue with one rule on a mark for all models but those that settle it themselves."""
        if rule is None:
            return self
        cards = {
            name: card if name in own else replace(card, tier=card.tier.marked(mark, on=rule))
            for name, card in self.models.items()
        }
        return replace(self, models=cards)

    def _spelled(self, model_id: str) -> ModelCard | None:
        return next((card for card in self.models.values() if model_id in card.other_ids), None)

    def model_named(self, name: str) -> ModelCard:
        """Find a model by its short name or its id, for people; the wire uses `model`.

        Raises: NoSuchModel when neither fits; the message names the nearest, or all where none is near.
        """
        named = {called: card for card in self.models.values() for called in (card.alias, card.id)}
        if name in named:
            return named[name]
        near = get_close_matches(name, named)
        if near:
            raise NoSuchModel(f"There is no model '{name}'; did you mean {' or '.join(near)}?")
        known = ", ".join(f"{card.alias} ({card.id})" for card in self.models.values())
        raise NoSuchModel(f"There is no model '{name}'; choose one of: {known}.")

    def checkpoint_of(self, card: ModelCard) -> CheckpointCard:
        """The weights that run a model here."""
        return self.checkpoints[card.tier.checkpoint]

    def licence_of(self, card: ModelCard) -> Licence | None:
        """On which terms a model's pictures are used, as far as the weights or the operator say."""
        drawn_here = card.tier.backend == "engine"
        return with_terms(self.checkpoint_of(card).licence if drawn_here else None, card.tier.terms)


def load_catalog(
    *,
    folders: Mapping[str, Path] | None = None,
    loras: Mapping[str, Path] | None = None,
    tiers: Mapping[str, Mapping[str, Any]] | None = None,
    price_lists: Sequence[Traversable] = (),
    backend: Backend = "engine",
) -> Catalog:
    """Load the shipped catalogue, with the operator's own checkpoints and tiers over it.

    `folders` maps a checkpoint's name to its folder, `loras` some of these names to the file of a LoRA; `tiers` maps
    a model id to the fields of `Tier` to replace; `price_lists` are the operator's own, which hold beside those that
    ship; `backend` is who draws where a tier does not say.

    Raises: BadSettings when a price list cannot be read, a tier names a model, a field or a checkpoint there is none
    of, or a sampler that does not fit its checkpoint; BadCheckpoint when a folder is none or a LoRA's file is not
    there.
    """
    checkpoints = _shipped_checkpoints() | {
        name: _own_checkpoint(name, folder, (loras or {}).get(name)) for name, folder in (folders or {}).items()
    }
    models = {
        model_id: replace(card, tier=replace(card.tier, backend=backend))
        for model_id, card in _shipped_models().items()
    }
    for model_id, changes in (tiers or {}).items():
        models[ModelId(model_id)] = _with_tier(models.get(ModelId(model_id)), model_id, changes)
    for card in models.values():
        _check_tier(card, checkpoints)
    shipped = [read_price_list(file, "shipped") for file in _data_files("prices")]
    prices = Prices(lists=(*shipped, *(read_price_list(file) for file in price_lists)))
    return Catalog(models=models, checkpoints=checkpoints, prices=prices)


def _data_files(folder: str) -> list[Traversable]:
    files = (file for file in (DATA / folder).iterdir() if file.name.endswith(".toml"))
    return sorted(files, key=lambda file: file.name)


def _own_checkpoint(name: str, folder: Path, lora: Path | None) -> CheckpointCard:
    if lora is not None and not lora.is_file():
        raise BadCheckpoint(
            f"The LoRA of checkpoint '{name}', {lora}, is not there; a relative path counts from the settings file."
        )
    return replace(read_checkpoint(name, folder), lora=lora)


def _shipped_checkpoints() -> dict[str, CheckpointCard]:
    shipped = DATA / "checkpoints"
    if not shipped.is_dir():  # a checkout in which no model has been trained yet
        return {}
    folders = (folder for folder in shipped.iterdir() if (folder / "model_index.json").is_file())
    cards = {folder.name: read_checkpoint(folder.name, Path(str(folder)), preview=True) for folder in folders}
    return cards | {name: _with_lora(name, file, cards) for name, file in _shipped_loras(shipped).items()}


def _shipped_loras(shipped: Traversable) -> dict[str, Path]:
    """The folders that hold only a LoRA, and in lora.toml the checkpoint it belongs to."""
    return {
        folder.name: Path(str(folder)) / "lora.toml" for folder in shipped.iterdir() if (folder / "lora.toml").is_file()
    }


def _with_lora(name: str, file: Path, cards: Mapping[str, CheckpointCard]) -> CheckpointCard:
    """The checkpoint that a LoRA belongs to, with it, under the LoRA's own name."""
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    return replace(cards[content["checkpoint"]], name=name, lora=file.with_name(content["file"]))


def _shipped_models() -> dict[ModelId, ModelCard]:
    sizes = _read_sizes(DATA / "sizes.toml")
    cards = [_read_card(file, sizes) for file in _data_files("models")]
    return {card.id: card for card in cards}


def _read_sizes(file: Traversable) -> dict[str, dict[str, Size]]:
    tables = tomllib.loads(file.read_text(encoding="utf-8"))
    return {name: {ratio: Size(width=w, height=h) for ratio, (w, h) in table.items()} for name, table in tables.items()}


def _read_card(file: Traversable, sizes: Mapping[str, dict[str, Size]]) -> ModelCard:
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    tier = Tier(**_with_records(content.pop("tier")))
    content |= {key: tuple(value) for key, value in content.items() if isinstance(value, list)}
    content["sizes"] = sizes[content["sizes"]]
    return ModelCard(**content, tier=tier)


def _with_records(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a tier, tables among them turned into their records."""
    records: dict[str, Any] = {}
    match fields.get("guided"):
        case {"sigma": [above, up_to]}:
            records["guided"] = LevelInterval(above=above, up_to=up_to)
        case {"part": [start, stop]}:
            records["guided"] = PartInterval(start=start, stop=stop)
    if "refine" in fields:
        records["refine"] = Refinement(**fields["refine"])
    return {**fields, **records}


def _check_tier(card: ModelCard, checkpoints: Mapping[str, CheckpointCard]) -> None:
    tier = card.tier
    if tier.checkpoint not in checkpoints:
        raise BadSettings(
            f"Model {card.id} is set to run on checkpoint '{tier.checkpoint}', which is not defined; "
            f"defined are: {', '.join(sorted(checkpoints)) or 'none'}."
        )
    fitting = FITTING[type(checkpoints[tier.checkpoint].noise)]
    if tier.sampler not in fitting:
        raise BadSettings(
            f"Model {card.id} is set to the sampler '{tier.sampler}', which does not fit its checkpoint "
            f"'{tier.checkpoint}'; set sampler to one of: {', '.join(fitting)}."
        )


def _with_tier(card: ModelCard | None, model_id: str, changes: Mapping[str, Any]) -> ModelCard:
    if card is None:
        raise BadSettings(f"The settings name the model '{model_id}', which the catalogue does not have.")
    shipped = card.tier
    if changes.get("checkpoint", shipped.checkpoint) != shipped.checkpoint:
        shipped = _for_other_weights(shipped)
    try:
        return replace(card, tier=replace(shipped, **_with_records(changes)))
    except TypeError:
        allowed = (
            "checkpoint, steps, guidance, sampler, native_pixels, finish_strength, backend, watermark, credentials, "
            "terms, guided (sigma or part), refine (scale, strength, steps, guidance)"
        )
        raise BadSettings(
            f"The settings of model '{model_id}' have the fields {', '.join(changes)}; allowed are {allowed}."
        ) from None


def _for_other_weights(tier: Tier) -> Tier:
    """What of a shipped tier holds for other weights: neither what a student needs, nor what suits shipped sizes."""
    plain = replace(tier, refine=None, guided=None)
    return plain if tier.guidance > 1.0 else replace(plain, steps=DRAFT_STEPS, guidance=DRAFT_GUIDANCE)
