"""Reads pictures out of the packed corpus, none that the filter leaves out. Knows files, no captions and no scenes."""

import io
import json
import lzma
import re
import tarfile
from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NotRequired, TypedDict

from PIL import Image

from outcrop.training.filter import load_filter
from outcrop.training.svg import rasterised

SPRITE_SIZE = 256
PANORAMAS = "hdri"
_INDEX = "index.json.xz"
_MODEL_AND_VIEW = re.compile(r"__(\d+)_(-?\d+)$")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class DrawingKey:
    """Names one drawing: the source it comes from and its name there, unlike any other there."""

    source: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """One drawing, cut to its opaque part and centred on a transparent square.

    Shapes: picture is RGBA, SPRITE_SIZE x SPRITE_SIZE.
    """

    key: DrawingKey
    picture: Image.Image


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the index says of one drawing; label is what it shows and may be that of others.

    model and view are of rendered models alone: pictures of one model share its number, view is the camera's turn.
    Units: view in degrees, 0 from the front.
    """

    key: DrawingKey
    label: str
    style: str
    category: str = ""
    keywords: tuple[str, ...] = ()
    line_art: bool = False
    model: int | None = None
    view: int | None = None


class _Row(TypedDict):
    src: str
    name: str
    style: str
    cat: NotRequired[str]
    kw: NotRequired[list[str]]
    bw: NotRequired[bool]


def list_sources(corpus: Path) -> tuple[str, ...]:
    """The names of the sources of drawings, panoramas not among them."""
    return tuple(sorted({row["src"] for row in _index(corpus)}))


def list_drawings(corpus: Path, source: str) -> tuple[Entry, ...]:
    """What a source holds and the filter lets through, in the pack's order."""
    rules = load_filter()
    return tuple(
        entry for entry in _entries(corpus, source) if not rules.against(entry.label, entry.keywords, entry.category)
    )


def read_drawings(corpus: Path, keys: Iterable[DrawingKey]) -> dict[DrawingKey, Drawing]:
    """Read the asked drawings.

    Raises: KeyError naming the first drawing that the corpus does not hold, or that the filter leaves out.
    """
    wanted = sorted(set(keys))
    found: dict[DrawingKey, Drawing] = {}
    for source in sorted({key.source for key in wanted}):
        asked = {key for key in wanted if key.source == source}
        entries = {entry.key: entry for entry in _entries(corpus, source)}
        _refuse(corpus, asked, entries)
        for key, picture in _pictures(corpus, source, tuple(entries), asked).items():
            found[key] = Drawing(key=key, picture=centred(picture))
    return found


def has_panoramas(corpus: Path) -> bool:
    """Whether the corpus holds photographed panoramas."""
    return (corpus / f"{PANORAMAS}.tar").exists()


def read_panoramas(corpus: Path) -> dict[str, Image.Image]:
    """Every photographed panorama, by name. Shapes: RGB, twice as wide as high, the whole round."""
    with tarfile.open(corpus / f"{PANORAMAS}.tar") as archive:
        return {Path(member.name).stem: _opened(archive, member).convert("RGB") for member in archive}


def centred(picture: Image.Image) -> Image.Image:
    """Cut a drawing to its opaque part and scale it so that its longer side fills the square.

    Shapes: RGBA of any size to RGBA SPRITE_SIZE x SPRITE_SIZE.
    """
    alpha = picture.getchannel("A").point(lambda value: 255 if value > 16 else 0)
    box = alpha.getbbox() or (0, 0, picture.width, picture.height)
    cut = picture.crop(box)
    scale = SPRITE_SIZE / max(cut.size)
    size = (max(1, round(cut.width * scale)), max(1, round(cut.height * scale)))
    square = Image.new("RGBA", (SPRITE_SIZE, SPRITE_SIZE))
    square.paste(_premultiplied_resize(cut, size), ((SPRITE_SIZE - size[0]) // 2, (SPRITE_SIZE - size[1]) // 2))
    return square


def _premultiplied_resize(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    return picture.convert("RGBa").resize(size, Image.Resampling.LANCZOS).convert("RGBA")


def _refuse(corpus: Path, asked: Iterable[DrawingKey], entries: dict[DrawingKey, Entry]) -> None:
    rules = load_filter()
    for key in sorted(asked):
        entry = entries.get(key)
        if entry is None:
            raise KeyError(f"the corpus at {corpus} holds no drawing {key.name!r} of {key.source!r}; correct the list")
        rule = rules.against(entry.label, entry.keywords, entry.category)
        if rule is not None:
            raise KeyError(f"{key.name!r} of {key.source!r} is left out by the rule {rule.name!r} of data/filter.toml")


def _entries(corpus: Path, source: str) -> tuple[Entry, ...]:
    rows = [row for row in _index(corpus) if row["src"] == source]
    tar = corpus / f"{source}.tar"
    names = _member_names(tar) if tar.exists() else [row["name"] for row in rows]
    pairs = zip(_numbered(names), rows, strict=True)
    return tuple(_entry(DrawingKey(source=source, name=name), row) for name, row in pairs)


def _entry(key: DrawingKey, row: _Row) -> Entry:
    rendered = _MODEL_AND_VIEW.search(key.name)
    return Entry(
        key=key,
        label=row["name"],
        style=row["style"],
        category=row.get("cat", ""),
        keywords=tuple(row.get("kw", ())),
        line_art=row.get("bw", False),
        model=int(rendered.group(1)) if rendered else None,
        view=int(rendered.group(2)) if rendered else None,
    )


def _index(corpus: Path) -> list[_Row]:
    with lzma.open(corpus / _INDEX, "rt", encoding="utf-8") as file:
        rows: list[_Row] = json.load(file)["index"]
    return rows


def _numbered(names: Iterable[str]) -> list[str]:
    """Names as they are, from their second appearance on with its number."""
    seen = Counter[str]()
    unique = []
    for name in names:
        seen[name] += 1
        unique.append(name if seen[name] == 1 else f"{name} #{seen[name]}")
    return unique


def _member_names(path: Path) -> list[str]:
    with tarfile.open(path) as archive:
        return [Path(member.name).stem for member in archive]


def _pictures(
    corpus: Path, source: str, order: Iterable[DrawingKey], asked: Container[DrawingKey]
) -> dict[DrawingKey, Image.Image]:
    """The asked pictures of a source whose drawings have these keys in its order."""
    tar = corpus / f"{source}.tar"
    if tar.exists():
        with tarfile.open(tar) as archive:
            pairs = zip(order, archive, strict=True)
            return {key: _opened(archive, member).convert("RGBA") for key, member in pairs if key in asked}
    with lzma.open(corpus / f"{source}.svgs.xz", "rt", encoding="utf-8") as file:
        texts = file.read().split("\0")
    return {key: rasterised(text, SPRITE_SIZE) for key, text in zip(order, texts, strict=True) if key in asked}


def _opened(archive: tarfile.TarFile, member: tarfile.TarInfo) -> Image.Image:
    file = archive.extractfile(member)
    assert file is not None, f"{member.name} of the pack is no file"
    return Image.open(io.BytesIO(file.read()))
