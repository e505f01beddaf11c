"""Which settings pass calls on, where to, and what they need."""

import sys
from pathlib import Path

import pytest

from outcrop.cli.forwarding import open_upstream
from outcrop.cli.wiring import open_catalog
from outcrop.errors import BadSettings
from outcrop.settings import Settings, read_settings
from tests.conftest import CORE

ONE = f'[models."{CORE}"]\nbackend = "bedrock"\n'


def settings(folder: Path, content: str) -> Settings:
    """The settings of a file."""
    (folder / "outcrop.toml").write_text(content, encoding="utf-8")
    return read_settings(environ={"OUTCROP_HOME": str(folder)})


@pytest.fixture
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator's key, where AWS's programs find it."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOPERATOR")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")


def test_nothing_is_passed_on_unless_asked_for(tmp_path: Path) -> None:
    """And nothing is loaded for it: no credentials are looked for."""
    chosen = settings(tmp_path, "")
    assert open_upstream(chosen, open_catalog(chosen)) is None


@pytest.mark.usefixtures("_key")
@pytest.mark.parametrize("content", ['backend = "bedrock"\n', ONE])
def test_one_line_is_enough(tmp_path: Path, content: str) -> None:
    """For all models, or for one; the region is the server's own."""
    chosen = settings(tmp_path, content)
    catalog = open_catalog(chosen)
    upstream = open_upstream(chosen, catalog)
    assert upstream is not None
    assert upstream.region == "us-west-2"
    there = {card.id for card in catalog.models.values() if card.tier.backend == "bedrock"}
    assert there == ({CORE} if content == ONE else set(catalog.models))


@pytest.mark.usefixtures("_key")
def test_a_model_may_stay_while_all_others_go(tmp_path: Path) -> None:
    """What is said of one model wins over what is said of all; the region may be another."""
    chosen = settings(
        tmp_path,
        f'backend = "bedrock"\nbedrock_region = "us-east-1"\n[models."{CORE}"]\nbackend = "engine"\n',
    )
    catalog = open_catalog(chosen)
    assert [card.id for card in catalog.models.values() if card.tier.backend == "engine"] == [CORE]
    upstream = open_upstream(chosen, catalog)
    assert upstream is not None
    assert upstream.region == "us-east-1"


def test_without_credentials_it_does_not_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says which."""
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    chosen = settings(tmp_path, ONE)
    with pytest.raises(BadSettings, match="no credentials"):
        open_upstream(chosen, open_catalog(chosen))


def test_without_the_extra_it_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one command."""
    monkeypatch.setitem(sys.modules, "outcrop.forward.bedrock", None)
    chosen = settings(tmp_path, ONE)
    with pytest.raises(BadSettings, match=r"pip install 'outcrop\[aws\]'"):
        open_upstream(chosen, open_catalog(chosen))
