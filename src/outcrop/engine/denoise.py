"""One forward pass for many pictures. Obeys `batching`; knows no queue, thread or listener."""

from collections.abc import Sequence

import torch
from torch import Tensor

from outcrop.engine.drawing import Drawing


def estimate(drawings: Sequence[Drawing]) -> tuple[Tensor, ...]:
    """What the network they share sees behind each drawing, both guidance halves of all in one batch.

    The drawings are of one group: same network, same latent size; none of them is changed.

    Shapes: returns (1 or 2, c, h, w) a drawing, one for each of its conditionings, in order.
    """
    network = drawings[0].checkpoint.network
    x = torch.stack([each.x for each in drawings for _ in each.conditioning])  # (b, c, h, w), halves side by side
    sigma = torch.tensor([each.sigma for each in drawings for _ in each.conditioning], dtype=torch.float32)
    estimates = network.denoise(x, sigma, [half for each in drawings for half in each.conditioning])
    return torch.split(estimates, [len(each.conditioning) for each in drawings])
