"""One picture under way: its sampler, and what the next pass must evaluate for it. Knows no other picture."""

from dataclasses import dataclass, replace
from functools import partial
from typing import final

from torch import Tensor

from outcrop.catalog.card import LevelInterval
from outcrop.engine.conditioning import Conditioning
from outcrop.engine.engine import Pixels, Step
from outcrop.engine.guidance import guide, halves, scale_at
from outcrop.engine.inpainting import Held, latent_levels, seen_beside
from outcrop.engine.latents import all_numbers
from outcrop.engine.noise import chance_of
from outcrop.engine.palette import PaletteGuide
from outcrop.engine.refining import next_start
from outcrop.engine.samplers import SAMPLERS
from outcrop.engine.weights import Checkpoint
from outcrop.plan import Plan, Start
from outcrop.prompt import Prompt
from outcrop.request import Bitmap, Mask
from outcrop.units import Size


@final
class Drawing:
    """A picture between its noise and its latents, through one stage or two.

    Its `x` and `sigma` are what the next pass evaluates, under each of its `conditioning`: the prompt's, and where
    guidance is on at that level the negative prompt's.
    """

    x: Tensor
    sigma: float

    def __init__(self, plan: Plan, checkpoint: Checkpoint) -> None:
        self.plan = plan
        self.checkpoint = checkpoint
        self._prompts = _encoded(plan, checkpoint)
        self._chance = chance_of(plan.seed, checkpoint.network.device)
        self._refine = plan.refine
        self._before = 0  # steps of stages that are over
        self._latents: Tensor | None = None
        self._enter(
            _Stage(
                size=plan.native,
                sigmas=plan.sigmas,
                guidance=plan.guidance,
                guided=plan.guided,
                start=plan.start,
                palette=PaletteGuide.of(plan.palette, checkpoint.latent_rgb) if plan.palette else None,
            )
        )

    def advance(self, estimates: Tensor) -> Step:
        """Give the sampler what a pass found, and take its next question.

        Shapes: estimates (1 or 2, c, h, w), one for each conditioning, in their order.
        Raises: ModelFailed when the latents end as no numbers.
        """
        stage = self._stage
        denoised = guide(estimates, stage.scale_at(self.sigma))
        if stage.palette is not None:
            denoised = stage.palette.guided(denoised, stage.left_at(self.sigma))
        if self._held is not None:
            denoised = self._held.answered(denoised, self.sigma)
        preview = self.checkpoint.latent_rgb.preview(denoised)
        try:
            self.x, self.sigma = self._shown(self._sampling.send(denoised))
            done = self._before + sum(sigma > self.sigma for sigma in stage.sigmas)
        except StopIteration as end:
            latents: Tensor = end.value
            done = self._before = self._before + stage.steps
            self._leave(all_numbers(latents))
        return Step(done=done, total=self.plan.steps, preview=preview)

    @property
    def conditioning(self) -> tuple[Conditioning, ...]:
        """What the next pass looks at `x` under."""
        return self._shown_beside[: halves(self._stage.scale_at(self.sigma))]

    @property
    def size(self) -> Size:
        """The size that the next pass works at, in pixels."""
        height, width = self.x.shape[-2:]
        shrink = self.checkpoint.autoencoder.shrink
        return Size(width=width * shrink, height=height * shrink)

    @property
    def finished(self) -> bool:
        """Whether the sampler has returned its latents, in the last stage."""
        return self._latents is not None

    def decode(self) -> Pixels:
        """The picture itself, once finished.

        Raises: ValueError when the sampler is not there yet; ModelFailed when the picture comes out as no numbers.
        """
        if self._latents is None:
            raise ValueError("a drawing can be decoded only when it is finished")
        return self.checkpoint.autoencoder.decode(self._latents)

    def _enter(self, stage: "_Stage") -> None:
        """Begin a stage: put its first question."""
        self._stage = stage
        network, shrink = self.checkpoint.network, self.checkpoint.autoencoder.shrink
        shape = (network.channels, stage.size.height // shrink, stage.size.width // shrink)
        self._shown_beside = self._conditioning()
        begin, self._held = self._begin(self._chance(shape))
        self._sampling = SAMPLERS[self.plan.sampler](begin, stage.sigmas, partial(self._chance, shape))
        self.x, self.sigma = self._shown(next(self._sampling))

    def _leave(self, latents: Tensor) -> None:
        """End a stage: go on to the next one, or be finished."""
        refine, self._refine = self._refine, None
        if refine is None:
            self._latents = latents
            return
        start = next_start(self.checkpoint.autoencoder.decode(latents), refine)
        self._enter(
            _Stage(
                size=refine.native,
                sigmas=refine.sigmas,
                guidance=refine.guidance,
                guided=refine.guided,
                start=start,
            )
        )

    def _conditioning(self) -> tuple[Conditioning, ...]:
        conditioning = self._prompts[: halves(self._stage.guidance)]
        network = self.checkpoint.network
        if not network.sees_mask:
            return conditioning
        image, mask = self._stage.given
        beside = seen_beside(self.checkpoint.autoencoder, image, mask, network.device)
        return tuple(replace(each, beside=beside) for each in conditioning)

    def _begin(self, noise: Tensor) -> tuple[Tensor, Held | None]:
        """The latents that sampling begins with, and what it holds to."""
        network, autoencoder = self.checkpoint.network, self.checkpoint.autoencoder
        start, sigmas = self._stage.start, self._stage.sigmas
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stage:
    """What a stage of a picture is drawn by."""

    size: Size
    sigmas: tuple[float, ...]
    guidance: float
    guided: LevelInterval | None
    start: Start | None
    palette: PaletteGuide | None = None

    @property
    def steps(self) -> int:
        """Number of sampler steps."""
        return len(self.sigmas) - 1

    def scale_at(self, sigma: float) -> float:
        """The guidance scale at one of its levels, or between them."""
        return scale_at(sigma, self.guidance, self.guided)

    def left_at(self, sigma: float) -> float:
        """The share of its steps that are still to come at a level, 0..1."""
        return 1 - sum(level > sigma for level in self.sigmas) / self.steps

    @property
    def given(self) -> tuple[Bitmap, Mask]:
        """What is there, and what is to be filled: all of it, where the stage has no mask."""
        start, size = self.start, self.size
        if start is not None and start.mask is not None:
            return start.image, start.mask
        return Bitmap(size=size, rgb=bytes(3 * size.pixels)), Mask(size=size, levels=b"\xff" * size.pixels)


def prompts_of(plan: Plan) -> tuple[Prompt, ...]:
    """What its passes read: the prompt, and where any stage has guidance the negative prompt."""
    guidances = [plan.guidance] if plan.refine is None else [plan.guidance, plan.refine.guidance]
    return (plan.prompt, plan.negative_prompt)[: max(map(halves, guidances))]


def _encoded(plan: Plan, checkpoint: Checkpoint) -> tuple[Conditioning, ...]:
    """Everything that its passes read, once for all stages."""
    match prompts_of(plan):
        case (prompt, negative):
            return checkpoint.prompts.encode_both(prompt, negative)
        case _:
            return (checkpoint.prompts.encode(plan.prompt),)
