"""Secret keys that this installation keeps in a file of its own, or is given. Knows files; knows no cipher."""

import os
from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from outcrop.errors import BadSettings

KEY_BYTES: Final = 32

Random = Callable[[int], bytes]
"""Returns so many bytes that nobody can guess."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyKind:
    """A kind of keys, and where they are."""

    name: str
    """As messages call one."""
    file: str
    """Its file in what is kept."""
    variable: str
    """The variable that holds them instead."""


def open_keys(kind: KeyKind, home: Path, given: str | None, random: Random) -> tuple[bytes, ...]:
    """The keys that were given, or else those of the file in a folder, which is made with one at its first use.

    Both hold one key or several, in base64, apart by white space or commas.

    Raises: BadSettings when a key is none, or the file cannot be read or made.
    """
    if given is not None:
        return read_keys(given, kind, kind.variable)
    file = home / kind.file
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        _make(file, random)
        content = file.read_text(encoding="ascii", errors="replace")
    except OSError as error:
        raise BadSettings(f"The {kind.name} {file} cannot be read: {error.strerror}.") from None
    return read_keys(content, kind, str(file))


def new_key(random: Random) -> str:
    """A fresh key in base64."""
    return b64encode(random(KEY_BYTES)).decode()


def _make(file: Path, random: Random) -> None:
    """Write a fresh key for nobody else to read, whole or not at all; leave one that is there."""
    if file.exists():
        return
    draft = file.with_name(f"{file.name}.{random(8).hex()}")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as opened:
        opened.write(new_key(random) + "\n")
    try:
        os.link(draft, file)  # fails where another process was first, whose key is as good
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def read_keys(text: str, kind: KeyKind, where: str) -> tuple[bytes, ...]:
    """One key or several, in base64, apart by white space or commas.

    Raises: BadSettings when one is none.
    """
    found = []
    for number, word in enumerate(text.replace(",", " ").split(), start=1):
        try:
            key = b64decode(word, validate=True)
        except (NoBase64, ValueError):
            key = b""
        if len(key) != KEY_BYTES:  # the message must not repeat it
            raise BadSettings(f"Key {number} of {where} is no {kind.name}; one is {KEY_BYTES} random bytes in base64.")
        found.append(key)
    if not found:
        raise BadSettings(f"{where} holds no {kind.name}; one is {KEY_BYTES} random bytes in base64.")
    return tuple(found)
