"""Reads drawings out of the packed corpus as RGBA pictures. Knows files and formats, no captions and no scenes."""

import io
import json
import lzma
import re
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import resvg_py
from PIL import Image

SPRITE_SIZE = 256
_ROOT = re.compile(r"<svg\b[^>]*>", re.DOTALL)
_LENGTH = re.compile(r'\s(width|height)\s*=\s*"([0-9.]+)[a-z%]*"')


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class DrawingKey:
    """Names one drawing: the source it comes from and its name there."""

    source: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """One drawing, cut to its opaque part and centred on a transparent square.

    Shapes: picture is RGBA, SPRITE_SIZE x SPRITE_SIZE.
    """

    key: DrawingKey
    picture: Image.Image


def read_drawings(corpus: Path, keys: Iterable[DrawingKey]) -> dict[DrawingKey, Drawing]:
    """Read the asked drawings.

    Raises: KeyError naming the first drawing that the corpus does not hold.
    """
    wanted = sorted(set(keys))
    found: dict[DrawingKey, Drawing] = {}
    for source in sorted({key.source for key in wanted}):
        names = {key.name for key in wanted if key.source == source}
        for name, picture in _read_source(corpus, source, names).items():
            key = DrawingKey(source=source, name=name)
            found[key] = Drawing(key=key, picture=centred(picture))
    for key in wanted:
        if key not in found:
            raise KeyError(
                f"the corpus at {corpus} holds no drawing {key.name!r} of {key.source!r}; correct the list of subjects"
            )
    return found


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


def repaired(svg: str) -> str:
    """Give the root element a viewBox made from its width and height, and drop those two, so that it scales."""
    match = _ROOT.search(svg)
    if match is None:
        return svg
    root = match.group(0)
    lengths: Mapping[str, str] = dict(_LENGTH.findall(root))
    bare = _LENGTH.sub("", root)
    if "viewBox" not in bare and {"width", "height"} <= lengths.keys():
        bare = bare.replace("<svg", f'<svg viewBox="0 0 {lengths["width"]} {lengths["height"]}"', 1)
    return svg[: match.start()] + bare + svg[match.end() :]


def _premultiplied_resize(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    return picture.convert("RGBa").resize(size, Image.Resampling.LANCZOS).convert("RGBA")


def _read_source(corpus: Path, source: str, names: set[str]) -> dict[str, Image.Image]:
    tar = corpus / f"{source}.tar"
    if tar.exists():
        return _read_tar(tar, names)
    return _read_svgs(corpus, source, names)


def _read_tar(path: Path, names: set[str]) -> dict[str, Image.Image]:
    found: dict[str, Image.Image] = {}
    with tarfile.open(path) as archive:
        for member in archive:
            name = Path(member.name).stem
            file = archive.extractfile(member) if name in names else None
            if file is not None:
                found[name] = Image.open(io.BytesIO(file.read())).convert("RGBA")
    return found


def _read_svgs(corpus: Path, source: str, names: set[str]) -> dict[str, Image.Image]:
    with lzma.open(corpus / "index.json.xz", "rt", encoding="utf-8") as file:
        order = [entry["name"] for entry in json.load(file)["index"] if entry["src"] == source]
    with lzma.open(corpus / f"{source}.svgs.xz", "rt", encoding="utf-8") as file:
        texts = file.read().split("\0")
    return {name: _rasterised(text) for name, text in zip(order, texts, strict=False) if name in names}


def _rasterised(svg: str) -> Image.Image:
    png = resvg_py.svg_to_bytes(svg_string=repaired(svg), width=SPRITE_SIZE, height=SPRITE_SIZE)
    return Image.open(io.BytesIO(bytes(png))).convert("RGBA")
