"""One forward pass for many pictures. Obeys `batching`; knows no queue, thread or listener."""

from collections.abc import Sequence

import torch

from outcrop.engine.drawing import Drawing
from outcrop.engine.engine import Step


def one_pass(drawings: Sequence[Drawing]) -> list[Step]:
    """Advance each drawing by one evaluation of the network they share, both guidance halves of all in one batch.

    The drawings are of one group: same network, same latent size.
    """
    network = drawings[0].checkpoint.network
    counts = [len(each.conditioning) for each in drawings]
    x = torch.stack([each.x for each in drawings for _ in each.conditioning])  # (b, c, h, w), halves side by side
    sigma = torch.tensor([each.sigma for each in drawings for _ in each.conditioning], dtype=torch.float32)
    estimates = network.denoise(x, sigma, [half for each in drawings for half in each.conditioning])
    shares = torch.split(estimates, counts)
    return [each.advance(share) for each, share in zip(drawings, shares, strict=True)]
