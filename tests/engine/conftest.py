"""Tiny random Stable Diffusion 3 and XL checkpoints, made in code: real architectures that draw in milliseconds."""

import json
import shutil
from pathlib import Path

import pytest
import torch
from diffusers import (
    AutoencoderKL,
    EulerDiscreteScheduler,
    FlowMatchEulerDiscreteScheduler,
    SD3Transformer2DModel,
    StableDiffusion3Pipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
    T5Config,
    T5EncoderModel,
    T5TokenizerFast,
)

from outcrop.catalog.card import CheckpointCard
from outcrop.catalog.checkpoint import read_checkpoint
from outcrop.plan import Plan
from outcrop.prompt import plain
from outcrop.units import Micros, ModelId, Seed, Size


def _clip_tokenizer(folder: Path) -> CLIPTokenizer:
    """A tokenizer of single characters, as CLIP's files are laid out."""
    letters = [chr(code) for code in range(33, 127)]
    words = [*letters, *(letter + "</w>" for letter in letters), "<|startoftext|>", "<|endoftext|>"]
    folder.mkdir()
    (folder / "vocab.json").write_text(json.dumps({word: number for number, word in enumerate(words)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    return CLIPTokenizer.from_pretrained(folder, model_max_length=77)


def _clip_config(tokenizer: CLIPTokenizer) -> CLIPTextConfig:
    return CLIPTextConfig(
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.eos_token_id,
        hidden_size=32,
        intermediate_size=37,
        num_attention_heads=4,
        num_hidden_layers=3,
        vocab_size=len(tokenizer),
        projection_dim=32,
    )


def _clip(tokenizer: CLIPTokenizer) -> CLIPTextModelWithProjection:
    return CLIPTextModelWithProjection(_clip_config(tokenizer))


def _t5() -> tuple[T5EncoderModel, T5TokenizerFast]:
    pieces = ["▁", *"abcdefghijklmnopqrstuvwxyz"]
    vocabulary = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), *((piece, -5.0) for piece in pieces)]
    tokenizer = T5TokenizerFast(vocab=vocabulary, extra_ids=0, model_max_length=256)
    config = T5Config(
        vocab_size=len(tokenizer), d_model=64, d_kv=8, d_ff=37, num_layers=2, num_heads=4,
        relative_attention_num_buckets=8,
    )  # fmt: skip
    return T5EncoderModel(config), tokenizer


def _save(folder: Path, *, with_t5: bool) -> Path:
    torch.manual_seed(11)
    tokenizer = _clip_tokenizer(folder.with_name(folder.name + "-words"))
    t5, t5_tokenizer = _t5() if with_t5 else (None, None)
    transformer = SD3Transformer2DModel(
        sample_size=16, patch_size=2, in_channels=16, num_layers=2, attention_head_dim=8, num_attention_heads=4,
        joint_attention_dim=64, caption_projection_dim=32, pooled_projection_dim=64, out_channels=16,
        pos_embed_max_size=64, dual_attention_layers=(0,), qk_norm="rms_norm",
    )  # fmt: skip
    vae = AutoencoderKL(
        block_out_channels=(8, 8, 8, 8), layers_per_block=1, down_block_types=["DownEncoderBlock2D"] * 4,
        up_block_types=["UpDecoderBlock2D"] * 4, latent_channels=16, norm_num_groups=4, shift_factor=0.0609,
        scaling_factor=1.5305, use_quant_conv=False, use_post_quant_conv=False, mid_block_add_attention=False,
    )  # fmt: skip
    pipeline = StableDiffusion3Pipeline(
        transformer=transformer, scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0), vae=vae,
        text_encoder=_clip(tokenizer), tokenizer=tokenizer, text_encoder_2=_clip(tokenizer), tokenizer_2=tokenizer,
        text_encoder_3=t5, tokenizer_3=t5_tokenizer,
    )  # fmt: skip
    pipeline.save_pretrained(folder)
    return folder


