"""In which steps guidance is on: what a tier says of it, as noise levels. Pure; knows numbers only."""

from collections.abc import Sequence
from typing import assert_never

from outcrop.catalog.card import LevelInterval, PartInterval


def guided_levels(guided: LevelInterval | PartInterval | None, sigmas: Sequence[float]) -> LevelInterval | None:
    """The guided levels of a whole schedule, which a picture that is begun later in it keeps.

    A part holds in the steps from `start` up to but without `stop`, each that share of all steps, rounded down. Told as
    levels it holds for samplers, too, that look at others than their steps'.

    Source: Kynkäänniemi et al. 2024 (arXiv:2404.07724), section 3; how a part is rounded is diffusers' reading.
    """
    match guided:
        case None | LevelInterval():
            return guided
        case PartInterval():
            steps = len(sigmas) - 1
            return LevelInterval(above=sigmas[int(guided.stop * steps)], up_to=sigmas[int(guided.start * steps)])
        case _:
            assert_never(guided)
