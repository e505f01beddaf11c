"""Policies of pictures: read from documents, and what is shown in place of a picture."""

import json
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from outcrop.errors import InvalidRequest
from outcrop.safety.contents import LEVELS
from outcrop.safety.pictures import USUAL_PICTURES, PicturePolicy, blurred, level_of, read_picture_policy


def test_a_document_is_read() -> None:
    """What it leaves out is as usual."""
    assert read_picture_policy("{}") == USUAL_PICTURES
    given_ = {"made": "withhold", "sent": "allow", "threshold": 0.5}
    assert read_picture_policy(json.dumps(given_)) == PicturePolicy(made="withhold", sent="allow", threshold=0.5)


@pytest.mark.parametrize(
    "document",
    ["", "[]", '{"made": "show"}', '{"sent": "blur"}', '{"threshold": 0}', '{"threshold": true}', '{"other": 1}'],
)
def test_a_document_that_is_none_is_refused(document: str) -> None:
    """With what would do."""
    with pytest.raises(InvalidRequest):
        read_picture_policy(document)


@given(scores=st.lists(st.floats(0, 1), min_size=2, max_size=2))
def test_a_higher_score_is_no_lower_level(scores: list[float]) -> None:
    """From NONE to HIGH."""
    low, high = sorted(scores)
    assert LEVELS.index(level_of(low)) <= LEVELS.index(level_of(high))
    assert (level_of(0), level_of(1)) == ("NONE", "HIGH")


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_blur_leaves_nothing_to_be_made_out(form: str) -> None:
    """Of the same size and format; stripes of black and white become grey."""
    stripes = Image.new("L", (240, 160))
    stripes.putdata([255 * (x // 6 % 2) for _ in range(160) for x in range(240)])
    file = BytesIO()
    stripes.convert("RGB").save(file, form)
    with Image.open(BytesIO(blurred(file.getvalue()))) as shown:
        assert (shown.size, shown.format) == ((240, 160), form)
        low, high = shown.convert("L").crop((60, 40, 180, 120)).getextrema()
        assert isinstance(low, int)
        assert isinstance(high, int)
        assert high - low < 40
