"""Reading JSON that anybody may have written: exactly JSON, and nothing that could be read in two ways."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outcrop.dialects.json_body import LONG, MAX_TEXT, read_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(value=VALUES, ascii_only=st.booleans())
def test_what_python_writes_is_read_back(value: object, *, ascii_only: bool) -> None:
    """With or without escapes."""
    assert read_json(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


RUNS = st.sampled_from(
    ["A" * LONG, "data:image/png;base64," + "_-" * LONG, "/" * (LONG - 1), "b+" * (LONG // 2) + "=="]
)
MIXED = st.lists(RUNS | st.text() | st.sampled_from(["-Infinity", '"', "\\", ":"]), max_size=5)


@given(texts=MIXED, indent=st.sampled_from([None, 1]))
@settings(max_examples=50)
def test_long_runs_of_base64_are_read_back(texts: list[str], indent: int | None) -> None:
    """Wherever they stand, as keys too, and beside whatever else."""
    value = {"a": texts, **{text: {"b": text} for text in texts}}
    assert read_json(json.dumps(value, indent=indent).encode()) == value


RUN = b'"' + b"A" * LONG + b'"'
BROKEN_RUNS = {
    "after a closing quote": b'{"a":"b:' + RUN + b',"}',
    "after a closing quote, with a constant": b'[{"a":"b:' + RUN + b',"}, NaN]',
    "beside a constant": b"[" + RUN + b", -Infinity]",
    "two in a row": b"[" + RUN + b" " + RUN + b"]",
    "as half a key": b"{" + RUN + b"}",
    "twice as a key": b"{" + RUN + b":1," + RUN + b":2}",
    "with a key twice": b'{"a":' + RUN + b',"a":1}',
}


@pytest.mark.parametrize("body", BROKEN_RUNS.values(), ids=BROKEN_RUNS)
def test_a_long_run_of_base64_excuses_nothing(body: bytes) -> None:
    """What is no JSON with it is refused with it."""
    with pytest.raises(ValueError):  # noqa: PT011  whatever it says: nobody is shown it
        read_json(body)


def test_beside_pictures_a_body_is_short() -> None:
    """Millions of small values would take a hundred times the body's size."""
    assert read_json(b'["' + b"A" * MAX_TEXT * 2 + b'"]') == ["A" * MAX_TEXT * 2]
    with pytest.raises(ValueError, match="beside the pictures"):
        read_json(b"[" + b"{}," * (MAX_TEXT // 3) + b"0]")
    with pytest.raises(ValueError, match="beside the pictures"):
        read_json(b'"' + b"a b" * (MAX_TEXT // 3 + 1) + b'"')


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
