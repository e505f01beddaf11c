"""The table of models: everything a person chooses by, and honest about the preview model."""

from dataclasses import replace
from io import StringIO

from rich.console import Console

from outcrop.catalog.load import Catalog
from outcrop.cli.listing import list_models
from tests.conftest import CORE


def listed(catalog: Catalog, width: int = 80) -> str:
    """What the command prints on a terminal of a width."""
    out = StringIO()
    list_models(catalog, Console(file=out, width=width))
    return out.getvalue()


def test_every_model_is_listed_whole(shipped: Catalog) -> None:
    """Short name, id, weights, steps, guidance, size and price stand in one line, even on a narrow terminal."""
    lines = listed(shipped).splitlines()
    for card in shipped.models.values():
        (line,) = (line for line in lines if card.id in line and f" {card.alias} " in line)
        assert line.split()[2] == card.tier.checkpoint
        assert f" {card.tier.steps} " in line
        assert "256x256" in line
    rows = [line for line in lines if "outcrop-nano" in line and "$" in line]
    prices = [float(line.split()[-1].removeprefix("$")) for line in rows]
    assert len(prices) == len(shipped.models)
    assert prices == sorted(prices)


def test_licences_of_weights_are_named(shipped: Catalog) -> None:
    """Each once, as the folder of the weights says."""
    text = " ".join(listed(shipped).split())
    assert "Licences of the weights: outcrop-nano, apache-2.0; outcrop-nano-fast, apache-2.0." in text
    assert text.count("apache-2.0: It is about the weights and asks nothing of pictures") == 1


def test_terms_of_single_models_are_named(shipped: Catalog) -> None:
    """In the operator's words, in a line of their own."""
    card = shipped.model(CORE)
    own = replace(card, tier=replace(card.tier, terms="Ask the studio first."))
    assert "core: Ask the studio first." in listed(replace(shipped, models={**shipped.models, card.id: own}))


def test_where_a_model_runs_is_in_its_line(shipped: Catalog) -> None:
    """One that is passed on has no weights here, and no steps; what it costs stays."""
    card = shipped.model(CORE)
    there = replace(card, tier=replace(card.tier, backend="bedrock"))
    text = listed(replace(shipped, models={**shipped.models, card.id: there}))
    (line,) = (line for line in text.splitlines() if card.id in line)
    assert line.split() == [card.alias, card.id, "Amazon", "Bedrock", "-", "-", "-", "$0.04"]
    nowhere = {each.id: replace(each, tier=replace(each.tier, backend="bedrock")) for each in shipped.models.values()}
    assert "preview" not in listed(replace(shipped, models=nowhere))


def test_the_preview_model_is_called_one(shipped: Catalog) -> None:
    """The note says what the small model is, and shows the lines that switch to real weights."""
    text = listed(shipped)
    assert "* outcrop-nano, outcrop-nano-fast: the small preview model" in text
    assert "[checkpoints]" in text
    assert "docs/how-to/use-your-own-weights.md" in text
    assert '[models."stability.stable-image-ultra-v1:' in text


def test_real_weights_get_no_note(shipped: Catalog) -> None:
    """Once no model runs on the preview checkpoint, nothing is said of it."""
    real = {name: replace(card, preview=False) for name, card in shipped.checkpoints.items()}
    assert "preview" not in listed(replace(shipped, checkpoints=real))
