"""Emoji by name: labels and keywords out of emojibase and emojilib, their 3D renders. Knows no files of the pack."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from outcrop.training.pack.archives import Files
from outcrop.training.pack.picture import Picture

_PICTURED_GROUPS = frozenset({0, 1, 3, 4, 5, 6, 7})
"""Emojibase's groups without components, symbols and flags."""

_VARIATION = "-fe0f"
_PLAIN_LETTERS = str.maketrans({"'": "", "\N{RIGHT SINGLE QUOTATION MARK}": "", "ñ": "n"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Emoji:
    """What is said of an emoji. group is emojibase's number."""

    label: str
    group: int
    keywords: tuple[str, ...]
    code: str


def read_emoji(emojibase: Files, emojilib: Files, leave_out: tuple[str, ...]) -> dict[str, Emoji]:
    """The emoji that show things, by name (`red-apple`), without those whose name begins with one of these."""
    also = json.loads(emojilib["dist/emoji-en-US.json"])
    found = {}
    for row in json.loads(emojibase["en/data.json"]):
        name = dashed(row["label"])
        if row.get("group") in _PICTURED_GROUPS and not name.startswith(leave_out or "\0"):
            words = {word.replace("_", " ") for word in also.get(row["emoji"], ())}
            keywords = tuple(sorted({row["label"], *row.get("tags", ()), *words}))
            code = row["hexcode"].lower()
            found[name] = Emoji(label=row["label"], group=row["group"], keywords=keywords, code=code)
    return found


def dashed(label: str) -> str:
    """A label as icon sets write it: lower case, dashes, no apostrophes."""
    bare = label.lower().translate(_PLAIN_LETTERS)
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")


def build_renders(files: Files, emoji: Mapping[str, Emoji]) -> Iterator[Picture]:
    """The pictures of a package that names its WebP files by code points."""
    by_code = {_plain(path): content for path, content in files.items() if path.endswith(".webp")}
    for name, each in sorted(emoji.items()):
        content = by_code.get(each.code.replace(_VARIATION, ""))
        if content is not None:
            yield Picture(label=name, content=content, member=name)


def _plain(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".webp").replace(_VARIATION, "")
