"""What true scenes look like, for pictures to be compared with. Decides and judges nothing; knows no prompts."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import final

import numpy as np

from outcrop.training.compose import compose, to_bytes
from outcrop.training.grounds import load_grounds
from outcrop.training.judge import Backdrop, Centroids, Floats, Pixels, air, backdrop, centroids, form, reduced
from outcrop.training.questions import TRUE_SEEDS, asked_scene, asked_thing, truth
from outcrop.training.scenes import Scene
from outcrop.training.sprites import Sprites
from outcrop.units import Size

_BATCH = 24
_FIRST = 100
"""References are other true scenes than those that the ceiling is measured on, which have the number 0."""
_PAIRS = 4
_EMPTY = 12
_IN_SETTING = 12


@final
class References:
    """True scenes of one picture size, drawn when first asked for; which of some settings is told, or of all."""

    def __init__(self, sprites: Sprites, size: Size, settings: Sequence[str] = ()) -> None:
        self.sprites = sprites
        self.size = size
        self._backdrops: dict[str, Backdrop] = {}
        self._centroids: Centroids | None = None
        self._names = tuple(settings) or tuple(load_grounds().settings)

    def draw(self, scenes: Sequence[Scene]) -> list[Pixels]:
        """Compose placed scenes. Shapes: each (h, w, 3)."""
        pictures: list[Pixels] = []
        for start in range(0, len(scenes), _BATCH):
            part = to_bytes(compose(scenes[start : start + _BATCH], self.sprites, self.size)).cpu().numpy()
            pictures.extend(part)
        return pictures

    def true(self, asked: Iterable[Scene]) -> list[Pixels]:
        """A true picture of each asked scene."""
        return self.draw([truth(scene, self.sprites, self.size) for scene in asked])

    def backdrop(self, setting: str) -> Backdrop:
        """The setting without anything in it."""
        if setting not in self._backdrops:
            empty = [asked_scene("one", (), "", setting, TRUE_SEEDS + number) for number in range(_EMPTY)]
            self._backdrops[setting] = backdrop([reduced(picture) for picture in self.draw(empty)])
        return self._backdrops[setting]

    def settings(self) -> Centroids:
        """Centroids of the settings over true scenes with one of all kinds of subjects in front."""
        if self._centroids is None:
            self._centroids = centroids(
                {name: [air(reduced(picture)) for picture in self.draw(self._in_setting(name))] for name in self._names}
            )
        return self._centroids

    def halves(self, asked: Scene) -> tuple[dict[str, list[Floats]], dict[str, list[Floats]]]:
        """What the left and the right half of a pair's picture look like with either of the two things there."""
        left: dict[str, list[Floats]] = {}
        right: dict[str, list[Floats]] = {}
        for things in (asked.things, asked.things[::-1]):
            turned = replace(asked, things=things)
            scenes = [truth(turned, self.sprites, self.size, _FIRST + number) for number in range(_PAIRS)]
            parts = [halved(reduced(picture)) for picture in self.draw(scenes)]
            left[things[0].subject] = [form(part[0]) for part in parts]
            right[things[1].subject] = [form(part[1]) for part in parts]
        return left, right

    def _in_setting(self, setting: str) -> list[Scene]:
        rng = np.random.default_rng(len(setting))
        names = [subject.name for subject in self.sprites.subjects.subjects]
        return [
            truth(
                asked_scene("one", (asked_thing(names[int(rng.integers(len(names)))]),), "", setting, 900),
                self.sprites,
                self.size,
                _FIRST + number,
            )
            for number in range(_IN_SETTING)
        ]


def halved(picture: Pixels) -> tuple[Pixels, Pixels]:
    """The left and the right half. Shapes: (h, w, 3) to (h, w // 2, 3) each."""
    half = picture.shape[1] // 2
    return picture[:, :half], picture[:, -half:]
