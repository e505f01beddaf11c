"""Which files of a repository are read."""

import pytest

from outcrop.catalog.layout import files_to_read
from outcrop.errors import BadCheckpoint

INDEX = ["model_index.json", "scheduler/scheduler_config.json"]
WHOLE = [
    *INDEX,
    *("vae/config.json", "vae/diffusion_pytorch_model.safetensors"),
    *("text_encoder_2/config.json", "text_encoder_2/model.safetensors"),
    *("tokenizer_2/vocab.json", "tokenizer_2/merges.txt", "tokenizer_3/spiece.model"),
]


def test_what_is_read_is_fetched_and_nothing_else() -> None:
    """Neither pickles nor scripts nor formats that nothing here reads."""
    never = [
        *("sd_xl_base_1.0.safetensors", "vae/diffusion_pytorch_model.bin", "vae/diffusion_flax_model.msgpack"),
        *("vae_1_0/diffusion_pytorch_model.safetensors", "transformer.py", "tokenizer/run.py", "vae/model.onnx"),
        *("tokenizer_2/special/x.json", "../model_index.json", "images/cat.png"),
    ]
    assert set(files_to_read([*WHOLE, *never])) == set(WHOLE)


@pytest.mark.parametrize(
    ("there", "read"),
    [
        (["model.safetensors", "model.fp16.safetensors"], ["model.safetensors"]),
        (["model.fp16.safetensors", "pytorch_model.bin"], ["model.fp16.safetensors"]),
        (
            ["model.safetensors.index.json", "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"],
            ["model.safetensors.index.json", "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"],
        ),
        (
            ["model.safetensors.index.fp16.json", "model.fp16-00001-of-00001.safetensors", "model.ema.safetensors"],
            ["model.safetensors.index.fp16.json", "model.fp16-00001-of-00001.safetensors"],
        ),
    ],
)
def test_weights_are_fetched_once(there: list[str], read: list[str]) -> None:
    """The exact ones where there are such, whole or in shards."""
    found = files_to_read([*INDEX, *(f"text_encoder/{name}" for name in there)])
    assert [name for name in found if name not in INDEX] == [f"text_encoder/{name}" for name in read]


def test_what_cannot_be_read_is_refused_by_name() -> None:
    """Before a byte of weights is fetched."""
    with pytest.raises(BadCheckpoint, match=r"no model_index\.json"):
        files_to_read(["sd_xl_base_1.0.safetensors"])
    with pytest.raises(BadCheckpoint, match=r"Its unet has weights as diffusion_pytorch_model.bin only"):
        files_to_read([*INDEX, "unet/config.json", "unet/diffusion_pytorch_model.bin"])
