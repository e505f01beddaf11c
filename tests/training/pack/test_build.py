"""The pack that is built can be read by what reads the corpus, and the list of sources can be built at all."""

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from outcrop.training.corpus import list_drawings, list_sources, read_drawings
from outcrop.training.pack.archives import Files
from outcrop.training.pack.build import build, build_pack
from outcrop.training.sources import Sources, load_sources


def webp() -> bytes:
    """A red picture."""
    file = io.BytesIO()
    Image.new("RGBA", (8, 8), (255, 0, 0, 255)).save(file, "webp", lossless=True)
    return file.getvalue()


ICON = {"body": '<path fill="#f00" d="M0 0h9v9h-9z"/>'}
PACKAGES: dict[str, Files] = {
    "emojibase-data": {
        "en/data.json": json.dumps([{"label": "red apple", "hexcode": "1F34E", "emoji": "A", "group": 4}]).encode()
    },
    "emojilib": {"dist/emoji-en-US.json": b"{}"},
    "@lobehub/fluent-emoji-3d": {"assets/1f34e.webp": webp()},
    "@iconify-json/game-icons": {
        "icons.json": json.dumps({"width": 9, "height": 9, "icons": {"acorn": ICON, "pistol": ICON}}).encode()
    },
}


def test_a_built_pack_is_a_corpus(tmp_path: Path) -> None:
    """Listed, filtered and read by the reader; the report says how many there are and should be."""
    said: list[str] = []
    build_pack(load_sources(), ("fluent3d", "game-icons"), PACKAGES.__getitem__, tmp_path, said.append)
    assert list_sources(tmp_path) == ("fluent3d", "game-icons")
    entries = [entry for source in list_sources(tmp_path) for entry in list_drawings(tmp_path, source)]
    assert [(entry.key.name, entry.style) for entry in entries] == [("red-apple", "3d render"), ("acorn", "black icon")]
    assert len(read_drawings(tmp_path, [entry.key for entry in entries])) == 2
    assert said[0] == "fluent3d: 1 pictures; the pack this list describes has 1340"


def test_every_listed_source_has_a_builder() -> None:
    """Asking for its pictures gets as far as its package."""
    nothing: dict[str, Files] = {}
    for source in load_sources().sources:
        with pytest.raises(KeyError, match=source.packages[0]):
            next(build(source, nothing.__getitem__, {}))


def test_an_unknown_builder_is_refused() -> None:
    """The error names the source and the builder."""
    sources: Sources = load_sources()
    odd = replace(sources.sources[0], build="magic")
    with pytest.raises(ValueError, match="fluent3d asks for the builder 'magic'"):
        next(build(odd, PACKAGES.__getitem__, {}))
