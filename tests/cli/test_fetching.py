"""Checkpoints come from a hub whole, as safetensors, and with a clear word when they do not."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from outcrop.catalog.checkpoint import read_checkpoint
from outcrop.cli.fetching import fetch, fetch_named
from outcrop.cli.wiring import fetched_folder, open_catalog
from outcrop.engine.weights import load_checkpoint
from outcrop.errors import BadCheckpoint, BadSettings, Unavailable
from outcrop.setting_tables import FromHub
from outcrop.settings import Settings
from tests.cli.hub import COMMIT, Hub, hub_with
from tests.engine import conftest as engine

tiny_sd3 = engine.tiny_sd3
TINY = FromHub(hub="studio/tiny")


@pytest.fixture
def hub(tiny_sd3: Path) -> Iterator[Hub]:
    """A hub that has the tiny checkpoint."""
    with hub_with(tiny_sd3) as hub:
        yield hub


def settings(home: Path, **checkpoints: FromHub) -> Settings:
    """Settings with those checkpoints."""
    return Settings(home=home, checkpoints=checkpoints)


def test_a_checkpoint_is_fetched_and_can_be_drawn_with(hub: Hub, tmp_path: Path) -> None:
    """File by file as it is there, by a name in the settings; until then the catalogue says how to get it."""
    told = settings(tmp_path, tiny=TINY)
    with pytest.raises(BadCheckpoint, match=r"'tiny' is studio/tiny of a hub and not on .*: outcrop fetch tiny"):
        open_catalog(told)
    folder = fetched_folder(tmp_path, TINY)
    assert list(fetch_named(told, ["tiny"], hub.url)) == [f"tiny: {folder}, commit {COMMIT}"]
    card = open_catalog(told).checkpoints["tiny"]
    assert card.folder == folder == tmp_path / "weights" / "studio--tiny@main"
    load_checkpoint(card, torch.device("cpu"))
    for name in hub.given:
        assert (folder / name).read_bytes() == (hub.folder / name).read_bytes()


def test_what_is_there_is_not_fetched_again(hub: Hub, tmp_path: Path) -> None:
    """Whatever the hub has by now."""
    told = settings(tmp_path, tiny=TINY)
    list(fetch_named(told, [], hub.url))
    hub.refusal = (500, "")
    (line,) = fetch_named(told, [], hub.url)
    assert line.endswith("is there already; remove it to fetch it again")


def test_nothing_that_could_run_code_is_fetched(tiny_sd3: Path, tmp_path: Path) -> None:
    """Nor anything else that is not read: scripts, second copies, pictures."""
    copy = tmp_path / "repository"
    copy.mkdir()
    for file in tiny_sd3.rglob("*"):
        if file.is_file():
            (copy / file.relative_to(tiny_sd3)).parent.mkdir(parents=True, exist_ok=True)
            (copy / file.relative_to(tiny_sd3)).symlink_to(file)
    extra = ["run.py", "vae/diffusion_pytorch_model.bin", "vae/model.fp16.safetensors", "cat.png", "tokenizer/x.py"]
    for name in extra:
        (copy / name).write_bytes(b"never")
    with hub_with(copy) as hub:
        fetch(TINY, tmp_path / "there", hub.url)
    assert not set(extra) & set(hub.given)
    assert not [path for path in (tmp_path / "there").rglob("*") if path.name in {Path(name).name for name in extra}]


def test_a_download_that_breaks_off_leaves_no_checkpoint(hub: Hub, tmp_path: Path) -> None:
    """And goes on where it ended: what was there is not fetched a second time."""
    hub.broken_off = "vae/diffusion_pytorch_model.safetensors"
    folder = tmp_path / "there"
    try:
        fetch(TINY, folder, hub.url)
    except Unavailable:
        assert not folder.exists()
        fetch(TINY, folder, hub.url)
    assert hub.given.count("transformer/config.json") == 1
    assert hub.given.count("vae/diffusion_pytorch_model.safetensors") == 2
    assert read_checkpoint("tiny", folder).family == "sd3"


@pytest.mark.parametrize(
    ("refusal", "error", "says"),
    [
        ((403, "GatedRepo"), BadCheckpoint, "has terms of its own: accept them at {url}/studio/tiny, make a token"),
        ((404, "RepoNotFound"), BadCheckpoint, "{url} has no studio/tiny, or does not show it: check the spelling"),
        ((401, ""), BadCheckpoint, "does not give studio/tiny at revision 'main' without a valid HF_TOKEN (401)"),
        ((403, ""), BadCheckpoint, "{url} does not give studio/tiny at revision 'main' without a valid HF_TOKEN (403)"),
        ((418, ""), Unavailable, "{url} answered 418 for studio/tiny"),
    ],
)
def test_a_refusal_says_what_to_do(
    hub: Hub, tmp_path: Path, refusal: tuple[int, str], error: type[Exception], says: str
) -> None:
    """Accept terms, correct a name, give a token, or wait."""
    hub.refusal = refusal
    with pytest.raises(error) as refused:
        fetch(TINY, tmp_path / "there", hub.url)
    assert says.format(url=hub.url) in str(refused.value)
    assert not (tmp_path / "there").exists()


def test_a_revision_is_followed(hub: Hub, tmp_path: Path) -> None:
    """Where it is there; and each has its own folder."""
    assert fetch(FromHub(hub="studio/tiny", revision="v1"), tmp_path / "there", hub.url) == COMMIT
    with pytest.raises(BadCheckpoint, match="has no studio/tiny at revision 'v2'; leave the revision out"):
        fetch(FromHub(hub="studio/tiny", revision="v2"), tmp_path / "other", hub.url)
    assert fetched_folder(tmp_path, FromHub(hub="a/b", revision="v1")) != fetched_folder(tmp_path, FromHub(hub="a/b"))


def test_without_a_network_it_says_so(tmp_path: Path) -> None:
    """And what to do instead."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens there
        with pytest.raises(Unavailable, match=r"cannot be reached .* or bring the folder from another machine"):
            fetch(TINY, tmp_path / "there", f"http://127.0.0.1:{taken.getsockname()[1]}")


