"""Every style works on every shape, changes the picture, and treats it the same alone and in company."""

import pytest
import torch

from outcrop.training.looks import load_looks
from outcrop.training.styles import STYLES, apply_style
from outcrop.units import Size
from tests.training.hues import SIZES, canvas, ground_names, hue, scene, turned

SMALL = Size(width=128, height=96)
HUES = (0.0, 30.0, 60.0, 120.0, 220.0, 280.0)
KEEPING_GROUND = [name for name, look in load_looks().styles.items() if look.keeps in {"all", "ground"}]
PRESETS = {
    "3d-model",
    "analog-film",
    "anime",
    "cinematic",
    "comic-book",
    "digital-art",
    "enhance",
    "fantasy-art",
    "isometric",
    "line-art",
    "low-poly",
    "modeling-compound",
    "neon-punk",
    "origami",
    "photographic",
    "pixel-art",
    "tile-texture",
}
"""The values of `style_preset` in Stability's interface."""


def test_every_preset_has_a_style() -> None:
    """All of Stability's style presets are there by their names, and marked."""
    assert {name for name, look in load_looks().styles.items() if look.preset} == PRESETS
    assert set(STYLES) >= PRESETS


@pytest.mark.parametrize("name", STYLES)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_style_paints_every_shape(name: str, size: Size) -> None:
    """The picture keeps its shape, stays in range, and is another than before."""
    pictures, subjects = scene([0.0], size)
    styled = apply_style(name, pictures, subjects, canvas([1], size))
    assert styled.shape == pictures.shape
    assert styled.isfinite().all()
    assert styled.min() >= 0.0
    assert styled.max() <= 1.0
    assert (styled - pictures).abs().mean() > 0.01


@pytest.mark.parametrize("name", STYLES)
def test_a_style_is_the_same_alone_and_in_company(name: str) -> None:
    """A picture's result depends on itself and its seed alone, and is the same each time."""
    pictures, subjects = scene(HUES[:3], SMALL)
    together = apply_style(name, pictures, subjects, canvas([5, 6, 7], SMALL))
    again = apply_style(name, pictures, subjects, canvas([5, 6, 7], SMALL))
    alone = apply_style(name, pictures[:1], subjects[:1], canvas([5], SMALL))
    assert torch.equal(together, again)
    assert (alone - together[:1]).abs().max() <= 1e-6


@pytest.mark.parametrize("name", STYLES)
def test_a_style_leaves_what_it_was_given(name: str) -> None:
    """The pictures and the mask are not written to."""
    pictures, subjects = scene([120.0], SMALL)
    before, mask = pictures.clone(), subjects.clone()
    apply_style(name, pictures, subjects, canvas([1], SMALL))
    assert torch.equal(pictures, before)
    assert torch.equal(subjects, mask)


@pytest.mark.parametrize("name", STYLES)
def test_a_style_works_without_a_subject(name: str) -> None:
    """Scenery alone has an empty mask."""
    pictures, subjects = scene([220.0], SMALL)
    assert apply_style(name, pictures, torch.zeros_like(subjects), canvas([1], SMALL)).isfinite().all()


@pytest.mark.parametrize("name", STYLES)
def test_colours_stay_true_where_the_words_say_so(name: str) -> None:
    """The hue of subject and ground is the one before, but for those that the style is said to take."""
    keeps = load_looks().styles[name].keeps
    pictures, subjects = scene(HUES, SIZES[0])
    styled = apply_style(name, pictures, subjects, canvas(range(len(HUES)), SIZES[0]))
    inside = (subjects > 0.5).float()
    if keeps in {"all", "subject"}:
        assert max(map(turned, hue(styled, inside), HUES)) < 30.0
    if keeps in {"all", "ground"}:
        assert max(map(turned, hue(styled, 1.0 - inside), HUES)) < 35.0


@pytest.mark.parametrize(
    "name", [name for name, look in load_looks().styles.items() if look.keeps in {"all", "ground"}]
)
def test_a_plain_ground_is_still_called_by_its_colour(name: str) -> None:
    """Of all named plain grounds at most one measures nearer to another name."""
    assert sum(before != after for before, after in ground_names(apply_style, name).items()) <= 1


def test_an_unknown_style_is_refused() -> None:
    """A name without an effect is an error, not the picture unchanged."""
    pictures, subjects = scene([0.0], SMALL)
    with pytest.raises(KeyError, match="cubism"):
        apply_style("cubism", pictures, subjects, canvas([1], SMALL))
