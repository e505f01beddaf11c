"""What files of pictures are called, and how they are written without overwriting. Knows names; knows no pictures."""

import re
from itertools import count
from pathlib import Path

SLUG_CHARS = 48


def slug(prompt: str) -> str:
    """The prompt as a short file name: lower-case letters, digits and dashes, cut at a word."""
    words = re.sub(r"[^\w]+", "-", prompt.lower()).replace("_", "-").strip("-")
    if len(words) > SLUG_CHARS:
        words = words[: SLUG_CHARS + 1].rpartition("-")[0] or words[:SLUG_CHARS]
    return words.strip("-") or "picture"


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
