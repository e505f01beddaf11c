"""Read the JSON of a body that anybody may have written. Knows JSON; knows no field, model or wording.

A body may be 25 MB, nearly all of it a picture in base64. Long runs of base64 are taken out before the rest is read,
so that a picture is held once and not as bytes, as text and as a value; and what is left may be `MAX_TEXT` bytes, so
that no body of many small values takes a hundred times its size.
"""

import json
import math
import re
from collections.abc import Iterator
from typing import Any, Final, final

MAX_TEXT: Final = 2_097_152
"""Bytes of a body apart from its long runs of base64; prompts of every family together fit ten times."""
LONG: Final = 65_536
"""Characters of a run of base64 that is taken out."""

# Both alphabets of base64 and the head of a data URI, which the dialects refuse with a hint. None of these characters
# may stand between two strings of JSON, so what begins and ends with a quotation mark here is a string.
_LONG_TEXT = re.compile(rb'(?<=[\s:,\[])"((?:data:[a-z/+.-]{0,64};base64,)?[A-Za-z0-9+/=_-]{%d,})"(?=\s*[,\]}])' % LONG)
_STAND_IN = b"-Infinity"
"""What stands where a run was: no JSON, so that nobody else may have written it."""


@final
class LongText(str):
    """A run that does not show itself: validators put what they refuse into messages that nobody reads."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{len(self):,} characters>"


def read_json(body: bytes) -> Any:  # noqa: ANN401  whatever JSON there is: the schema says what it must be
    """Read a body as strict UTF-8 JSON.

    Stricter than Python's own reader: no NaN or Infinity, no number beyond a double, no key twice in an object, no
    text that UTF-8 cannot write (a lone surrogate), no byte order mark.

    Raises: ValueError when the body is none, or longer than MAX_TEXT without its long runs of base64; RecursionError
    when it is nested too deeply.
    """
    text, runs = _taken_out(body)
    taken = iter(runs)
    content = json.loads(
        text,
        parse_float=_finite,
        parse_constant=lambda name: _put_back(name, taken),
        object_pairs_hook=_object_without_repeats,
    )
    if next(taken, None) is not None:
        raise ValueError("A run of base64 stood where no value may.")
    if "\\u" in text:  # only an escape can bring in a lone surrogate: the decoder refuses raw ones
        json.dumps(content, ensure_ascii=False).encode("utf-8")
    return content


def _taken_out(body: bytes) -> tuple[str, list[str]]:
    """The text with a stand-in for each long run of base64, and the runs in their order."""
    places = [] if _STAND_IN in body else [found.span(1) for found in _LONG_TEXT.finditer(body)]
    view, rest, at = memoryview(body), bytearray(), 0
    for begin, end in places:
        rest += view[at : begin - 1]
        rest += _STAND_IN
        at = end + 1
    if len(rest) + len(body) - at > MAX_TEXT:
        raise ValueError(f"There are more than {MAX_TEXT:,} bytes beside the pictures.")
    rest += view[at:]
    return rest.decode("utf-8"), [LongText(view[begin:end], "ascii") for begin, end in places]


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"{digits[:20]} is beyond what a double can hold.")
    return number


def _put_back(name: str, taken: Iterator[str]) -> str:
    run = next(taken, None) if name == _STAND_IN.decode() else None
    if run is None:
        raise ValueError(f"{name} is not JSON.")
    return run


def _object_without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        raise ValueError("A key stands twice in one object.")
    return content
