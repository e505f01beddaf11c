"""What is done about pictures that may be explicit: by which score, and what is shown instead. Knows no network.

A judge tells how sure it is; an account's policy tells from where on a picture is held back.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final, Literal, get_args

from PIL import Image, ImageFilter

from outcrop.errors import InvalidRequest
from outcrop.safety.contents import Level

Judge = Callable[[Image.Image], float]
"""How sure one is that a picture is explicit, 0..1. May take a tenth of a second: nobody waits for it on a loop."""
PictureDeed = Literal["allow", "blur", "withhold"]
BLURRED: Final = 12
"""Part of a picture's longer side over which it is blurred: shapes are left, and nothing of what they show."""
_LEVELS: Final[tuple[tuple[float, Level], ...]] = ((0.9, "HIGH"), (0.7, "MEDIUM"), (0.4, "LOW"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PicturePolicy:
    """What an account wants done about pictures."""

    made: PictureDeed = "blur"
    """About those that were made: `blur` shows one blurred where its family's answer has a place for that, as SDXL's
    has, and withholds it elsewhere."""
    sent: Literal["allow", "withhold"] = "withhold"
    """About those that come with a request."""
    threshold: float = 0.8
    """The score from which on something is done."""


USUAL_PICTURES: Final = PicturePolicy()
"""For accounts that have said nothing."""


def read_picture_policy(document: str) -> PicturePolicy:
    """The policy of a document, as an account has left it.

    Raises: InvalidRequest that names the member which cannot be used, and what can be.
    """
    try:
        content = json.loads(document)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise InvalidRequest("A policy for pictures is an object in JSON.")
    for wrong in _wrong(content):
        raise InvalidRequest(wrong)
    return PicturePolicy(**content)


def level_of(score: float) -> Level:
    """A score as content filters of guardrails tell how sure they are."""
    return next((level for least, level in _LEVELS if score >= least), "NONE")


def blurred(file: bytes) -> bytes:
    """A picture's file of the same format and size, in which nothing can be made out any more."""
    with Image.open(BytesIO(file)) as image:
        content = BytesIO()
        radius = max(image.size) / BLURRED
        image.convert("RGB").filter(ImageFilter.GaussianBlur(radius)).save(content, image.format)
        return content.getvalue()


def _wrong(content: dict[str, Any]) -> Iterator[str]:
    choices = {"made": get_args(PictureDeed), "sent": ("allow", "withhold")}
    for name, value in content.items():
        if name == "threshold":
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
                yield f"'threshold' is a number above 0 and at most 1, not {str(value)[:40]!r}."
        elif name not in choices:
            yield f"A policy for pictures has the members made, sent and threshold; '{name[:40]}' is none of them."
        elif value not in choices[name]:
            yield f"'{name}' may be {', '.join(choices[name])}, not {str(value)[:40]!r}."
