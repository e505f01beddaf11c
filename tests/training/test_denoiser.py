"""A tiny denoiser learns, goes on where it stopped, and loads in diffusers' own pipeline."""

import itertools
import json
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import AutoencoderTiny, StableDiffusion3Pipeline
from transformers import CLIPTokenizer

from outcrop import clock
from outcrop.catalog.checkpoint import read_checkpoint
from outcrop.clock import Clock
from outcrop.engine.engine import Pixels
from outcrop.engine.local import LocalEngine
from outcrop.operations.schedules import schedule
from outcrop.plan import Plan
from outcrop.prompt import plain
from outcrop.training.autoencoder import (
    LATENT_CHANNELS,
    PREVIEW_GAIN,
    AutoencoderRun,
    AutoencoderShape,
    build_autoencoder,
    encode,
    preview_matrix,
    raise_detail,
    train_autoencoder,
)
from outcrop.training.compose import compose, to_bytes
from outcrop.training.denoiser import DenoiserRun, Trainer
from outcrop.training.export import Parts, export
from outcrop.training.latents import captioner, tokenize
from outcrop.training.networks import DenoiserShape, build_denoiser
from outcrop.training.practice import Bucket, Hours, practise
from outcrop.training.scenes import Mix, decide
from outcrop.training.sprites import Sprites
from outcrop.training.tokenizer import vocabulary, write_tokenizer
from outcrop.units import Micros, ModelId, Seed, Size
from tests.engine.listening import Ear

TINY = Size(width=64, height=64)
VAE = AutoencoderShape(channels=8, encoder_blocks=(0, 1, 1, 1), decoder_blocks=(1, 1, 1, 0))
SHAPE = DenoiserShape(blocks=2, heads=1, head_width=32, text_width=16, text_layers=2)
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> CLIPTokenizer:
    """A tokenizer of the real words."""
    return write_tokenizer(tmp_path_factory.mktemp("words"), vocabulary())


@pytest.fixture(scope="module")
def buckets(sprites: Sprites, tokenizer: CLIPTokenizer) -> dict[str, Bucket]:
    """Sixteen composed scenes at 64 pixels, as latents of an untrained encoder; eight also for refine steps."""
    scenes = [decide(seed, sprites, TINY, Mix()) for seed in range(16)]
    latents = encode(build_autoencoder(VAE), to_bytes(compose(scenes, sprites, TINY)).numpy())
    usual = Bucket(
        latents=latents,
        tokens=captioner(scenes, sprites.subjects, tokenizer),
        empty=lambda count: tokenize(tokenizer, [""] * count),
    )
    refine = replace(usual, latents=latents[:8], share=0.3, batch=0.5, most_sigma=0.5)
    return {"64x64": usual, "refine": refine}


def _trainer(tokenizer: CLIPTokenizer, steps: int = 1000, seed: int = 1) -> Trainer:
    run = DenoiserRun(steps=steps, batch=8, rate=1e-2, warm_up=3, half=False, save_every_s=1e9)
    return Trainer(build_denoiser(SHAPE, len(tokenizer), seed), run, CPU)


def _counter() -> Clock:
    """A clock that moves one second a look."""
    return itertools.count().__next__


def _losses(lines: list[str]) -> list[float]:
    return [json.loads(line)["loss"] for line in lines]


def _train(trainer: Trainer, buckets: dict[str, Bucket], seconds_s: float, folder: Path) -> list[float]:
    lines: list[str] = []
    hours = Hours(steps=trainer.run.steps, seconds_s=seconds_s, save_every_s=1e9, clock=_counter())
    practise(trainer, buckets, hours, lines.append, lambda each: each.save(folder))
    return _losses(lines)


def test_fifty_steps_lower_the_loss(tokenizer: CLIPTokenizer, buckets: dict[str, Bucket]) -> None:
    """The mean of the last steps is clearly under that of the first."""
    trainer = _trainer(tokenizer)
    only = {"64x64": buckets["64x64"]}
    losses = [trainer.step(only)[0] for _ in range(50)]
    assert np.mean(losses[-8:]) < 0.85 * np.mean(losses[:5])


def test_training_resumes_to_the_same_losses(
    tokenizer: CLIPTokenizer, buckets: dict[str, Bucket], tmp_path: Path
) -> None:
    """Stopped and begun again, over both buckets and the falling rate, the losses are those of one run."""
    whole = _train(_trainer(tokenizer, steps=9), buckets, 1e9, tmp_path / "whole")
    assert len(whole) == 9
    parts: list[float] = []
    while len(parts) < 9:
        trainer = _trainer(tokenizer, steps=9, seed=2)
        if parts:
            trainer.resume(tmp_path / "parts")
        else:
            trainer.begin_from(build_denoiser(SHAPE, len(tokenizer), 1).state_dict())
        parts += _train(trainer, buckets, 12.0, tmp_path / "parts")
    assert parts == pytest.approx(whole, abs=1e-6)
    assert len(set(whole)) == 9


