"""What a caller says about a request, for reports and budgets. Pure; knows no wire.

Source: Amazon Bedrock user guide, "Request metadata": at most 16 pairs, of 1 to 256 characters.
"""

import json
from collections.abc import Mapping
from typing import Final

from outcrop.errors import InvalidRequest

MOST, LONGEST = 16, 256
NONE: Final[Mapping[str, str]] = {}
OURS: Final = "outcrop:"
"""How the names of tags begin that no request may give."""
PROFILE: Final = "outcrop:profile"
"""The tag that names the inference profile of an account's own through which a request came."""


def read_tags(text: str) -> Mapping[str, str]:
    """Tags of a JSON object of texts; nothing at all is none.

    Raises: InvalidRequest when it is something else, or too much.
    """
    if not text:
        return NONE
    try:
        tags = json.loads(text)
    except (ValueError, RecursionError):
        tags = None
    if not isinstance(tags, dict) or len(tags) > MOST:
        raise InvalidRequest(f"requestMetadata must be a JSON object of at most {MOST} texts.")
    for name, value in tags.items():
        _check(name, value)
    return tags


def _check(name: str, value: object) -> None:
    if name.startswith(OURS):
        raise InvalidRequest(f"requestMetadata has {name[:40]!r}; names that begin with '{OURS}' are the server's.")
    if not isinstance(value, str) or not (0 < len(name) <= LONGEST and len(value) <= LONGEST):
        raise InvalidRequest(
            f"requestMetadata has {name[:40]!r}, whose name or value is no text of at most {LONGEST} characters."
        )
    if not _is_utf8(name + value):  # reports are written in it, and one such word would end each of them
        raise InvalidRequest(f"requestMetadata has {name[:40]!r}, of which half a character is missing.")


def _is_utf8(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def through_profile(tags: Mapping[str, str], profile: str, own: Mapping[str, str]) -> Mapping[str, str]:
    """The tags of a request that came through a profile of an account's own, which has tags itself.

    The profile's win: whoever made it says what it is for, and no request can slip out of its budget.
    """
    return {**tags, **own, PROFILE: profile}
