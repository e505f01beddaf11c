"""Every training command in order on the tiny recipe and a made-up corpus, as one would before renting a machine."""

import io
import json
import lzma
import shutil
import tarfile
from pathlib import Path

import pytest
import torch
from diffusers import StableDiffusion3Pipeline
from PIL import Image
from safetensors.torch import load_file
from typer.testing import CliRunner

from outcrop.training.__main__ import DEFAULT_FOLDER, app, export_to
from outcrop.training.subjects import load_subjects
from tests.training.conftest import drawing

run = CliRunner()


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A packed corpus with a drawing for every subject in both drawing styles."""
    folder = tmp_path_factory.mktemp("corpus")
    names = sorted({subject.drawing for subject in load_subjects().subjects})
    with tarfile.open(folder / "fluent3d.tar", "w") as archive:
        for number, name in enumerate(names):
            data = io.BytesIO()
            drawing(number).save(data, "WEBP")
            member = tarfile.TarInfo(f"fluent3d/{name}.webp")
            member.size = len(data.getvalue())
            archive.addfile(member, io.BytesIO(data.getvalue()))
    disc = (
        '<svg viewBox="0 0 32 32" xmlns="http://www.w3.org/2000/svg"><circle cx="16" cy="16" r="15" fill="#2a6"/></svg>'
    )
    (folder / "fluent-emoji-flat.svgs.xz").write_bytes(lzma.compress("\0".join([disc] * len(names)).encode()))
    index = [
        {"src": source, "name": name, "style": "toy"} for source in ("fluent3d", "fluent-emoji-flat") for name in names
    ]
    (folder / "index.json.xz").write_bytes(lzma.compress(json.dumps({"index": index, "captions": {}}).encode()))
    return folder


def _done(*arguments: object) -> str:
    result = run.invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.slow
def test_the_commands_run_in_order_and_go_on_where_they_stopped(corpus: Path, tmp_path: Path) -> None:
    """Scenes to an exported folder that diffusers loads, with its student, logs and progress pictures beside it."""
    work = ("--work", tmp_path / "work", "--recipe", "tiny")
    _done("scenes", "--corpus", corpus, *work)
    _done("autoencoder", *work)
    assert "256x256: 96 scenes" in _done("latents", "--corpus", corpus, *work)
    _done("denoise", *work, "--minutes", "0.05")
    steps = _steps(tmp_path / "work")
    assert len(steps) > 0
    _done("denoise", *work)
    assert _steps(tmp_path / "work") == list(range(1, 51))
    _done("student", *work)
    _done("export", *work, "--folder", tmp_path / "nano")
    assert _width(tmp_path / "work" / "progress" / "000050.webp") > 1000
    assert 'checkpoint = "nano"' in (tmp_path / "nano-fast" / "lora.toml").read_text(encoding="utf-8")
    additions = load_file(tmp_path / "nano-fast" / "lora.safetensors")
    assert all(torch.isfinite(value).all() for value in additions.values())
    pipeline = StableDiffusion3Pipeline.from_pretrained(
        tmp_path / "nano", text_encoder_3=None, tokenizer_3=None, dtype=torch.float32, local_files_only=True
    )
    shapes = pipeline.transformer.state_dict()
    name = "transformer_blocks.0.attn.to_q"
    assert additions[f"transformer.{name}.lora_B.weight"].shape[0] == shapes[f"{name}.weight"].shape[0]


@pytest.mark.slow
def test_training_goes_on_from_an_exported_folder(corpus: Path, tmp_path: Path) -> None:
    """What one machine brought back, another goes on from: its first losses are a trained model's."""
    work = ("--work", tmp_path / "work", "--recipe", "tiny")
    for command in (("scenes", "--corpus", corpus), ("autoencoder",), ("latents", "--corpus", corpus), ("denoise",)):
        _done(*command, *work)
    _done("export", *work, "--folder", tmp_path / "nano")
    first, last = _losses(tmp_path / "work")
    shutil.rmtree(tmp_path / "work" / "run")
    (tmp_path / "work" / "denoiser.jsonl").unlink()
    _done("denoise", *work, "--begin-from", tmp_path / "nano")
    assert _losses(tmp_path / "work")[0] < 0.5 * (first + last)


def test_scenes_can_be_looked_at(corpus: Path, tmp_path: Path) -> None:
    """Sixty-four scenes with their captions on one sheet."""
    _done("look", "--corpus", corpus, "--out", tmp_path / "scenes.webp")
    assert _width(tmp_path / "scenes.webp") > 8 * 192


def _losses(work: Path) -> tuple[float, float]:
    """The mean of the first and of the last ten losses."""
    lines = (work / "denoiser.jsonl").read_text(encoding="utf-8").splitlines()
    losses = [json.loads(line)["loss"] for line in lines]
    return sum(losses[:10]) / 10, sum(losses[-10:]) / 10


def _width(path: Path) -> int:
    with Image.open(path) as picture:
        return picture.width


def _steps(work: Path) -> list[int]:
    lines = (work / "denoiser.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["step"] for line in lines]


def test_a_rehearsal_does_not_replace_the_model_that_ships() -> None:
    """Only its own recipe does, or whoever names the folder."""
    work, mine = Path("work"), Path("mine")
    assert export_to(DEFAULT_FOLDER, work, "tiny") == work / DEFAULT_FOLDER.name
    assert export_to(DEFAULT_FOLDER, work, "cpu") == DEFAULT_FOLDER
    assert export_to(mine, work, "tiny") == mine
