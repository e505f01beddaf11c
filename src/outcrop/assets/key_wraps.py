"""Who wraps the keys of objects: keys that the operator has given. Knows ciphers; knows no object.

Several may be given: the first one wraps, all of them unwrap, and so a key can be replaced while the server runs.
"""

from collections import OrderedDict
from hashlib import sha256
from threading import Lock
from typing import Final, final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from outcrop.assets.cipher import NONCE_BYTES, KeyWrap, Random
from outcrop.errors import StorageFailed

MARK_BYTES: Final = 8
"""How much of its digest tells one key from another."""
MOST_REMEMBERED: Final = 4096


@final
class OwnKeys:
    """Keys that the operator keeps."""

    def __init__(self, keys: tuple[bytes, ...], random: Random) -> None:
        self._ciphers = {sha256(key).digest()[:MARK_BYTES]: AESGCM(key) for key in keys}
        self._random = random

    def wrap(self, key: bytes) -> bytes:
        """A key under the first of these."""
        mark, cipher = next(iter(self._ciphers.items()))
        nonce = self._random(NONCE_BYTES)
        return mark + nonce + cipher.encrypt(nonce, key, mark)

    def unwrap(self, wrapped: bytes) -> bytes:
        """The key again.

        Raises: StorageFailed when it was wrapped under none of these.
        """
        mark, nonce = wrapped[:MARK_BYTES], wrapped[MARK_BYTES : MARK_BYTES + NONCE_BYTES]
        cipher = self._ciphers.get(mark)
        if cipher is None:
            raise StorageFailed("It was encrypted with another key; give that one too, after the first.")
        try:
            return cipher.decrypt(nonce, wrapped[MARK_BYTES + NONCE_BYTES :], mark)
        except InvalidTag:
            raise StorageFailed("Its key is damaged; it cannot be opened.") from None


@final
class Remembered:
    """Remembers what was unwrapped last, for whom unwrapping is a call over a network."""

    def __init__(self, wrap: KeyWrap) -> None:
        self._wrap = wrap
        self._known = OrderedDict[bytes, bytes]()
        self._lock = Lock()  # guards _known

    def wrap(self, key: bytes) -> bytes:
        """A key, wrapped."""
        wrapped = self._wrap.wrap(key)
        self._remember(wrapped, key)
        return wrapped

    def unwrap(self, wrapped: bytes) -> bytes:
        """The key again."""
        with self._lock:
            known = self._known.get(wrapped)
        key = self._wrap.unwrap(wrapped) if known is None else known
        self._remember(wrapped, key)
        return key

    def _remember(self, wrapped: bytes, key: bytes) -> None:
        with self._lock:
            self._known[wrapped] = key
            self._known.move_to_end(wrapped)
            if len(self._known) > MOST_REMEMBERED:
                self._known.popitem(last=False)
