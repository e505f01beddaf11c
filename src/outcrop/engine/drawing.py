"""One picture under way: its sampler, and what the next pass must evaluate for it. Knows no other picture."""

from dataclasses import replace
from typing import final

from torch import Tensor

from outcrop.engine.conditioning import Conditioning
from outcrop.engine.engine import Pixels, Step
from outcrop.engine.guidance import guide, halves
from outcrop.engine.inpainting import Held, latent_levels, seen_beside
from outcrop.engine.noise import noise_of
from outcrop.engine.samplers import SAMPLERS
from outcrop.engine.weights import Checkpoint
from outcrop.errors import ModelFailed
from outcrop.plan import Plan
from outcrop.request import Bitmap, Mask
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
        network, shrink = checkpoint.network, checkpoint.autoencoder.shrink
        shape = (network.channels, plan.native.height // shrink, plan.native.width // shrink)
        draw_noise = noise_of(plan.seed, shape, network.device)
        self.conditioning = self._conditioning()
        begin, self._held = self._begin(draw_noise())
        self._sampling = SAMPLERS[plan.sampler](begin, plan.sigmas, draw_noise)
        self._latents: Tensor | None = None
        self.x, self.sigma = self._shown(next(self._sampling))

    def advance(self, estimates: Tensor) -> Step:
        """Give the sampler what a pass found, and take its next question.

        Shapes: estimates (1 or 2, c, h, w), one for each conditioning, in their order.
        Raises: ModelFailed when the latents end as no numbers.
        """
        denoised = guide(estimates, self.plan.guidance)
        if self._held is not None:
            denoised = self._held.answered(denoised, self.sigma)
        rgb = self.checkpoint.latent_rgb
        preview = None if rgb is None else rgb.preview(denoised)
        try:
            self.x, self.sigma = self._shown(self._sampling.send(denoised))
            done = sum(sigma > self.sigma for sigma in self.plan.sigmas)
        except StopIteration as end:
            self._latents = _finite(end.value)
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

    def _conditioning(self) -> tuple[Conditioning, ...]:
        prompts, plan = self.checkpoint.prompts, self.plan
        conditioning: tuple[Conditioning, ...] = (
            prompts.encode_both(plan.prompt, plan.negative_prompt)
            if halves(plan.guidance) == 2
            else (prompts.encode(plan.prompt),)
        )
        network = self.checkpoint.network
        if not network.sees_mask:
            return conditioning
        image, mask = _given(plan)
        beside = seen_beside(self.checkpoint.autoencoder, image, mask, network.device)
        return tuple(replace(each, beside=beside) for each in conditioning)

    def _begin(self, noise: Tensor) -> tuple[Tensor, Held | None]:
        """The latents that sampling begins with, and what it holds to."""
        network, autoencoder = self.checkpoint.network, self.checkpoint.autoencoder
        start, sigmas = self.plan.start, self.plan.sigmas
        if start is None:
            return network.pure(noise, sigmas[0]), None
        image = autoencoder.encode(start.image)
        if start.mask is None:
            return network.noised(image, noise, sigmas[0]), None
        anew = start.strength == 1
        begin = network.pure(noise, sigmas[0]) if anew else network.noised(image, noise, sigmas[0])
        if network.sees_mask:
            return begin, None
        levels = latent_levels(start.mask, autoencoder.shrink, network.device)
        held = Held(network=network, image=image, noise=noise, levels=levels, sigmas=sigmas)
        return held.shown(begin, sigmas[0]), held

    def _shown(self, question: tuple[Tensor, float]) -> tuple[Tensor, float]:
        x, sigma = question
        return (x if self._held is None else self._held.shown(x, sigma)), sigma


def _given(plan: Plan) -> tuple[Bitmap, Mask]:
    """What is there, and what is to be filled: all of it, where the plan has no mask."""
    start, size = plan.start, plan.native
    if start is not None and start.mask is not None:
        return start.image, start.mask
    return Bitmap(size=size, rgb=bytes(3 * size.pixels)), Mask(size=size, levels=b"\xff" * size.pixels)


def _finite(latents: Tensor) -> Tensor:
    if not latents.isfinite().all():
        raise ModelFailed("The picture came out as no numbers; try another seed, or less guidance in the settings.")
    return latents
