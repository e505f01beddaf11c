"""Drawings are read, repaired and centred; the real corpus is looked at where it lies beside the checkout."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from outcrop.training.corpus import SPRITE_SIZE, DrawingKey, centred, read_drawings, repaired
from outcrop.training.subjects import load_subjects

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"


def test_a_root_without_view_box_gets_one_from_its_size() -> None:
    """The picture scales instead of being cut."""
    svg = repaired('<?xml version="1.0"?><svg xmlns="x" width="30px" height="20"><path width="5"/></svg>')
    assert 'viewBox="0 0 30 20"' in svg
    assert 'width="30px"' not in svg
    assert '<path width="5"/>' in svg


def test_a_root_with_view_box_only_loses_its_size() -> None:
    """A viewBox that is there stays as it is."""
    assert repaired('<svg viewBox="0 0 1 1" width="9" height="9"/>') == '<svg viewBox="0 0 1 1"/>'


def test_a_drawing_is_cut_and_centred() -> None:
    """The opaque part fills the square's longer side and stands in its middle."""
    picture = Image.new("RGBA", (100, 100))
    picture.paste((255, 0, 0, 255), (10, 20, 50, 40))
    box = centred(picture).getchannel("A").point(lambda value: 255 if value > 127 else 0).getbbox()
    assert box is not None
    assert (box[0], box[2]) == (0, SPRITE_SIZE)
    assert abs(box[1] + box[3] - SPRITE_SIZE) <= 2


def test_a_missing_drawing_is_named(tmp_path: Path) -> None:
    """The error says which drawing of which source is not there."""
    (tmp_path / "empty.tar").write_bytes(b"\0" * 1024)
    with pytest.raises(KeyError, match="unicorn"):
        read_drawings(tmp_path, [DrawingKey(source="empty", name="unicorn")])


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus does not lie beside the checkout")
def test_every_listed_subject_is_in_the_corpus() -> None:
    """Each subject has an opaque drawing in each style."""
    subjects = load_subjects()
    keys = [subjects.key(subject, style) for subject in subjects.subjects[:6] for style in subjects.styles]
    for drawing in read_drawings(CORPUS, keys).values():
        assert np.asarray(drawing.picture.getchannel("A")).mean() > 30
