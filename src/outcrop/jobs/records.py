"""Records of a batch, as JSON Lines: read a piece at a time from whatever anybody may have written. Knows no model."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from outcrop.dialects.json_body import read_json

MOST_BYTES: Final = 25_000_000
"""Of one line: as many as a body of InvokeModel has."""
MOST_ID_CHARS: Final = 256
CUT_SHORT: Final = "The line is no JSON object; it may be cut short."

RECORD: Final = '{"recordId": '
"""How every line of output begins: ids first, so that a line need not be read whole to be known."""
DONE: Final = b'"modelOutput": '
TooLong = None
"""What stands in the place of a line that was too long to hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One line."""

    id: str
    model_input: Mapping[str, Any] | None
    wrong: str | None = None
    """Why it is no record, if it is none."""


def lines(chunks: Iterable[bytes]) -> Iterator[bytes | None]:
    """The lines that are not blank, without their ends; TooLong for one that is too long, of which nothing is held."""
    held, skipping = b"", False
    for chunk in chunks:
        *whole, held = (held + chunk).split(b"\n")
        for line in whole:
            if skipping or len(line) > MOST_BYTES:
                yield TooLong
            elif line.strip():
                yield line
            skipping = False
        if len(held) > MOST_BYTES:
            held, skipping = b"", True
    if skipping:
        yield TooLong
    elif held.strip():
        yield held


def read_record(number: int, line: bytes | None) -> Record:
    """Read a line; a record without an id has its number in eleven digits for one."""
    own = f"{number:011d}"
    content = None if line is TooLong else _object(line)
    if content is None:
        said = f"The line has more than {MOST_BYTES} bytes." if line is TooLong else CUT_SHORT
        return Record(id=own, model_input=None, wrong=said)
    named, body = content.get("recordId", own), content.get("modelInput")
    if not isinstance(named, str) or not 0 < len(named) <= MOST_ID_CHARS:
        return Record(id=own, model_input=None, wrong=f"'recordId' must be a text of 1 to {MOST_ID_CHARS} characters.")
    if not isinstance(body, dict):
        return Record(id=named, model_input=None, wrong="'modelInput' must be a JSON object.")
    return Record(id=named, model_input=body)


def succeeded(record: Record, answer: bytes) -> bytes:
    """The line of a record whose pictures are there; `answer` is the body of InvokeModel, which is JSON."""
    said = json.dumps(record.model_input, ensure_ascii=False).encode()
    return b"".join((_head(record), DONE, answer.replace(b"\n", b" "), b', "modelInput": ', said, b"}\n"))


def failed(record: Record, code: int, message: str) -> bytes:
    """The line of a record that has no pictures."""
    error = json.dumps({"errorCode": code, "errorMessage": message}, ensure_ascii=False).encode()
    said = json.dumps(record.model_input, ensure_ascii=False).encode()
    return b"".join((_head(record), b'"error": ', error, b', "modelInput": ', said, b"}\n"))


def has_succeeded(line: bytes) -> bool:
    """Whether a line of output is that of a record whose pictures are there; does not read it to its end."""
    _, after = json.JSONDecoder().raw_decode(line[:8192].decode("utf-8", "ignore"), len(RECORD))
    rest = line[:8192].decode("utf-8", "ignore")[after:]
    return rest.startswith(", " + DONE.decode())


def _head(record: Record) -> bytes:
    return f"{RECORD}{json.dumps(record.id, ensure_ascii=False)}, ".encode()


def _object(line: bytes) -> Mapping[str, Any] | None:
    try:
        content = read_json(line)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None
