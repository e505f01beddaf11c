"""Reading JSON that anybody may have written: exactly JSON, and nothing that could be read in two ways."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcrop.dialects.json_body import read_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(value=VALUES, ascii_only=st.booleans())
def test_what_python_writes_is_read_back(value: object, *, ascii_only: bool) -> None:
    """With or without escapes."""
    assert read_json(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


BROKEN = {
    "nothing": b"",
    "a byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": "{}".encode("utf-16-le"),
    "no UTF-8": b'"\xff"',
    "a surrogate in UTF-8": b'"\xed\xa0\x80"',
    "half an escaped pair": b'"\\ud83d"',
    "half an escaped pair in a key": b'{"\\ud83d": 1}',
    "NaN": b"NaN",
    "Infinity": b"[-Infinity]",
    "beyond a double": b"1e400",
    "a key twice": b'{"a": 1, "b": {"c": 1, "c": 1}}',
    "a comment": b"{} // yes",
    "single quotes": b"{'a': 1}",
    "more digits than Python converts": b"1" * 5000,
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_anything_else_is_refused(body: bytes) -> None:
    """As one kind of error, whatever is wrong."""
    with pytest.raises(ValueError):  # noqa: PT011  whatever it says: nobody is shown it
        read_json(body)


def test_a_whole_escaped_pair_is_text() -> None:
    """It is how ASCII writes what lies beyond the basic plane."""
    assert read_json(b'"\\ud83d\\ude00"') == "\N{GRINNING FACE}"


def test_depth_has_an_end() -> None:
    """A bomb of brackets ends in an error, not in the process."""
    with pytest.raises(RecursionError):
        read_json(b"[" * 1_000_000)


@given(body=st.binary())
def test_any_bytes_are_json_or_refused(body: bytes) -> None:
    """Nothing else is ever raised."""
    try:
        read_json(body)
    except ValueError:
        return
    json.loads(body)
