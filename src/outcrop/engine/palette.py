"""Guidance by colours: an estimate is drawn towards a palette while it forms. Knows latents of one image, no network.

What a pass estimates is seen through the checkpoint's own map from latents to colour. Each place of it goes part of the
way to colours of the palette, by the shortest way in latents, and the network makes something of that in the next pass:
the palette decides the colours, the network what they are colours of.
"""

from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor

from outcrop.engine.latents import LatentRgb
from outcrop.palette import Palette

STRENGTH = 0.7
"""How far an estimate goes to the palette in a step."""

FADING = 0.5
"""In this last share of the steps it goes less and less far, so that the last ones are the network's own."""

LUMA = (0.299, 0.587, 0.114)
"""What red, green and blue add to lightness. Source: ITU-R BT.601, section 2.5.1."""

SOFTNESS = 0.05
"""How far a place's colours may differ in distance and still be mixed; squared distance in colour of 0..1."""

BALANCE = 0.5
"""How much of the difference between a colour's share of the picture and an even share is made up for in a round."""
ROUNDS = 8
LEAST_SHARE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class PaletteGuide:
    """A palette, and the way from colours back to latents.

    Shapes: colours (k, 3), in [0, 1]; lift (3, c).
    """

    colours: Tensor
    latent_rgb: LatentRgb
    lift: Tensor

    @classmethod
    def of(cls, palette: Palette, latent_rgb: LatentRgb) -> Self:
        """A guide to a palette of at least one colour."""
        lift = torch.linalg.pinv(latent_rgb.weight.double()).float()
        return cls(colours=torch.tensor(palette) / 255, latent_rgb=latent_rgb, lift=lift)

    def guided(self, denoised: Tensor, left: float) -> Tensor:
        """An estimate nearer to the palette; `left` is the share of the steps that are still to come, 0..1.

        Of its lightness a place keeps what one colour in so many would decide: all of it under a palette of one, whose
        shades the picture is then made of.

        The change of latents is the least that changes the colours so (Moore-Penrose inverse): what of them is no
        colour, such as texture, stays.

        Shapes: denoised (c, h, w); returns the same.
        """
        device = denoised.device
        x = denoised.float().flatten(1).T  # (n, c)
        seen = x @ self.latent_rgb.weight.to(device) + self.latent_rgb.bias.to(device)
        colours = self.colours.to(device)
        change = shares(seen, colours) @ colours - seen
        lighter = change @ torch.tensor(LUMA, device=device)
        change = change - lighter[:, None] / len(colours)
        pulled = x + STRENGTH * min(1, left / FADING) * (change @ self.lift.to(device))
        return pulled.T.reshape(denoised.shape).to(denoised.dtype)


def shares(seen: Tensor, colours: Tensor) -> Tensor:
    """Of which colours each place is to be: mostly of the near ones, and of those that the picture has too little of.

    Shapes: seen (n, 3), colours (k, 3); returns (n, k), each row's sum 1.
    Source: Cuturi 2013 (arXiv:1306.0895), algorithm 1, with the second marginal followed in part: a picture need not
    have all colours alike.
    """
    nearness = -torch.cdist(seen, colours).square() / SOFTNESS
    favour = torch.zeros(len(colours), device=seen.device)
    for _ in range(ROUNDS):
        share = torch.softmax(nearness + favour, 1).mean(0)
        favour = favour - BALANCE * torch.log(share * len(colours) + LEAST_SHARE)
    return torch.softmax(nearness + favour, 1)
