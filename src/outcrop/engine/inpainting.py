"""What inpainting holds to the original, at every noise level, for any network and sampler. Knows latents of one image.

Where the original is kept, the network is shown it with noise, and its answer there is taken to be the original. For a
sampler that is a network which knows that part by heart, so none needs to know of masks, and what is kept ends as it
began. Source: Lugmayr et al. 2022 (arXiv:2201.09865), equation 8, with one draw of noise for all levels.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from outcrop.engine.latents import MARKED, Autoencoder, pixel_levels
from outcrop.engine.network import Network
from outcrop.request import Bitmap, Mask


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The original behind a picture under way, and where it still holds.

    A place with a level between 0 and 1 is held for that much less of the steps: as if its strength were that share of
    the whole picture's (Levin and Fried 2023, arXiv:2306.00950, section 3).

    Shapes: image and noise (c, h, w); levels (1, h, w) float64, in [0, 1].
    """

    network: Network
    image: Tensor
    noise: Tensor
    levels: Tensor
    sigmas: Sequence[float]

    def shown(self, x: Tensor, sigma: float) -> Tensor:
        """What the network is shown in place of `x`: where the original holds, that with noise.

        Shapes: x (c, h, w); returns the same.
        """
        return torch.where(self._holds(sigma), self.network.noised(self.image, self.noise, sigma), x)

    def answered(self, denoised: Tensor, sigma: float) -> Tensor:
        """What the sampler is answered in place of the network's estimate: where the original holds, that.

        Shapes: denoised (c, h, w); returns the same.
        """
        return torch.where(self._holds(sigma), self.image, denoised)

    def _holds(self, sigma: float) -> Tensor:
        steps = len(self.sigmas) - 1
        done = sum(level > sigma for level in self.sigmas)
        first = (steps - steps * self.levels).floor().clamp(max=steps - 1)  # as `from_strength` counts
        return (self.levels == 0) | (done < first)


def latent_levels(mask: Mask, shrink: int, device: torch.device) -> Tensor:
    """The levels of a mask by latent pixel: the highest of all the pixels that it stands for.

    Shapes: returns (1, H / shrink, W / shrink) float64, in [0, 1].
    """
    return functional.max_pool2d(pixel_levels(mask), shrink).to(device)


def seen_beside(autoencoder: Autoencoder, image: Bitmap, mask: Mask, device: torch.device) -> Tensor:
    """The further channels of a network that was trained with a mask: where to paint, and the image without that part.

    Shapes: returns (1 + c, h, w) float32.
    Source: Rombach et al. 2022 (arXiv:2112.10752), section 4.5, in the order of published inpainting checkpoints.
    """
    marked = latent_levels(mask, autoencoder.shrink, device) >= MARKED
    return torch.cat([marked.float(), autoencoder.encode(image, hidden=mask)])