def test_a_repository_of_another_kind_is_refused(tmp_path: Path) -> None:
    """Before anything large is fetched, or before it is named a checkpoint."""
    repository = tmp_path / "repository"
    repository.mkdir()
    (repository / "model.safetensors").touch()
    with hub_with(repository) as hub:
        with pytest.raises(BadCheckpoint, match=r"studio/tiny cannot be used: It has no model_index.json"):
            fetch(TINY, tmp_path / "there", hub.url)
        (repository / "model_index.json").write_text('{"_class_name": "FluxPipeline"}')
        with pytest.raises(BadCheckpoint, match="names the pipeline 'FluxPipeline'"):
            fetch(TINY, tmp_path / "there", hub.url)
    assert not (tmp_path / "there").exists()


def test_a_name_that_is_none_is_refused(tmp_path: Path) -> None:
    """With those that there are."""
    with pytest.raises(BadSettings, match="name no checkpoint 'tony' on a hub; they name: tiny"):
        list(fetch_named(settings(tmp_path, tiny=TINY), ["tony"]))
    with pytest.raises(BadSettings, match=r"name no checkpoint on a hub. In \[checkpoints\] such a line reads: sd35"):
        list(fetch_named(settings(tmp_path), []))


def test_the_command_reads_the_hub_and_the_token_from_the_environment(hub: Hub, tmp_path: Path) -> None:
    """HF_ENDPOINT and HF_TOKEN, as everything that speaks to the hub does; the token is never shown."""
    hub.token = "hf_secret"
    (tmp_path / "outcrop.toml").write_text('[checkpoints]\ntiny = { hub = "studio/tiny" }\n')
    kept = {name: value for name, value in os.environ.items() if name != "HF_HUB_OFFLINE"}  # noqa: TID251 - handed on
    environ = kept | {"OUTCROP_HOME": str(tmp_path), "HF_HOME": str(tmp_path / "hf"), "HF_ENDPOINT": hub.url}

    def run(**more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "outcrop", "fetch", "tiny"]
        return subprocess.run(command, env=environ | more, capture_output=True, text=True, check=False)

    refused = run()
    assert (refused.returncode, "make a token there, and give it as HF_TOKEN" in refused.stderr) == (2, True)
    done = run(HF_TOKEN="hf_secret")
    assert (done.returncode, done.stdout) == (0, f"tiny: {fetched_folder(tmp_path, TINY)}, commit {COMMIT}\n")
    assert "hf_secret" not in done.stdout + done.stderr