def test_both_buckets_are_practised_as_often_as_asked(tokenizer: CLIPTokenizer, buckets: dict[str, Bucket]) -> None:
    """About three in thirteen steps are refine steps, of half as many pictures."""
    trainer = _trainer(tokenizer)
    sizes: list[str] = []
    for _ in range(60):
        sizes.append(trainer.step(buckets)[1])
        trainer.progress = replace(trainer.progress, step=trainer.progress.step + 1)
    assert 5 <= sizes.count("refine") <= 25


def test_an_export_loads_in_diffusers(tokenizer: CLIPTokenizer, buckets: dict[str, Bucket], tmp_path: Path) -> None:
    """StableDiffusion3Pipeline reads the folder offline and draws what our own engine draws."""
    trainer = _trainer(tokenizer)
    for _ in range(3):
        trainer.step(buckets)
    folder = tmp_path / "folder"
    vae = build_autoencoder(VAE)
    vae.save_pretrained(tmp_path / "vae")
    parts = Parts(
        denoiser=trainer.denoiser,
        average=trainer.average,
        vae=AutoencoderTiny.from_pretrained(tmp_path / "vae"),
        tokenizer=tokenizer,
        shift=1.5,
    )
    export(parts, folder)
    assert not any(str(tmp_path) in path.read_text() for path in folder.rglob("*.json"))
    ours = _drawn(folder, "a red car", 5)
    noise = torch.randn((1, LATENT_CHANNELS, 8, 8), generator=torch.Generator().manual_seed(5))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pipeline = StableDiffusion3Pipeline.from_pretrained(
            folder, text_encoder_3=None, tokenizer_3=None, torch_dtype=torch.float32, local_files_only=True
        )
        theirs = pipeline(
            "a red car",
            height=64,
            width=64,
            latents=noise,
            num_inference_steps=3,
            guidance_scale=3.0,
            max_sequence_length=0,
            output_type="np",
        ).images[0]
    assert ours.shape == (64, 64, 3)
    assert np.abs(ours / 255.0 - theirs).max() < 0.02
    assert json.loads((folder / "outcrop.json").read_text())["latent_rgb"]["bias"] == [0.5, 0.5, 0.5]


def _drawn(folder: Path, prompt: str, seed: int) -> Pixels:
    """A picture of three guided steps by the engine."""
    card = read_checkpoint("folder", folder)
    plan = Plan(
        model=ModelId("toy.model-v1:0"),
        checkpoint=card.name,
        prompt=plain(prompt),
        negative_prompt=plain(""),
        seed=Seed(seed),
        sampler="flow_euler",
        sigmas=schedule(card.noise, 3),
        guidance=3.0,
        native=TINY,
        delivered=TINY,
        fitting="trim",
        output_format="png",
        start=None,
        price=Micros(0),
    )
    ear = Ear()
    engine = LocalEngine({card.name: card}, clock.now)
    try:
        engine.submit(plan, ear)
        return ear.drawn().pixels
    finally:
        engine.close()


def test_the_autoencoder_learns_and_its_first_channels_are_the_picture(sprites: Sprites) -> None:
    """Some seconds lower the loss, and the three first latent channels approach the small picture."""
    scenes = [decide(seed, sprites, TINY, Mix()) for seed in range(8)]
    pictures = to_bytes(compose(scenes, sprites, TINY)).numpy()
    vae = build_autoencoder(VAE)
    before = encode(vae, pictures)
    lines: list[str] = []
    tick = _counter()
    train_autoencoder(vae, pictures, AutoencoderRun(seconds_s=160.0, batch=4, crop_px=32), tick, lines.append)
    losses = [json.loads(line)["loss"] for line in lines]
    assert losses[-1] < 0.7 * losses[0]
    small = torch.from_numpy(pictures).permute(0, 3, 1, 2).float().div(127.5).sub(1.0)
    target = torch.nn.functional.avg_pool2d(small, 8) * PREVIEW_GAIN
    after = encode(vae, pictures)
    assert (after[:, :3] - target).square().mean() < 0.7 * (before[:, :3] - target).square().mean()


def test_raising_detail_changes_latents_and_hardly_pictures() -> None:
    """Encoder and decoder are changed against one another."""
    vae = build_autoencoder(VAE)
    pictures = np.random.default_rng(1).integers(0, 255, (1, 32, 32, 3), dtype=np.uint8)
    plain = encode(vae, pictures)
    with torch.no_grad():
        shown = vae.decode(plain).sample
        raise_detail(vae, 2.0)
        again = encode(vae, pictures)
        assert torch.allclose(again[:, 3:], 2.0 * plain[:, 3:], atol=1e-5)
        assert torch.allclose(again[:, :3], plain[:, :3], atol=1e-5)
        assert (vae.decode(again).sample - shown).abs().max() < 0.05


def test_the_preview_matrix_undoes_the_gain() -> None:
    """Latents of a flat colour give that colour back."""
    matrix = np.array(preview_matrix()["weight"])
    colour = np.array([0.2, 0.5, 0.9])
    latent = np.zeros(LATENT_CHANNELS)
    latent[:3] = (2.0 * colour - 1.0) * PREVIEW_GAIN
    assert np.allclose(latent @ matrix + 0.5, colour)


def test_long_prompts_are_cut(tokenizer: CLIPTokenizer) -> None:
    """Whatever the length, 32 numbers come out."""
    assert tokenize(tokenizer, ["cat " * 100, ""]).shape == (2, 32)
