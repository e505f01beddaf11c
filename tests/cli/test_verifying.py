"""`outcrop verify`: a table for people, JSON for programs, and no trace of having looked."""

import json
from pathlib import Path

import pytest
from PIL import Image

from outcrop.cli.verifying import verify_files
from outcrop.cli.wiring import WATERMARK_KEY, open_marks
from outcrop.errors import BadSettings, InvalidRequest
from outcrop.finish.files import encode_file
from outcrop.provenance.fingerprint import fingerprint
from outcrop.settings import Settings
from tests.provenance.scenes import cloudy

ACCOUNT = "123456789012"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home of the test's own."""
    return Settings(home=tmp_path / "home")


@pytest.fixture
def picture(tmp_path: Path, settings: Settings) -> Path:
    """What this installation marked."""
    scene = cloudy(640, 512, 31)
    image = open_marks(settings).embed(scene.copy(), ACCOUNT, fingerprint(scene))
    path = tmp_path / "marked.png"
    path.write_bytes(encode_file(image, "png", ""))
    return path


def test_the_table_says_what_holds(
    settings: Settings, picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line a file."""
    plain = tmp_path / "plain.png"
    cloudy(300, 200, 32).save(plain)
    verify_files([picture, plain], settings, as_json=False)
    lines = [line for line in capsys.readouterr().out.splitlines() if line.strip()]
    assert lines[0].split() == ["file", "watermark", "credentials", "asset"]
    assert f"account {ACCOUNT}, 20" in lines[2]
    assert lines[3].split() == [str(plain), "none", "none", "none"]


def test_programs_get_all_of_it(settings: Settings, picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As the REST answers it."""
    verify_files([picture], settings, as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["watermark"]["account"] == ACCOUNT
    assert told["watermark"]["fits"] is True
    assert (told["credentials"]["state"], told["match"]["asset"]) == ("none", None)


def test_verifying_makes_no_database_and_no_certificate(settings: Settings, picture: Path) -> None:
    """Only the key, where there was none, for without one nothing can be read."""
    verify_files([picture], settings, as_json=True)
    assert [path.name for path in settings.home.iterdir()] == [WATERMARK_KEY.file]


def test_what_is_no_picture_is_named(settings: Settings, tmp_path: Path) -> None:
    """A file that is not there, and one that is something else."""
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(InvalidRequest, match=r"text\.png cannot be read as a picture"):
        verify_files([tmp_path / "text.png"], settings, as_json=False)
    with pytest.raises(InvalidRequest, match=r"nowhere\.png cannot be read: No such file"):
        verify_files([tmp_path / "nowhere.png"], settings, as_json=False)


def test_roots_that_are_none_are_refused(settings: Settings, picture: Path, tmp_path: Path) -> None:
    """Nothing is called untrusted because of a wrong path."""
    wrong = Settings(home=settings.home, credentials_roots=tmp_path / "nowhere.pem")
    with pytest.raises(BadSettings, match=r"nowhere\.pem, cannot be read"):
        verify_files([picture], wrong, as_json=False)


def test_a_key_that_is_none_is_refused_before_any_work(settings: Settings) -> None:
    """A server with it does not start."""
    with pytest.raises(BadSettings, match="no watermark key"):
        open_marks(Settings(home=settings.home, watermark_key="c2hvcnQ="))


def test_a_certificate_that_is_missing_is_refused_before_any_work(settings: Settings, tmp_path: Path) -> None:
    """Likewise."""
    lost = Settings(home=settings.home, credentials_chain=tmp_path / "c.pem", credentials_key=tmp_path / "k.pem")
    with pytest.raises(BadSettings, match="cannot be signed with"):
        open_marks(lost)


def test_pictures_larger_than_any_are_refused(settings: Settings, tmp_path: Path) -> None:
    """Before they are decoded."""
    Image.new("L", (5000, 4000)).save(tmp_path / "large.png")
    with pytest.raises(InvalidRequest, match="20,000,000 pixels; at most 16,777,216"):
        verify_files([tmp_path / "large.png"], settings, as_json=False)
