"""Files of weights are found under each of their names, and refused by name where they are not whole or not safe."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from outcrop.engine.weight_files import find_weights
from outcrop.errors import BadCheckpoint

SHARDS = ("w-00001-of-00002.safetensors", "w-00002-of-00002.safetensors")


def write(file: Path, *names: str) -> Path:
    """A file of small tensors."""
    file.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: torch.ones(8) for name in names}, file)
    return file


def write_index(folder: Path, places: object, name: str = "model.safetensors.index.json") -> Path:
    """An index that says which file holds each tensor."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(json.dumps({"metadata": {}, "weight_map": places}))
    return folder


def sharded(folder: Path) -> Path:
    """Two shards and their index."""
    write(folder / SHARDS[0], "a", "b")
    write(folder / SHARDS[1], "c")
    return write_index(folder, {"a": SHARDS[0], "b": SHARDS[0], "c": SHARDS[1]})


@pytest.mark.parametrize(
    ("name", "variant"),
    [
        ("model.safetensors", None),
        ("diffusion_pytorch_model.safetensors", None),
        ("model.fp16.safetensors", "fp16"),
        ("diffusion_pytorch_model.fp16.safetensors", "fp16"),
    ],
)
def test_a_single_file_is_found(tmp_path: Path, name: str, variant: str | None) -> None:
    """By the name that diffusers or transformers give it."""
    file = write(tmp_path / name, "a")
    found = find_weights(tmp_path)
    assert (found.variant, found.files) == (variant, (file,))


def test_exact_numbers_go_before_fp16(tmp_path: Path) -> None:
    """Where a folder has both."""
    write(tmp_path / "model.fp16.safetensors", "a")
    assert find_weights(tmp_path).variant == "fp16"
    sharded(tmp_path)
    assert find_weights(tmp_path).variant is None


def test_shards_are_found(tmp_path: Path) -> None:
    """Each once, in the order of the index; of fp16 too."""
    assert find_weights(sharded(tmp_path / "a")).files == tuple(tmp_path / "a" / name for name in SHARDS)
    fp16 = tmp_path / "b"
    write(fp16 / "model.fp16-00001-of-00001.safetensors", "a")
    write_index(fp16, {"a": "model.fp16-00001-of-00001.safetensors"}, "model.safetensors.index.fp16.json")
    assert find_weights(fp16).variant == "fp16"


def test_files_of_a_hub_s_cache_are_found(tmp_path: Path) -> None:
    """There they are links into the same repository."""
    snapshot = tmp_path / "models--someone--something/snapshots/abc/unet"
    sharded(snapshot)
    blobs = snapshot.parents[2] / "blobs"
    blobs.mkdir()
    for name in SHARDS:
        (snapshot / name).rename(blobs / name)
        (snapshot / name).symlink_to(blobs / name)
    assert len(find_weights(snapshot).files) == 2


def refused(folder: Path, text: str) -> None:
    """The folder is refused with a message that names it."""
    with pytest.raises(BadCheckpoint, match=text) as caught:
        find_weights(folder)
    assert str(folder) in str(caught.value)


def test_a_folder_that_is_missing_or_empty_is_refused(tmp_path: Path) -> None:
    """With what was expected."""
    refused(tmp_path / "unet", r"unet is missing; expected a folder with config\.json and diffusion_pytorch_model")
    refused(tmp_path, r"has no weights; expected diffusion_pytorch_model\.safetensors or model\.safetensors")


@pytest.mark.parametrize("name", ["diffusion_pytorch_model.bin", "pytorch_model.bin", "model.ckpt", "model.pt"])
def test_pickled_weights_alone_are_refused(tmp_path: Path, name: str) -> None:
    """With the reason and how to convert them."""
    (tmp_path / name).write_bytes(b"\x80\x04.")
    refused(
        tmp_path, rf"as {name} only, .*run code when it is read.*save_pretrained\(folder, safe_serialization=True\)"
    )


def test_a_missing_shard_is_refused(tmp_path: Path) -> None:
    """By its path and the index that names it."""
    (sharded(tmp_path) / SHARDS[1]).unlink()
    refused(tmp_path, rf"{SHARDS[1]} is missing; model\.safetensors\.index\.json names it")


def test_a_shard_without_its_tensor_is_refused(tmp_path: Path) -> None:
    """Index and files are of different versions."""
    write(sharded(tmp_path) / SHARDS[1], "d")
    refused(tmp_path, rf"says that {SHARDS[1]} holds c, but it does not")


@pytest.mark.parametrize("cut", [0, 4, 30, -1])
def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, cut: int) -> None:
    """Anywhere; alone or a shard."""
    for file in (write(tmp_path / "one/model.safetensors", "a"), sharded(tmp_path / "two") / SHARDS[0]):
        file.write_bytes(file.read_bytes()[:cut])
        refused(file.parent, "is cut off or no safetensors file")


@pytest.mark.parametrize(
    "name",
    ["../w.safetensors", "/etc/w.safetensors", "sub/w.safetensors", "..", "w.bin", "", 5, None],
)
def test_an_index_names_files_beside_it_only(tmp_path: Path, name: object) -> None:
    """Anything else is refused before it is looked at."""
    write(tmp_path / "w.safetensors", "a")
    write(tmp_path / "in/sub/w.safetensors", "a")
    refused(write_index(tmp_path / "in", {"a": name}), "it may name safetensors files beside it only")


def test_a_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    """Of an index that someone else wrote."""
    write(tmp_path / "secret.safetensors", "a")
    folder = write_index(tmp_path / "in", {"a": "w.safetensors"})
    (folder / "w.safetensors").symlink_to(tmp_path / "secret.safetensors")
    refused(folder, "is a link that leads out of the checkpoint")


@pytest.mark.parametrize("places", [{}, [], "w.safetensors", None])
def test_an_index_without_a_map_is_refused(tmp_path: Path, places: object) -> None:
    """It must say where each tensor is."""
    refused(write_index(tmp_path, places), "'weight_map' must say which file holds each tensor")
