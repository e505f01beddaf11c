"""Records of a batch: every line is read or refused, whatever it holds and however it comes."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcrop.jobs import records
from outcrop.jobs.records import CUT_SHORT, Record, TooLong, failed, has_succeeded, lines, read_record, succeeded

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)
IDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=256)


def pieces(content: bytes, size: int) -> Iterator[bytes]:
    """Bytes in pieces of a size."""
    return (content[at : at + size] for at in range(0, len(content), size))


@given(st.lists(st.binary(max_size=30)), st.integers(1, 40))
def test_lines_are_those_of_the_whole_however_it_is_cut(content: list[bytes], size: int) -> None:
    """But for blank ones; the last needs no end."""
    whole = b"\n".join(content)
    assert list(lines(pieces(whole, size))) == [line for line in whole.split(b"\n") if line.strip()]


@pytest.mark.parametrize("size", [1, 7, 100, 10_000])
def test_a_line_that_is_too_long_is_not_held(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """It stands in the order as something, and the next one is read."""
    monkeypatch.setattr(records, "MOST_BYTES", 20)
    content = b"short\n" + b"x" * 1000 + b"\nnext\n" + b"y" * 21
    assert list(lines(pieces(content, size))) == [b"short", TooLong, b"next", TooLong]


def test_a_record_is_read() -> None:
    """With its id, or its number for one."""
    assert read_record(7, b'{"recordId": "a", "modelInput": {"prompt": "a fox"}}') == Record(
        id="a", model_input={"prompt": "a fox"}
    )
    assert read_record(7, b'{"modelInput": {}}').id == "00000000007"


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        (TooLong, "has more than 25000000 bytes"),
        (b'{"recordId": "a", "modelInp', CUT_SHORT),
        (b"[]", CUT_SHORT),
        (b'{"a": NaN}', CUT_SHORT),
        (b"[" * 100_000, CUT_SHORT),
        (b"\xff\xfe", CUT_SHORT),
        (b'{"recordId": 3, "modelInput": {}}', "'recordId' must be a text"),
        (b'{"recordId": "", "modelInput": {}}', "'recordId' must be a text"),
        (b'{"recordId": "a"}', "'modelInput' must be a JSON object"),
        (b'{"recordId": "a", "modelInput": "a fox"}', "'modelInput' must be a JSON object"),
    ],
)
def test_what_is_no_record_says_why(line: bytes | None, wrong: str) -> None:
    """And has an id all the same."""
    record = read_record(1, line)
    assert record.wrong is not None
    assert wrong in record.wrong
    assert record.id in {"a", "00000000001"}


@given(IDS, TEXTS, st.dictionaries(TEXTS, TEXTS))
def test_lines_of_output_are_known_by_their_beginning(named: str, message: str, body: dict[str, str]) -> None:
    """And say what they should, whatever stands in them."""
    record = Record(id=named, model_input=body)
    good, bad = succeeded(record, json.dumps({"images": [message]}).encode()), failed(record, 400, message)
    assert json.loads(good) == {"recordId": named, "modelInput": body, "modelOutput": {"images": [message]}}
    assert json.loads(bad) == {
        "recordId": named,
        "modelInput": body,
        "error": {"errorCode": 400, "errorMessage": message},
    }
    assert (has_succeeded(good), has_succeeded(bad)) == (True, False)
    assert good.count(b"\n") == bad.count(b"\n") == 1
