"""The classifier on its real weights, where they were fetched, and what is said where they were not. Benign pictures
alone: nobody makes or keeps others for this.
"""

from pathlib import Path

import pytest
from PIL import Image

from outcrop.cli.fetching_moderation import moderation_folder
from outcrop.errors import BadSettings
from outcrop.safety.images import OPEN_NSFW, open_judge, prepared
from outcrop.settings import read_settings

ROOT = Path(__file__).parents[2]
WEIGHTS = moderation_folder(read_settings().home)
SAMPLES = sorted((ROOT / "docs" / "images").rglob("*.webp"))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """With what to do: nothing passes unjudged because a file is not there."""
    with pytest.raises(BadSettings, match="outcrop fetch moderation"):
        open_judge(tmp_path)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    """It is no network."""
    (tmp_path / OPEN_NSFW).write_bytes(b"no network")
    with pytest.raises(BadSettings, match="cannot be used"):
        open_judge(tmp_path)


def test_a_picture_is_prepared() -> None:
    """Blue comes first, the means are gone, whatever the size and mode."""
    for size, mode in (((640, 320), "RGB"), ((64, 64), "L"), ((300, 300), "RGBA")):
        ready = prepared(Image.new(mode, size, 0))
        assert ready.shape == (224, 224, 3)
        assert [round(float(level)) for level in ready[112, 112]] == [-104, -117, -123]


@pytest.mark.skipif(not (WEIGHTS / OPEN_NSFW).is_file(), reason="`outcrop fetch moderation` has not been run here")
def test_plain_pictures_pass() -> None:
    """On the real weights: colours, and pictures of this documentation; the same picture is scored alike."""
    judge = open_judge(WEIGHTS)
    pictures = [Image.new("RGB", (512, 512), colour) for colour in ("black", "white", "teal")]
    pictures += [Image.open(path) for path in SAMPLES[:4]]
    scores = [judge(picture) for picture in pictures]
    assert all(0 <= score < 0.5 for score in scores)
    assert [judge(picture) for picture in pictures] == scores
