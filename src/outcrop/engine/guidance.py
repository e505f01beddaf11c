"""Classifier-free guidance: which halves a pass needs, and how they become one estimate. Knows no network."""

from torch import Tensor

from outcrop.catalog.card import LevelInterval


def scale_at(sigma: float, guidance: float, guided: LevelInterval | None) -> float:
    """The guidance scale at a noise level: 1, which is none, outside the levels that are guided.

    Source: Kynkäänniemi et al. 2024 (arXiv:2404.07724), section 3.
    """
    return guidance if guided is None or guided.holds(sigma) else 1


def halves(guidance: float) -> int:
    """How many evaluations of the network one image needs in a pass: two, or one where guidance is off (1)."""
    return 1 if guidance == 1 else 2


def guide(denoised: Tensor, guidance: float) -> Tensor:
    """Push the prompt's estimate away from the negative prompt's.

    Shapes: denoised (1, c, h, w) without guidance, or (2, c, h, w), first the prompt's, then the negative's; returns
    (c, h, w).
    Source: Ho and Salimans 2022 (arXiv:2207.12598), equation 6, in the form negative + guidance * difference.
    """
    if denoised.shape[0] == 1:
        return denoised[0]
    positive, negative = denoised.unbind()
    return negative + guidance * (positive - negative)
