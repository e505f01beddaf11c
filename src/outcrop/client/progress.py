"""How far a set of pictures has come, for whoever waits for it. Knows events; asks nobody."""

from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

PREVIEW: Final = "data:image/webp;base64,"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What is known while pictures are drawn."""

    done: int
    """Pictures that are there."""
    of: int
    """Pictures that are waited for."""
    job: str = ""
    """The picture that has just got on, by its job; empty where none has."""
    step: int = 0
    steps: int = 0
    preview: bytes | None = None
    """A rough small picture of what is there of it, a WebP, where the server sends one."""


Listener = Callable[[Progress], None]


def nobody(_: Progress) -> None:
    """For whoever does not want to know."""


def preview_of(data: dict[str, Any]) -> bytes | None:
    """The picture in an event, where there is one."""
    text = data.get("preview")
    return b64decode(text.removeprefix(PREVIEW)) if isinstance(text, str) and text.startswith(PREVIEW) else None
