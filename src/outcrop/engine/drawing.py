"""One picture under way: its sampler, and what the next pass must evaluate for it. Knows no other picture."""

from typing import final

from torch import Tensor

from outcrop.engine.conditioning import Conditioning
from outcrop.engine.engine import Pixels, Step
from outcrop.engine.guidance import guide, halves
from outcrop.engine.noise import noise_of
from outcrop.engine.samplers import SAMPLERS
from outcrop.engine.weights import Checkpoint
from outcrop.plan import Plan
from outcrop.units import Size


@final
class Drawing:
    """A picture between its noise and its latents.

    Its `x` and `sigma` are what the next pass evaluates, under each of its `conditioning`: the prompt's, and where
    guidance is on the negative prompt's.
    """

    def __init__(self, plan: Plan, checkpoint: Checkpoint) -> None:
        self.plan = plan
        self.checkpoint = checkpoint
        prompts = checkpoint.prompts
        self.conditioning: tuple[Conditioning, ...] = (prompts.encode(plan.prompt),)
        if halves(plan.guidance) == 2:
            self.conditioning += (prompts.encode_negative(plan.negative_prompt),)
        shrink, network = checkpoint.autoencoder.shrink, checkpoint.network
        shape = (network.channels, plan.native.height // shrink, plan.native.width // shrink)
        draw_noise = noise_of(plan.seed, shape, network.device)
        if plan.start is None:
            begin = network.pure(draw_noise(), plan.sigmas[0])
        else:
            image = checkpoint.autoencoder.encode(plan.start.image)
            begin = network.noised(image, draw_noise(), plan.sigmas[0])
        self._sampling = SAMPLERS[plan.sampler](begin, plan.sigmas, draw_noise)
        self._latents: Tensor | None = None
        self.x, self.sigma = next(self._sampling)

    def advance(self, estimates: Tensor) -> Step:
        """Give the sampler what a pass found, and take its next question.

        Shapes: estimates (1 or 2, c, h, w), one for each conditioning, in their order.
        """
        denoised = guide(estimates, self.plan.guidance)
        rgb = self.checkpoint.latent_rgb
        preview = None if rgb is None else rgb.preview(denoised)
        try:
            self.x, self.sigma = self._sampling.send(denoised)
            done = sum(sigma > self.sigma for sigma in self.plan.sigmas)
        except StopIteration as end:
            self._latents = end.value
            done = self.plan.steps
        return Step(done=done, total=self.plan.steps, preview=preview)

    @property
    def size(self) -> Size:
        """The size that the next pass works at, in pixels."""
        height, width = self.x.shape[-2:]
        shrink = self.checkpoint.autoencoder.shrink
        return Size(width=width * shrink, height=height * shrink)

    @property
    def finished(self) -> bool:
        """Whether the sampler has returned its latents."""
        return self._latents is not None

    def decode(self) -> Pixels:
        """The picture itself, once finished.

        Raises: ValueError when the sampler is not there yet.
        """
        if self._latents is None:
            raise ValueError("a drawing can be decoded only when it is finished")
        return self.checkpoint.autoencoder.decode(self._latents)
