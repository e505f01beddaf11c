"""Drawings are listed, filtered, read and centred; the real corpus is looked at where it lies beside the checkout."""

import io
import json
import lzma
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from outcrop.training.corpus import (
    SPRITE_SIZE,
    DrawingKey,
    centred,
    list_drawings,
    list_sources,
    read_drawings,
    read_panoramas,
)
from outcrop.training.filter import load_filter
from outcrop.training.subjects import load_subjects

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
needs_corpus = pytest.mark.skipif(not CORPUS.exists(), reason="the corpus does not lie beside the checkout")

RED, BLUE = (255, 0, 0, 255), (0, 0, 255, 255)


def svg(colour: str) -> str:
    """A drawing of one colour."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path fill="{colour}" d="M0 0h9v9h-9z"/></svg>'


def write_tar(path: Path, pictures: Mapping[str, Image.Image]) -> None:
    """Pictures by name, as WebP without loss, in a tar."""
    with tarfile.open(path, "w") as archive:
        for name, picture in pictures.items():
            file = io.BytesIO()
            picture.save(file, "webp", lossless=True)
            member = tarfile.TarInfo(f"{name}.webp")
            member.size = file.tell()
            file.seek(0)
            archive.addfile(member, file)


def write_svgs(path: Path, texts: Sequence[str]) -> None:
    """SVG texts as the pack holds them."""
    path.write_bytes(lzma.compress("\0".join(texts).encode()))


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A pack with one source of texts, one of rendered views and a panorama."""
    write_svgs(tmp_path / "clips.svgs.xz", [svg("#f00"), svg("#00f"), svg("#f00"), svg("#f00")])
    views = {f"my  lamp__7_{view}": Image.new("RGBA", (8, 8), RED) for view in (-30, 150)}
    write_tar(tmp_path / "models.tar", {**views, "rifle__8_35": Image.new("RGBA", (8, 8), BLUE)})
    write_tar(tmp_path / "hdri.tar", {"p_hall": Image.new("RGB", (8, 4), (1, 2, 3))})
    rows = [
        {"src": "clips", "style": "clip art", "name": "lamp", "cat": "tools", "kw": ["light"], "bw": True},
        {"src": "models", "style": "photo", "name": "my lamp"},
        {"src": "clips", "style": "clip art", "name": "lamp", "cat": "tools", "kw": []},
        {"src": "models", "style": "photo", "name": "my lamp"},
        {"src": "clips", "style": "clip art", "name": "mark", "cat": "tools", "kw": ["logo"]},
        {"src": "models", "style": "photo", "name": "rifle"},
        {"src": "clips", "style": "clip art", "name": "pin", "cat": "tools/weapons", "kw": []},
    ]
    (tmp_path / "index.json.xz").write_bytes(lzma.compress(json.dumps({"index": rows, "captions": {}}).encode()))
    return tmp_path


def colour(picture: Image.Image) -> tuple[int, ...]:
    """The colour in the middle."""
    pixel = picture.getpixel((SPRITE_SIZE // 2, SPRITE_SIZE // 2))
    assert isinstance(pixel, tuple)
    return pixel


def test_sources_are_listed(corpus: Path) -> None:
    """Panoramas are not drawings."""
    assert list_sources(corpus) == ("clips", "models")


def test_every_name_is_its_own_and_the_filter_is_applied(corpus: Path) -> None:
    """Two drawings of one label differ in name; what the rules meet by keyword or category is not listed."""
    entries = list_drawings(corpus, "clips")
    assert [(entry.key.name, entry.label, entry.line_art) for entry in entries] == [
        ("lamp", "lamp", True),
        ("lamp #2", "lamp", False),
    ]


def test_views_of_a_model_are_told(corpus: Path) -> None:
    """The file's name says which model it is and from where it is seen."""
    entries = list_drawings(corpus, "models")
    assert [(entry.label, entry.model, entry.view) for entry in entries] == [("my lamp", 7, -30), ("my lamp", 7, 150)]


def test_the_listed_drawing_is_the_one_that_is_read(corpus: Path) -> None:
    """Texts and pictures come by their place in the index."""
    keys = [entry.key for source in list_sources(corpus) for entry in list_drawings(corpus, source)]
    drawings = read_drawings(corpus, keys)
    assert set(drawings) == set(keys)
    assert colour(drawings[DrawingKey(source="clips", name="lamp")].picture) == RED
    assert colour(drawings[DrawingKey(source="clips", name="lamp #2")].picture) == BLUE
    assert colour(drawings[DrawingKey(source="models", name="my  lamp__7_150")].picture) == RED


def test_a_missing_drawing_is_named(corpus: Path) -> None:
    """The error says which drawing of which source is not there."""
    with pytest.raises(KeyError, match=r"'unicorn' of 'clips'"):
        read_drawings(corpus, [DrawingKey(source="clips", name="unicorn")])


@pytest.mark.parametrize(("source", "name"), [("clips", "pin"), ("models", "rifle__8_35")])
def test_a_drawing_that_the_filter_leaves_out_is_refused(corpus: Path, source: str, name: str) -> None:
    """Asking by name does not get around the filter."""
    with pytest.raises(KeyError, match="weapons"):
        read_drawings(corpus, [DrawingKey(source=source, name=name)])


def test_panoramas_are_opaque_pictures(corpus: Path) -> None:
    """They have no subject to cut out."""
    (panorama,) = read_panoramas(corpus).items()
    assert (panorama[0], panorama[1].mode, panorama[1].size) == ("p_hall", "RGB", (8, 4))


def test_a_drawing_is_cut_and_centred() -> None:
    """The opaque part fills the square's longer side and stands in its middle."""
    picture = Image.new("RGBA", (100, 100))
    picture.paste((255, 0, 0, 255), (10, 20, 50, 40))
    box = centred(picture).getchannel("A").point(lambda value: 255 if value > 127 else 0).getbbox()
    assert box is not None
    assert (box[0], box[2]) == (0, SPRITE_SIZE)
    assert abs(box[1] + box[3] - SPRITE_SIZE) <= 2


@needs_corpus
def test_every_listed_subject_is_in_the_corpus() -> None:
    """Each subject has an opaque drawing in each style."""
    subjects = load_subjects()
    keys = [subjects.key(subject, style) for subject in subjects.subjects[:6] for style in subjects.drawn_styles]
    for drawing in read_drawings(CORPUS, keys).values():
        assert np.asarray(drawing.picture.getchannel("A")).mean() > 30


@pytest.mark.slow
@needs_corpus
def test_every_source_of_the_corpus_can_be_read() -> None:
    """Some drawings of each source are there to be seen, and so are the panoramas."""
    for source in list_sources(CORPUS):
        listed = list_drawings(CORPUS, source)
        entries = listed[5 :: len(listed) // 3]
        for key, drawing in read_drawings(CORPUS, [entry.key for entry in entries]).items():
            assert np.asarray(drawing.picture.getchannel("A")).mean() > 1, key
    assert all(panorama.width == 2 * panorama.height for panorama in read_panoramas(CORPUS).values())


@needs_corpus
@pytest.mark.parametrize("source", ["game-icons", "openclipart", "twemoji"])
def test_the_filter_is_met_in_the_corpus(source: str) -> None:
    """Nothing listed meets a rule, and some of what the index names is not listed."""
    listed = list_drawings(CORPUS, source)
    assert [entry for entry in listed if load_filter().against(entry.label) is not None] == []
    with lzma.open(CORPUS / "index.json.xz", "rt") as file:
        every = sum(row["src"] == source for row in json.load(file)["index"])
    assert 0 < every - len(listed) < every / 5
