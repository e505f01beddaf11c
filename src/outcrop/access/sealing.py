"""Keeps secrets so that the database alone does not give them away. Knows keys of ciphers; knows no row.

AES-256 in Galois/counter mode under a master key, with the secret's name as associated data: a sealed secret that is
moved to another name does not open. Several master keys may be known: the first one seals, all of them open, and so a
master key can be replaced while the server runs.

Source: NIST SP 800-38D.
"""

import os
from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Final, final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from outcrop.errors import BadSettings

FILE_NAME: Final = "master.key"
KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
MARK_BYTES: Final = 4
"""How much of its digest tells one master key from another."""

Random = Callable[[int], bytes]
"""Returns so many bytes that nobody can guess."""


@final
class Seal:
    """Seals secrets with the first of its master keys, and opens what any of them has sealed."""

    def __init__(self, keys: tuple[bytes, ...], random: Random) -> None:
        self._ciphers = {sha256(key).digest()[:MARK_BYTES]: AESGCM(key) for key in keys}
        self._random = random

    def close(self, secret: str, name: str) -> bytes:
        """Seal a secret under its name."""
        mark, cipher = next(iter(self._ciphers.items()))
        nonce = self._random(NONCE_BYTES)
        return mark + nonce + cipher.encrypt(nonce, secret.encode(), name.encode())

    def open(self, sealed: bytes, name: str) -> str:
        """The secret that was sealed under this name.

        Raises: BadSettings when no master key here opens it, or it was sealed under another name.
        """
        mark, nonce = sealed[:MARK_BYTES], sealed[MARK_BYTES : MARK_BYTES + NONCE_BYTES]
        cipher = self._ciphers.get(mark)
        if cipher is None:
            raise BadSettings(
                f"The secret of {name} was sealed with another master key; give that one too, in {FILE_NAME} or "
                "OUTCROP_MASTER_KEY."
            )
        try:
            return cipher.decrypt(nonce, sealed[MARK_BYTES + NONCE_BYTES :], name.encode()).decode()
        except InvalidTag:
            raise BadSettings(f"The sealed secret of {name} is damaged; delete the key and make another.") from None


def open_seal(home: Path, master_key: str | None, random: Random) -> Seal:
    """The seal of the master key that was given, or else of the file in a folder, which is made at its first use.

    Both hold one key or several, in base64, apart by white space or commas.

    Raises: BadSettings when a key is none, or the file cannot be read or made.
    """
    if master_key is not None:
        return Seal(_keys(master_key, "OUTCROP_MASTER_KEY"), random)
    file = home / FILE_NAME
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        _make(file, random)
        content = file.read_text(encoding="ascii", errors="replace")
    except OSError as error:
        raise BadSettings(f"The master key {file} cannot be read: {error.strerror}.") from None
    return Seal(_keys(content, str(file)), random)


def new_master_key(random: Random) -> str:
    """A fresh master key in base64."""
    return b64encode(random(KEY_BYTES)).decode()


def _make(file: Path, random: Random) -> None:
    """Write a fresh key for nobody else to read, whole or not at all; leave one that is there."""
    if file.exists():
        return
    draft = file.with_name(f"{file.name}.{random(8).hex()}")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as opened:
        opened.write(new_master_key(random) + "\n")
    try:
        os.link(draft, file)  # fails where another process was first, whose key is as good
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _keys(text: str, where: str) -> tuple[bytes, ...]:
    found = []
    for number, word in enumerate(text.replace(",", " ").split(), start=1):
        try:
            key = b64decode(word, validate=True)
        except (NoBase64, ValueError):
            key = b""
        if len(key) != KEY_BYTES:  # the message must not repeat it
            raise BadSettings(f"Key {number} of {where} is no master key; one is {KEY_BYTES} random bytes in base64.")
        found.append(key)
    if not found:
        raise BadSettings(f"{where} holds no master key; one is {KEY_BYTES} random bytes in base64.")
    return tuple(found)
