"""Recipes are complete, known by name, and refuse what no part knows."""

import pytest

from outcrop.training import recipe
from outcrop.training.networks import DenoiserShape, build_denoiser
from outcrop.training.recipe import load_recipe, recipe_names


def test_there_is_a_recipe_for_each_machine() -> None:
    """The one that ships, one for a GPU, one to rehearse."""
    assert recipe_names() == ("cpu", "gpu", "tiny")
    assert load_recipe("cpu").denoiser_shape == DenoiserShape()
    assert load_recipe("gpu").denoiser.batch == 512
    assert load_recipe("tiny").denoiser.steps == 50


@pytest.mark.parametrize("name", ["cpu", "gpu"])
def test_what_ships_stays_small(name: str) -> None:
    """In half precision the networks of a recipe, with the largest vocabulary in use, stay under 60 MB."""
    denoiser = build_denoiser(load_recipe(name).denoiser_shape, 7000, 1)
    assert 2 * sum(parameter.numel() for parameter in denoiser.parameters()) < 58e6


def test_an_unknown_recipe_names_the_known_ones() -> None:
    """The message helps."""
    with pytest.raises(KeyError, match="cpu, gpu, tiny"):
        load_recipe("huge")


def test_an_unknown_entry_is_refused() -> None:
    """A misspelt entry is an error, not a default."""
    with pytest.raises(TypeError, match="'stpes'; it has"):
        recipe._made(recipe.PoolRun, {"stpes": 3})
