"""Files without words: the same pixels, the same profile, held the same way."""

from io import BytesIO

import pytest
from PIL import Image, ImageOps

from outcrop.dialects.bare_file import bare_file
from tests.dialects.test_picture_file import FILES, SCENE, WORDS, saved


@pytest.mark.parametrize("content", [*FILES.values(), saved("WEBP")], ids=[*FILES, "WEBP"])
def test_it_says_how_it_is_held_and_nothing_else(content: bytes) -> None:
    """As a viewer sees it, it is the same picture; of words there are none."""
    bare = bare_file(content)
    with Image.open(BytesIO(bare)) as image, Image.open(BytesIO(content)) as before:
        assert dict(image.getexif()) == {0x0112: 6}
        assert image.info.get("icc_profile") == before.info.get("icc_profile")
        assert not {"comment", "Comment", "xmp", "XML:com.adobe.xmp", "mp"} & set(image.info)
        assert ImageOps.exif_transpose(image).tobytes() == ImageOps.exif_transpose(before).tobytes()
    assert WORDS.encode() not in bare


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_file_without_words_stays_as_it_is(kind: str) -> None:
    """Byte by byte: it may be signed."""
    out = BytesIO()
    SCENE.save(out, kind)
    assert bare_file(out.getvalue()) == out.getvalue()
