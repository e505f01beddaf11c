"""What assets are encrypted with, as the settings say."""

from base64 import b64encode
from pathlib import Path

import pytest

from outcrop.assets.cipher import PLAIN
from outcrop.cli.sealing import open_cipher
from outcrop.cli.wiring import open_shelves
from outcrop.errors import BadSettings, StorageFailed
from outcrop.settings import Settings

ONE, OTHER = b64encode(b"1" * 32).decode(), b64encode(b"2" * 32).decode()


def test_nothing_is_encrypted_unless_it_is_asked_for(tmp_path: Path) -> None:
    """Nor are there keys."""
    assert open_cipher(Settings(home=tmp_path)) is PLAIN


def test_files_are_encrypted_and_plain_ones_stay_readable(tmp_path: Path) -> None:
    """With a key of a file or of the environment; without it, or with another, there is a clear refusal."""
    file = tmp_path / "keys"
    file.write_text(ONE, encoding="ascii")
    before = open_shelves(Settings(home=tmp_path)).pictures.put(b"a plain picture")
    shelves = open_shelves(Settings(home=tmp_path, asset_key_file=file))
    assert shelves.pictures.get(before) == b"a plain picture"
    digest = shelves.pictures.put(b"a sealed picture")
    shelves.renditions.put(digest, "small", b"a small picture")
    kept = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(b"a sealed" in content or b"a small" in content for content in kept)
    assert open_shelves(Settings(home=tmp_path, asset_key=f"{OTHER} {ONE}")).pictures.get(digest) == b"a sealed picture"
    for settings, said in (
        (Settings(home=tmp_path), "is encrypted, and there is no key for it here"),
        (Settings(home=tmp_path, asset_key=OTHER), "encrypted with another key"),
    ):
        with pytest.raises(StorageFailed, match=said):
            open_shelves(settings).pictures.get(digest)


def test_what_cannot_be_opened_is_said(tmp_path: Path) -> None:
    """A file that is not there, a key that is none, two ways at once."""
    with pytest.raises(BadSettings, match=r"The keys of assets, .*, cannot be read"):
        open_cipher(Settings(home=tmp_path, asset_key_file=tmp_path / "none"))
    with pytest.raises(BadSettings, match="Key 1 of OUTCROP_ASSET_KEY is no key of assets"):
        open_cipher(Settings(home=tmp_path, asset_key="secret"))
    with pytest.raises(BadSettings, match="set one of them"):
        open_cipher(Settings(home=tmp_path, asset_key=ONE, asset_kms_key="k"))
