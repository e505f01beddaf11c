"""Fixtures that several packages' tests share: a toy checkpoint and catalogue, a server on a socket, boto3 clients."""

import json
import os
import tomllib
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient
from botocore.config import Config
from hypothesis import settings

from outcrop.catalog.card import ModelCard
from outcrop.catalog.load import Catalog, load_catalog
from outcrop.store.database import open_database
from tests.assets.s3_server import S3Server, s3_server
from tests.databases import NONE, Cluster, Place, cluster, programs
from tests.serving import KEY_ID, REGION, SECRET, Serving, serving

settings.register_profile("outcrop", deadline=None, derandomize=True)
settings.load_profile("outcrop")  # the same examples each time, however busy the machine is

CORE = "stability.stable-image-core-v1:1"
SD35 = "stability.sd3-5-large-v1:0"
ULTRA = "stability.stable-image-ultra-v1:1"
SDXL = "stability.stable-diffusion-xl-v1"
SDXL_0 = "stability.stable-diffusion-xl-v0"
CORE_10 = "stability.stable-image-core-v1:0"
SD3 = "stability.sd3-large-v1:0"
ULTRA_10 = "stability.stable-image-ultra-v1:0"
TITAN_1 = "amazon.titan-image-generator-v1"
TITAN = "amazon.titan-image-generator-v2:0"
CANVAS = "amazon.nova-canvas-v1:0"
STABLE_IMAGE = (CORE, SD35, ULTRA)
"""The present ones of those whose bodies are alike, and need a prompt alone."""

MODELS = tuple(
    tomllib.loads(file.read_text(encoding="utf-8"))["id"]
    for file in sorted(Path(str(resources.files("outcrop.catalog"))).glob("data/models/*.toml"))
)
"""Every model of the catalogue."""

TOY_CHECKPOINT: dict[str, dict[str, Any]] = {
    "model_index.json": {"_class_name": "StableDiffusion3Pipeline"},
    "transformer/config.json": {"sample_size": 8, "patch_size": 2},
    "vae/config.json": {"block_out_channels": [8, 8, 8, 8]},
    "scheduler/scheduler_config.json": {"shift": 3.0},
}
"""All that the catalogue reads of a checkpoint: 64² native, sides multiples of 16."""

XL_CHECKPOINT: dict[str, dict[str, Any]] = {
    "model_index.json": {"_class_name": "StableDiffusionXLPipeline"},
    "unet/config.json": {"sample_size": 128, "block_out_channels": [320, 640, 1280]},
    "vae/config.json": {"block_out_channels": [128, 256, 512, 512]},
    "scheduler/scheduler_config.json": {
        "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "prediction_type": "epsilon",
        "timestep_spacing": "leading", "steps_offset": 1,
    },
}  # fmt: skip
"""The same of SDXL, as published."""


def write_checkpoint(folder: Path, files: dict[str, dict[str, Any]]) -> Path:
    """Write the configuration files of a checkpoint into a folder."""
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content), encoding="utf-8")
    return folder


@pytest.fixture(scope="session", autouse=True)
def _no_ambient_aws() -> Iterator[None]:
    """Nothing of the machine's own AWS or proxy configuration reaches the tests."""
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ:  # noqa: TID251  not a setting: what must not be read
            if name.startswith("AWS_") or name.lower().endswith("_proxy"):
                patch.delenv(name)
        patch.setenv("AWS_CONFIG_FILE", os.devnull)
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
        yield


@pytest.fixture(scope="session")
def toy_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint as far as the catalogue looks: no weights."""
    return write_checkpoint(tmp_path_factory.mktemp("toy"), TOY_CHECKPOINT)


@pytest.fixture(scope="session")
def catalog(toy_folder: Path) -> Catalog:
    """The shipped catalogue with every model on the toy checkpoint."""
    return load_catalog(folders={"toy": toy_folder}, tiers={model: {"checkpoint": "toy"} for model in MODELS})


@pytest.fixture(params=MODELS)
def card(request: pytest.FixtureRequest, catalog: Catalog) -> ModelCard:
    """Each model in turn."""
    return catalog.model(request.param)


@pytest.fixture(params=STABLE_IMAGE)
def stable_image(request: pytest.FixtureRequest, catalog: Catalog) -> ModelCard:
    """Each model of the Stable Image family in turn."""
    return catalog.model(request.param)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """A server of PostgreSQL, with a database `migrated` to make others after."""
    folder = programs()
    if folder is None:
        pytest.skip(NONE)
    with cluster(folder) as running:
        running.administer("CREATE DATABASE migrated")
        open_database(running.folder, running.url("migrated")).close()
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """An empty database of each kind in turn, brought up to date already where that is quicker."""
    if request.param == "sqlite":
        yield Place(home=tmp_path)
        return
    running: Cluster = request.getfixturevalue("postgresql")
    with running.database("migrated") as name:
        yield Place(home=tmp_path, url=running.url(name))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A database of each kind in turn, in which there is nothing at all."""
    if request.param == "sqlite":
        yield Place(home=tmp_path)
        return
    running: Cluster = request.getfixturevalue("postgresql")
    with running.database() as name:
        yield Place(home=tmp_path, url=running.url(name))


@pytest.fixture(scope="session")
def s3() -> Iterator[S3Server]:
    """A real S3 server in a process of its own, which checks signatures."""
    with s3_server() as running:
        yield running


@pytest.fixture(scope="session")
def server(catalog: Catalog) -> Iterator[Serving]:
    """A server that the whole session shares."""
    with serving(catalog) as running:
        yield running


def client(service: str, server: Serving, attempts: int = 1) -> BaseClient:
    """A plain boto3 client that sends each request so many times at most."""
    session = boto3.Session(aws_access_key_id=KEY_ID, aws_secret_access_key=SECRET, region_name=REGION)
    config = Config(retries={"total_max_attempts": attempts})
    return session.client(service, endpoint_url=server.url, config=config)


@pytest.fixture(scope="session")
def runtime(server: Serving) -> Iterator[BaseClient]:
    """boto3's `bedrock-runtime` client on the shared server."""
    made = client("bedrock-runtime", server)
    yield made
    made.close()


@pytest.fixture(scope="session")
def control(server: Serving) -> Iterator[BaseClient]:
    """boto3's `bedrock` client on the shared server."""
    made = client("bedrock", server)
    yield made
    made.close()
