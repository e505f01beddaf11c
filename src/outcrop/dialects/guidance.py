"""What a body's guidance scale means for the weights that run a model here. Knows numbers; knows no field."""


def to_guidance(scale: float, usual: float, tier: float) -> float:
    """The guidance that stands to the tier's as the scale of a body to the usual one of its family.

    Each checkpoint has its own scale at which it draws best, and client programs send the one that suited AWS's model:
    that one, `usual`, becomes the tier's, 1 stays 1, which is off, and between and beyond them it is linear. Where the
    tier's guidance is the family's usual one, the scale passes as it is.
    """
    return max(1.0, 1 + (scale - 1) * (tier - 1) / (usual - 1))
