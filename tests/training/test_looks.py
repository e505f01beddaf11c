"""The words for styles, lights and moods are complete, and each phrase means one look."""

from collections import Counter

from outcrop.training.lighting import LIGHTING, MOODS
from outcrop.training.looks import Look, load_looks
from outcrop.training.styles import STYLES

EVERY: tuple[Look, ...] = tuple(
    look for group in (load_looks().styles, load_looks().lighting, load_looks().moods) for look in group.values()
)


def test_every_effect_has_words_and_the_words_an_effect() -> None:
    """The file and the code name the same looks."""
    looks = load_looks()
    assert set(looks.styles) == set(STYLES)
    assert set(looks.lighting) == set(LIGHTING)
    assert set(looks.moods) == set(MOODS)


def test_every_look_has_several_phrases() -> None:
    """Three to six phrases each, none twice; a preset's own name is among them."""
    for look in EVERY:
        assert 3 <= len(look.phrases) <= 6, look.name
        assert not look.preset or look.name in look.phrases
    assert [phrase for phrase, count in Counter(p for look in EVERY for p in look.phrases).items() if count > 1] == []


def test_the_values_are_known_ones() -> None:
    """What a caption asks of a look is one of the values it can read."""
    assert {look.keeps for look in EVERY} <= {"all", "subject", "ground", "none"}
    assert {look.place for look in EVERY} <= {"any", "outdoor", "indoor"}
