"""What files of pictures are called, and how they are written without overwriting. Knows names; knows no pictures."""

import os
import re
from itertools import count
from pathlib import Path

from outcrop.errors import InvalidRequest

SLUG_CHARS = 48


def slug(prompt: str) -> str:
    """The prompt as a short file name: lower-case letters, digits and dashes, cut at a word."""
    words = re.sub(r"[^\w]+", "-", prompt.lower()).replace("_", "-").strip("-")
    if len(words) > SLUG_CHARS:
        words = words[: SLUG_CHARS + 1].rpartition("-")[0] or words[:SLUG_CHARS]
    return words.strip("-") or "picture"


def check_folder(folder: Path) -> None:
    """See that files could be written to a folder, which need not be there yet; makes nothing.

    Raises: InvalidRequest when something else has its name, or it may not be written.
    """
    nearest = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    if not nearest.is_dir():
        raise InvalidRequest(f"Pictures cannot go to {folder}: {nearest} is no folder; choose another --out.")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise InvalidRequest(f"Pictures cannot go to {folder}: {nearest} may not be written; choose another --out.")


def write_new(folder: Path, stem: str, suffix: str, content: bytes) -> Path:
    """Write a file under a name that nothing has yet: the stem, or the stem with -2, -3 and so on.

    Raises: OSError when the folder cannot be made or written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for number in count(1):
        path = folder / f"{stem}{f'-{number}' if number > 1 else ''}.{suffix}"
        try:
            with path.open("xb") as file:
                file.write(content)
        except FileExistsError:
            continue
        return path
    raise AssertionError("count() does not end")
