"""Classifier-free guidance: which halves a pass needs, and how they become one estimate. Knows no network."""

from torch import Tensor


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
