"""Keeps secrets so that the database alone does not give them away. Knows keys of ciphers; knows no row.

AES-256 in Galois/counter mode under a master key, with the secret's name as associated data: a sealed secret that is
moved to another name does not open. Several master keys may be known: the first one seals, all of them open, and so a
master key can be replaced while the server runs.

Source: NIST SP 800-38D; RFC 5869 for keys that are derived from one.
"""

import hmac
from hashlib import sha256
from pathlib import Path
from typing import Final, final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from outcrop.access.key_file import KEY_BYTES, KeyKind, Random, open_keys
from outcrop.errors import BadSettings

FILE_NAME: Final = "master.key"
MASTER_KEY: Final = KeyKind(name="master key", file=FILE_NAME, variable="OUTCROP_MASTER_KEY")
NONCE_BYTES: Final = 12
MARK_BYTES: Final = 4
"""How much of its digest tells one master key from another."""


@final
class Seal:
    """Seals secrets with the first of its master keys, and opens what any of them has sealed."""

    def __init__(self, keys: tuple[bytes, ...], random: Random) -> None:
        self._keys = {_mark(key): key for key in keys}
        self._ciphers = {mark: AESGCM(key) for mark, key in self._keys.items()}
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

    def sign(self, message: bytes, purpose: str) -> bytes:
        """What shows that a message comes from here: with a key that the first master key has for this purpose."""
        mark, key = next(iter(self._keys.items()))
        return mark + _code(key, message, purpose)

    def has_signed(self, message: bytes, purpose: str, signature: bytes) -> bool:
        """Whether a message was signed with any of the master keys, for this purpose."""
        key = self._keys.get(signature[:MARK_BYTES])
        return key is not None and hmac.compare_digest(_code(key, message, purpose), signature[MARK_BYTES:])


def _mark(key: bytes) -> bytes:
    return sha256(key).digest()[:MARK_BYTES]


def _code(key: bytes, message: bytes, purpose: str) -> bytes:
    derived = HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=purpose.encode()).derive(key)
    return hmac.digest(derived, message, "sha256")


def open_seal(home: Path, master_key: str | None, random: Random) -> Seal:
    """The seal of the master keys that were given, or else of the file in a folder, which is made at its first use.

    Raises: BadSettings when a key is none, or the file cannot be read or made.
    """
    return Seal(open_keys(MASTER_KEY, home, master_key, random), random)