def _save_sdxl(folder: Path) -> Path:
    torch.manual_seed(12)
    tokenizer = _clip_tokenizer(folder.with_name(folder.name + "-words"))
    unet = UNet2DConditionModel(
        sample_size=16, block_out_channels=(32, 64), layers_per_block=1, in_channels=4, out_channels=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"), attention_head_dim=(2, 4), use_linear_projection=True,
        addition_embed_type="text_time", addition_time_embed_dim=8, transformer_layers_per_block=(1, 2),
        projection_class_embeddings_input_dim=80, cross_attention_dim=64,
    )  # fmt: skip
    vae = AutoencoderKL(
        block_out_channels=(8, 8, 8, 8), layers_per_block=1, down_block_types=["DownEncoderBlock2D"] * 4,
        up_block_types=["UpDecoderBlock2D"] * 4, latent_channels=4, norm_num_groups=4, scaling_factor=0.13025,
        mid_block_add_attention=False,
    )  # fmt: skip
    scheduler = EulerDiscreteScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", timestep_spacing="leading", steps_offset=1
    )
    pipeline = StableDiffusionXLPipeline(
        unet=unet, scheduler=scheduler, vae=vae, text_encoder=CLIPTextModel(_clip_config(tokenizer)),
        tokenizer=tokenizer, text_encoder_2=_clip(tokenizer), tokenizer_2=tokenizer,
    )  # fmt: skip
    pipeline.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_sdxl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SDXL-like folder: UNet that predicts noise, two CLIP encoders; 128² native, sides multiples of 16."""
    return _save_sdxl(tmp_path_factory.mktemp("checkpoints") / "tiny-sdxl")


@pytest.fixture(scope="session")
def tiny_sdxl_v(tiny_sdxl: Path) -> Path:
    """The same weights, taken to predict v."""
    return _taken_otherwise(tiny_sdxl, "tiny-sdxl-v", {"prediction_type": "v_prediction"})


@pytest.fixture(scope="session")
def tiny_sdxl_pure(tiny_sdxl: Path) -> Path:
    """The same weights, taken to predict v and to begin at pure noise."""
    changes = {"prediction_type": "v_prediction", "rescale_betas_zero_snr": True, "timestep_spacing": "trailing"}
    return _taken_otherwise(tiny_sdxl, "tiny-sdxl-pure", changes)


@pytest.fixture(scope="session")
def tiny_sdxl_mask(tiny_sdxl: Path) -> Path:
    """The same but for a UNet of nine channels, which sees a mask and the image around it."""
    copy = Path(shutil.copytree(tiny_sdxl, tiny_sdxl.with_name("tiny-sdxl-mask")))
    torch.manual_seed(13)
    unet = UNet2DConditionModel
    unet.from_config(unet.load_config(copy / "unet"), in_channels=9).save_pretrained(copy / "unet")
    index = copy / "model_index.json"
    index.write_text(json.dumps(json.loads(index.read_text()) | {"_class_name": "StableDiffusionXLInpaintPipeline"}))
    return copy


def _taken_otherwise(folder: Path, name: str, changes: dict[str, object]) -> Path:
    copy = Path(shutil.copytree(folder, folder.with_name(name)))
    file = copy / "scheduler/scheduler_config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))
    return copy


@pytest.fixture(scope="session")
def tiny_sd3(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SD3.5-like folder: MMDiT-X, two CLIP encoders, no T5; 128² native, sides multiples of 16."""
    return _save(tmp_path_factory.mktemp("checkpoints") / "tiny-sd3", with_t5=False)


@pytest.fixture(scope="session")
def tiny_sd3_t5(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with a T5 encoder."""
    return _save(tmp_path_factory.mktemp("checkpoints") / "tiny-sd3-t5", with_t5=True)


@pytest.fixture(scope="session")
def tiny_card(tiny_sd3: Path) -> CheckpointCard:
    """The catalogue's view of the tiny checkpoint."""
    return read_checkpoint("tiny", tiny_sd3)


@pytest.fixture(scope="session")
def tiny_plan() -> Plan:
    """A picture of four steps on the tiny checkpoint, to be varied with `replace`."""
    size = Size(width=128, height=128)
    return Plan(
        model=ModelId("toy.tiny"),
        checkpoint="tiny",
        prompt=plain("a red apple on a wooden table"),
        negative_prompt=plain(""),
        seed=Seed(7),
        sampler="flow_euler",
        sigmas=(1.0, 0.9, 0.75, 0.5, 0.0),
        guidance=3.5,
        native=size,
        delivered=size,
        fitting="trim",
        output_format="png",
        start=None,
        price=Micros(40_000),
    )
