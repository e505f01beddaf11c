"""Writes the pack that outcrop.training.corpus reads: texts, tars and their index. Knows no packages."""

import io
import json
import lzma
import tarfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from outcrop.training.pack.emoji import Emoji
from outcrop.training.pack.picture import Picture

Row = dict[str, object]


def write_svgs(folder: Path, source: str, pictures: Iterable[Picture]) -> None:
    """SVG texts joined by NUL, in one stream."""
    content = b"\0".join(picture.content for picture in pictures)
    (folder / f"{source}.svgs.xz").write_bytes(lzma.compress(content))


def write_tar(folder: Path, source: str, pictures: Iterable[Picture]) -> None:
    """WebP files under their members' names."""
    with tarfile.open(folder / f"{source}.tar", "w") as archive:
        for picture in pictures:
            member = tarfile.TarInfo(f"{picture.member}.webp")
            member.size = len(picture.content)
            archive.addfile(member, io.BytesIO(picture.content))


def rows_of(source: str, style: str, pictures: Iterable[Picture]) -> list[Row]:
    """What the index says of a source's pictures, in their order."""
    rows = []
    for picture in pictures:
        row: Row = {"src": source, "style": style, "name": picture.label}
        if picture.category:
            row |= {"cat": picture.category, "kw": list(picture.keywords)}
        if picture.line_art is not None:
            row["bw"] = picture.line_art
        rows.append(row)
    return rows


def write_index(folder: Path, rows: Sequence[Row], emoji: Mapping[str, Emoji]) -> None:
    """The index, and what is said of each emoji."""
    captions = {
        name: {"label": each.label, "group": each.group, "kw": list(each.keywords)} for name, each in emoji.items()
    }
    content = json.dumps({"captions": captions, "index": rows}, ensure_ascii=False).encode()
    (folder / "index.json.xz").write_bytes(lzma.compress(content))
