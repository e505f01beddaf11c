"""Encryption at rest: bytes under a key of their own, which is kept beside them, wrapped under another.

What is sealed under one name does not open under another. What was kept before there was a key is read as it is. Knows
no place of bytes.

Source: NIST SP 800-38D (AES in Galois/counter mode).
"""

import struct
from collections.abc import Callable
from typing import Final, Protocol, final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from outcrop.errors import StorageFailed

MAGIC: Final = b"OUTCROP\x01"
"""What sealed bytes begin with; no picture does."""
KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12

Random = Callable[[int], bytes]
"""Returns so many bytes that nobody can guess."""


class KeyWrap(Protocol):
    """Whoever has the key under which the keys of objects are wrapped."""

    def wrap(self, key: bytes) -> bytes:
        """A key, wrapped.

        Raises: StorageFailed when whoever has the key cannot be reached.
        """
        ...

    def unwrap(self, wrapped: bytes) -> bytes:
        """The key again.

        Raises: StorageFailed when it was wrapped under another key, or whoever has it cannot be reached.
        """
        ...


class Cipher(Protocol):
    """Seals and opens what is kept under a name."""

    def seal(self, content: bytes, name: str) -> bytes:
        """The bytes as they are kept."""
        ...

    def open(self, kept: bytes, name: str) -> bytes:
        """The bytes as they were.

        Raises: StorageFailed when they cannot be opened.
        """
        ...


@final
class Plain:
    """Keeps bytes as they are."""

    def seal(self, content: bytes, _: str) -> bytes:
        """As they are."""
        return content

    def open(self, kept: bytes, name: str) -> bytes:
        """As they are.

        Raises: StorageFailed when they are sealed: without the key there is nothing to read.
        """
        if kept.startswith(MAGIC):
            raise StorageFailed(
                f"{name} is encrypted, and there is no key for it here; set OUTCROP_ASSET_KEY as it was."
            )
        return kept


PLAIN: Final = Plain()


@final
class Sealed:
    """Seals every object under a key of its own."""

    def __init__(self, wrap: KeyWrap, random: Random) -> None:
        self._wrap = wrap
        self._random = random

    def seal(self, content: bytes, name: str) -> bytes:
        """The magic bytes, the length of the wrapped key, the wrapped key, the nonce, and what is sealed."""
        key, nonce = self._random(KEY_BYTES), self._random(NONCE_BYTES)
        wrapped = self._wrap.wrap(key)
        head = MAGIC + struct.pack(">H", len(wrapped)) + wrapped + nonce
        return head + AESGCM(key).encrypt(nonce, content, name.encode())

    def open(self, kept: bytes, name: str) -> bytes:
        """The bytes as they were; those that were never sealed are as they are.

        Raises: StorageFailed when the key is another one, or the bytes are damaged.
        """
        if not kept.startswith(MAGIC):
            return kept
        try:
            (size,) = struct.unpack_from(">H", kept, len(MAGIC))
            begin = len(MAGIC) + 2
            key = self._wrap.unwrap(kept[begin : begin + size])
            nonce = kept[begin + size : begin + size + NONCE_BYTES]
            return AESGCM(key).decrypt(nonce, kept[begin + size + NONCE_BYTES :], name.encode())
        except (InvalidTag, ValueError, struct.error):
            raise StorageFailed(f"{name} is damaged, or was encrypted under another name; it does not open.") from None
