"""The engine agrees with diffusers' own pipeline on the same weights, and refuses broken folders by name."""

import importlib
import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import (
    AutoencoderKL,
    FlowMatchHeunDiscreteScheduler,
    StableDiffusion3Img2ImgPipeline,
    StableDiffusion3Pipeline,
)
from safetensors.torch import load_file, save_file

from outcrop.catalog.card import CheckpointCard
from outcrop.catalog.checkpoint import read_checkpoint
from outcrop.engine.denoise import estimate
from outcrop.engine.drawing import Drawing
from outcrop.engine.engine import Pixels
from outcrop.engine.noise import noise_of
from outcrop.engine.weights import load_checkpoint
from outcrop.errors import BadCheckpoint
from outcrop.operations.schedules import from_strength, schedule
from outcrop.plan import Plan, Start
from outcrop.prompt import plain
from outcrop.request import Bitmap
from outcrop.units import Micros, ModelId, Precision, Seed, Size
from tests.engine.pictures import psnr
from tests.engine.precisions import PRECISIONS

CPU = torch.device("cpu")


def plan_for(card: CheckpointCard, size: Size, guidance: float) -> Plan:
    """A picture of six steps with a negative prompt."""
    return Plan(
        model=ModelId("toy.tiny"), checkpoint=card.name, prompt=plain("a red apple on a wooden table"),
        negative_prompt=plain("a blue car"), seed=Seed(7), sampler="flow_euler", sigmas=schedule(card.noise, 6),
        guidance=guidance, native=size, delivered=size, fitting="trim",
        output_format="png", start=None, price=Micros(0),
    )  # fmt: skip


def ours(card: CheckpointCard, plan: Plan, precision: Precision = "fp32") -> Pixels:
    """The picture by this engine."""
    drawing = Drawing(plan, load_checkpoint(card, CPU, precision))
    while not drawing.finished:
        drawing.advance(estimate([drawing])[0])
    return drawing.decode()


