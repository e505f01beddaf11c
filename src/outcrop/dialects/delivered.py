"""How many pictures there are in an answer that was written elsewhere, in any family's form. Knows no request."""

import json
from typing import Any


def delivered(answer: bytes) -> int:
    """The number of pictures, without those that a filter held back; 0 when the answer is in no form that is known."""
    try:
        content = json.loads(answer)
    except (ValueError, RecursionError):
        return 0
    match content:
        case {"artifacts": list(artifacts)}:
            return sum(isinstance(each, dict) and each.get("finishReason") == "SUCCESS" for each in artifacts)
        case {"images": list(images)}:
            reasons = content.get("finish_reasons")
            held_back = [bool(reason) for reason in reasons] if isinstance(reasons, list) else []
            return sum(map(_is_text, images)) if not any(held_back) else 0
        case _:
            return 0


def _is_text(value: Any) -> bool:  # noqa: ANN401 - any JSON value may come
    return isinstance(value, str) and bool(value)
