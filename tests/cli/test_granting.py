"""`outcrop access` on a directory in a folder of its own: off by default, granted and taken back in the same words."""

from pathlib import Path

import pytest

from outcrop.access.accounts import LOCAL
from outcrop.access.model_access import has_model_access
from outcrop.cli import granting, people
from outcrop.cli.directory import open_directory
from outcrop.errors import AlreadyThere, InvalidRequest, NoSuchModel
from outcrop.settings import Settings
from outcrop.store.accounts import find_account
from outcrop.store.model_access import grants_of
from tests.conftest import CORE, ULTRA

Output = pytest.CaptureFixture[str]


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """Settings whose home has an account `studio` with a user."""
    settings = Settings(home=tmp_path)
    people.add(settings, "alice", "studio")
    return settings


def may(home: Settings, model: str, account: str = "studio", region: str = "us-west-2") -> bool:
    """Whether an account may use a model."""
    with open_directory(home) as directory, directory.database.reading() as connection:
        found = find_account(connection, account)
        assert found
        return has_model_access(grants_of(connection, found.id), region, model)


def test_the_first_account_may_everything_and_others_nothing(home: Settings) -> None:
    """Also models to come, and every region."""
    assert may(home, "a-model-to-come", LOCAL, "eu-north-1")
    assert not may(home, CORE)


def test_a_model_is_granted_in_a_region(home: Settings) -> None:
    """That one and there, by its short name or its id; and taken back."""
    granting.add(home, "core", "studio", None)
    assert may(home, CORE)
    assert not may(home, ULTRA)
    assert not may(home, CORE, region="eu-west-1")
    granting.add(home, CORE, "studio", "eu-west-1")
    assert may(home, CORE, region="eu-west-1")
    granting.remove(home, CORE, "studio", None)
    assert not may(home, CORE)


def test_all_is_granted_and_taken_back_as_all(home: Settings, capsys: Output) -> None:
    """A single model cannot be taken out of it, and the command says so."""
    granting.add(home, "all", "studio", "all")
    assert may(home, "a-model-to-come", region="eu-west-1")
    with pytest.raises(InvalidRequest, match=r"not granted .* in us-west-2 in those words; `outcrop access list`"):
        granting.remove(home, "core", "studio", None)
    capsys.readouterr()
    granting.show_grants(home)
    (line,) = (line for line in capsys.readouterr().out.splitlines() if line.split()[:1] == ["studio"])
    assert line.split()[2:4] == ["all", "all"]
    granting.remove(home, "all", "studio", "all")
    assert not may(home, CORE)


def test_what_there_is_not_is_refused(home: Settings) -> None:
    """A model, an account; and what there is already."""
    with pytest.raises(NoSuchModel):
        granting.add(home, "pastel", "studio", None)
    with pytest.raises(InvalidRequest, match="no account 'nowhere'; `outcrop users create <name> --account nowhere`"):
        granting.add(home, "core", "nowhere", None)
    granting.add(home, "core", "studio", None)
    with pytest.raises(AlreadyThere, match="has access to"):
        granting.add(home, "core", "studio", None)