def theirs(folder: Path, plan: Plan, text_tokens: int) -> Pixels:
    """The picture by diffusers' pipeline, from the same noise."""
    # Parts that a folder leaves out must be left out by name: the pipeline does not take their absence for an answer.
    parts = json.loads((folder / "model_index.json").read_text())
    absent = {part: None for part in ("text_encoder_3", "tokenizer_3") if parts.get(part, [None])[0] is None}
    pipeline = StableDiffusion3Pipeline.from_pretrained(folder, dtype=torch.float32, local_files_only=True, **absent)
    pipeline.set_progress_bar_config(disable=True)
    if plan.sampler == "flow_heun":
        pipeline.scheduler = FlowMatchHeunDiscreteScheduler.from_config(pipeline.scheduler.config)
    channels = pipeline.transformer.config.in_channels
    shape = (channels, plan.native.height // 8, plan.native.width // 8)
    picture = pipeline(
        plan.prompt.text,
        negative_prompt=plan.negative_prompt.text,
        height=plan.native.height,
        width=plan.native.width,
        num_inference_steps=plan.steps,
        guidance_scale=plan.guidance,
        latents=noise_of(plan.seed, shape, CPU)()[None],
        max_sequence_length=text_tokens,
        output_type="pil",
    ).images[0]
    return np.asarray(picture)


def test_heun_gives_the_picture_of_diffusers(tiny_sd3: Path) -> None:
    """The other sampler of a flow: at least 45 dB."""
    card = read_checkpoint("tiny", tiny_sd3)
    plan = replace(plan_for(card, Size(width=160, height=96), 4.5), sampler="flow_heun")
    assert psnr(ours(card, plan), theirs(tiny_sd3, plan, 256)) >= 45


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("guidance", [1.0, 4.5])
@pytest.mark.parametrize("folder_fixture", ["tiny_sd3", "tiny_sd3_t5"])
def test_the_same_weights_and_noise_give_the_picture_of_diffusers(
    request: pytest.FixtureRequest, folder_fixture: str, guidance: float, precision: Precision
) -> None:
    """With and without T5, with and without guidance, in either precision: at least 45 dB to diffusers' float32."""
    folder = request.getfixturevalue(folder_fixture)
    card = read_checkpoint("tiny", folder)
    plan = plan_for(card, Size(width=160, height=96), guidance)
    assert psnr(ours(card, plan, precision), theirs(folder, plan, 256)) >= 45


@pytest.mark.parametrize("strength", [0.05, 0.6, 1.0])
def test_image_to_image_gives_the_picture_of_diffusers(tiny_sd3: Path, strength: float) -> None:
    """From the same encoded image and seed, whatever the strength: at least 45 dB."""
    card = read_checkpoint("tiny", tiny_sd3)
    size = Size(width=160, height=96)
    noise = np.random.default_rng(3).integers(0, 256, (96, 160, 3), dtype=np.uint8)
    image = Bitmap(size=size, rgb=noise.tobytes())
    plan = plan_for(card, size, 4.5)
    plan = replace(
        plan,
        start=Start(image=image, strength=strength),
        sigmas=from_strength(plan.sigmas, strength),
        fitting="stretch",
    )
    pipeline = StableDiffusion3Img2ImgPipeline.from_pretrained(
        tiny_sd3, dtype=torch.float32, local_files_only=True, text_encoder_3=None, tokenizer_3=None
    )
    pipeline.set_progress_bar_config(disable=True)
    picture = pipeline(
        plan.prompt.text,
        # As latents: the pipeline would draw them from the encoder's distribution, where ours takes its mode.
        image=load_checkpoint(card, CPU).autoencoder.encode(image)[None],
        negative_prompt=plan.negative_prompt.text,
        strength=max(strength, 1 / 6),  # below one step the pipeline refuses; ours takes the last
        num_inference_steps=6,
        guidance_scale=plan.guidance,
        generator=torch.Generator().manual_seed(plan.seed),
        height=size.height,
        width=size.width,
    ).images[0]
    assert psnr(ours(card, plan), np.asarray(picture)) >= 45


def test_encoding_is_the_inverse_of_decoding_up_to_the_network(tiny_sd3: Path) -> None:
    """The latents are the encoder's most likely ones, shifted and scaled as the checkpoint says."""
    checkpoint = load_checkpoint(read_checkpoint("tiny", tiny_sd3), CPU)
    rgb = np.random.default_rng(5).integers(0, 256, (16, 32, 3), dtype=np.uint8)
    latents = checkpoint.autoencoder.encode(Bitmap(size=Size(width=32, height=16), rgb=rgb.tobytes()))
    sample = torch.from_numpy(rgb).permute(2, 0, 1)[None].float() / 127.5 - 1
    vae = AutoencoderKL.from_pretrained(tiny_sd3 / "vae", local_files_only=True)
    with torch.inference_mode():
        expected = (vae.encode(sample).latent_dist.mode()[0] - 0.0609) * 1.5305
    assert latents.shape == (16, 2, 4)
    assert torch.allclose(latents, expected, atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("size", [Size(width=256, height=256), Size(width=352, height=192)], ids=str)
def test_the_embedded_model_gives_the_picture_of_diffusers(size: Size) -> None:
    """Outcrop's own checkpoint is an SD3 folder like any other, read without T5's zero tokens."""
    from_catalogue = read_embedded()
    plan = plan_for(from_catalogue, size, 3.5)
    assert psnr(ours(from_catalogue, plan), theirs(from_catalogue.folder, plan, 0)) >= 45


def read_embedded() -> CheckpointCard:
    """The card of the checkpoint that ships with the package."""
    from outcrop.catalog.load import load_catalog  # noqa: PLC0415 - keeps the other tests free of the weights

    return load_catalog().checkpoints["outcrop-nano"]


def broken(folder: Path, target: Path) -> Path:
    """A copy that a test may break."""
    return Path(shutil.copytree(folder, target / "broken"))


def test_a_missing_tensor_is_named(tiny_sd3: Path, tmp_path: Path) -> None:
    """A file that lacks a weight of its configuration is refused, not filled with noise."""
    folder = broken(tiny_sd3, tmp_path)
    weights = folder / "transformer/diffusion_pytorch_model.safetensors"
    tensors = load_file(weights)
    del tensors["transformer_blocks.0.attn.to_q.weight"]
    save_file(tensors, weights)
    with pytest.raises(BadCheckpoint, match=r"transformer: missing keys, .*transformer_blocks\.0\.attn\.to_q\.weight"):
        load_checkpoint(read_checkpoint("broken", folder), CPU)


def test_a_truncated_file_is_refused_with_its_part(tiny_sd3: Path, tmp_path: Path) -> None:
    """Half a download does not load."""
    folder = broken(tiny_sd3, tmp_path)
    weights = folder / "vae/diffusion_pytorch_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1000])
    with pytest.raises(BadCheckpoint, match=r"vae/diffusion_pytorch_model\.safetensors is cut off"):
        load_checkpoint(read_checkpoint("broken", folder), CPU)


def test_a_tensor_of_another_shape_is_refused(tiny_sd3: Path, tmp_path: Path) -> None:
    """Weights of another width than the configuration says do not load."""
    folder = broken(tiny_sd3, tmp_path)
    config = json.loads((folder / "text_encoder/config.json").read_text())
    (folder / "text_encoder/config.json").write_text(json.dumps(config | {"intermediate_size": 38}))
    with pytest.raises(
        BadCheckpoint, match=r"mlp\.fc1\.bias has the shape \(37,\); by config\.json it must have \(38,\)"
    ):
        load_checkpoint(read_checkpoint("broken", folder), CPU)


def test_a_tensor_of_another_shape_in_the_denoiser_is_refused(tiny_sd3: Path, tmp_path: Path) -> None:
    """By its name, what it has and what it must have."""
    folder = broken(tiny_sd3, tmp_path)
    weights = folder / "transformer/diffusion_pytorch_model.safetensors"
    tensors = load_file(weights)
    name = "transformer_blocks.0.attn.to_q.weight"
    save_file(tensors | {name: tensors[name][:5].clone()}, weights)
    with pytest.raises(
        BadCheckpoint, match=rf"{name} has the shape \(5, 32\); by config\.json it must have \(32, 32\)"
    ):
        load_checkpoint(read_checkpoint("broken", folder), CPU)


def test_a_part_of_another_architecture_is_refused(tiny_sd3: Path, tmp_path: Path) -> None:
    """Which its own configuration says, whatever the checkpoint's index does."""
    folder = broken(tiny_sd3, tmp_path)
    config = json.loads((folder / "transformer/config.json").read_text())
    (folder / "transformer/config.json").write_text(json.dumps(config | {"_class_name": "FluxTransformer2DModel"}))
    with pytest.raises(
        BadCheckpoint, match=r"'FluxTransformer2DModel'; model_index\.json names 'SD3Transformer2DModel'"
    ):
        load_checkpoint(read_checkpoint("broken", folder), CPU)


@pytest.mark.parametrize("variant", [None, "fp16"])
def test_shards_draw_the_same_picture(tiny_sd3_t5: Path, tmp_path: Path, variant: str | None) -> None:
    """Every network in several files with an index, named as exact or as fp16; computed in float32 on a CPU."""
    folder = broken(tiny_sd3_t5, tmp_path)
    index = json.loads((folder / "model_index.json").read_text())
    for part, (library, name) in ((part, named) for part, named in index.items() if (folder / part).is_dir()):
        weights = list((folder / part).glob("*.safetensors"))
        if weights:
            network = getattr(importlib.import_module(library), name).from_pretrained(folder / part)
            weights[0].unlink()
            network.save_pretrained(folder / part, max_shard_size="20KB", variant=variant)
            assert len(list((folder / part).glob("*.safetensors"))) > 1
    card = read_checkpoint("shards", folder)
    plan = plan_for(card, Size(width=64, height=64), 4.5)
    assert np.array_equal(ours(card, plan), ours(read_checkpoint("whole", tiny_sd3_t5), plan))


def test_numbers_of_half_the_bits_are_computed_in_float32(tiny_sd3: Path, tmp_path: Path) -> None:
    """A folder of fp16 files draws, on a CPU, nearly what the exact one draws."""
    folder = broken(tiny_sd3, tmp_path)
    for file in folder.rglob("*.safetensors"):
        save_file({name: tensor.half() for name, tensor in load_file(file).items()}, file, {"format": "pt"})
        file.rename(file.with_suffix(".fp16.safetensors"))
    card = read_checkpoint("half", folder)
    plan = plan_for(card, Size(width=64, height=64), 4.5)
    assert psnr(ours(card, plan), ours(read_checkpoint("whole", tiny_sd3), plan)) > 35


def test_pickled_weights_are_refused(tiny_sd3: Path, tmp_path: Path) -> None:
    """A .bin file can run code when it is read: only safetensors are."""
    folder = broken(tiny_sd3, tmp_path)
    weights = folder / "vae/diffusion_pytorch_model.safetensors"
    weights.rename(weights.with_suffix(".bin"))
    with pytest.raises(BadCheckpoint, match=r"vae has weights as diffusion_pytorch_model\.bin only"):
        load_checkpoint(read_checkpoint("broken", folder), CPU)


def test_another_architecture_is_refused(tiny_sd3: Path, tmp_path: Path) -> None:
    """A network that the family does not have is named, with those it has."""
    folder = broken(tiny_sd3, tmp_path)
    index = json.loads((folder / "model_index.json").read_text())
    index["vae"] = ["diffusers", "VQModel"]
    (folder / "model_index.json").write_text(json.dumps(index))
    with pytest.raises(BadCheckpoint, match=r"'VQModel' is not one of AutoencoderKL, AutoencoderTiny"):
        load_checkpoint(read_checkpoint("broken", folder), CPU)


def test_a_missing_tokenizer_is_named(tiny_sd3: Path, tmp_path: Path) -> None:
    """Every part of the layout is asked for by name."""
    folder = broken(tiny_sd3, tmp_path)
    shutil.rmtree(folder / "tokenizer_2")
    with pytest.raises(BadCheckpoint, match=r"tokenizer_2 is missing"):
        load_checkpoint(read_checkpoint("broken", folder), CPU)
