"""Sealed secrets: they open under their name with their master key, and not otherwise."""

from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcrop.access.key_file import new_key
from outcrop.access.sealing import Seal, open_seal
from outcrop.clock import random_bytes
from outcrop.errors import BadSettings

KEY = bytes(range(32))
SEAL = Seal((KEY,), random_bytes)


@given(secret=st.text(st.characters(codec="utf-8")), name=st.text(st.characters(codec="utf-8")))
def test_what_is_sealed_can_be_opened(secret: str, name: str) -> None:
    """Whatever it is; and it is not in the sealed bytes."""
    sealed = SEAL.close(secret, name)
    assert SEAL.open(sealed, name) == secret
    assert len(secret) < 4 or secret.encode() not in sealed


def test_the_same_secret_is_never_sealed_alike() -> None:
    """So nobody sees that two are equal."""
    assert SEAL.close("secret", "name") != SEAL.close("secret", "name")


@given(bit=st.integers(0, 8 * (4 + 12 + 6 + 16) - 1))
def test_one_bit_changed_does_not_open(bit: int) -> None:
    """Anywhere in it."""
    sealed = bytearray(SEAL.close("secret", "name"))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(BadSettings, match=r"another master key|damaged"):
        SEAL.open(bytes(sealed), "name")


def test_a_seal_is_for_one_name() -> None:
    """A secret that is moved to another key's row does not open there."""
    with pytest.raises(BadSettings, match="The sealed secret of another is damaged"):
        SEAL.open(SEAL.close("secret", "name"), "another")


def test_the_first_master_key_seals_and_all_open() -> None:
    """That is how one takes another's place."""
    both = Seal((b"n" * 32, KEY), random_bytes)
    assert both.open(SEAL.close("secret", "name"), "name") == "secret"
    with pytest.raises(BadSettings, match="sealed with another master key"):
        SEAL.open(both.close("secret", "name"), "name")


def test_the_file_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    """Even when several begin at once."""
    home = tmp_path / "home"
    with ThreadPoolExecutor(8) as threads:
        seals = list(threads.map(lambda _: open_seal(home, None, random_bytes), range(8)))
    sealed = seals[0].close("secret", "name")
    assert {seal.open(sealed, "name") for seal in seals} == {"secret"}
    assert [file.name for file in home.iterdir()] == ["master.key"]
    assert (home / "master.key").stat().st_mode & 0o777 == 0o600


def test_a_key_of_the_environment_needs_no_file(tmp_path: Path) -> None:
    """And none is made."""
    open_seal(tmp_path, new_key(random_bytes), random_bytes)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["", " , ", "short", "not base64!", b64encode(b"k" * 31).decode(), "é" * 44])
def test_what_is_no_master_key_is_refused(tmp_path: Path, text: str) -> None:
    """Without being repeated: it may be one with a slip of the pen."""
    with pytest.raises(BadSettings, match="master key; one is 32 random bytes in base64") as caught:
        open_seal(tmp_path, text, random_bytes)
    assert text.strip(" ,") == "" or text not in str(caught.value)
    (tmp_path / "master.key").write_text(text, encoding="utf-8")
    with pytest.raises(BadSettings, match=r"master\.key (holds )?.*master key; one is"):
        open_seal(tmp_path, None, random_bytes)
