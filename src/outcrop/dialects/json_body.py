"""Read the JSON of a body that anybody may have written. Knows JSON; knows no field, model or wording."""

import json
import math
from typing import Any


def read_json(body: bytes) -> Any:  # noqa: ANN401  whatever JSON there is: the schema says what it must be
    """Read a body as strict UTF-8 JSON.

    Stricter than Python's own reader: no NaN or Infinity, no number beyond a double, no key twice in an object, no
    text that UTF-8 cannot write (a lone surrogate), no byte order mark.

    Raises: ValueError when the body is none; RecursionError when it is nested too deeply.
    """
    text = body.decode("utf-8")
    content = json.loads(
        text, parse_float=_finite, parse_constant=_no_constant, object_pairs_hook=_object_without_repeats
    )
    if "\\u" in text:  # only an escape can bring in a lone surrogate: the decoder refuses raw ones
        json.dumps(content, ensure_ascii=False).encode("utf-8")
    return content


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"{digits[:20]} is beyond what a double can hold.")
    return number


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON.")


def _object_without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        raise ValueError("A key stands twice in one object.")
    return content
