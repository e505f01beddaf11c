"""What the audit trail is to say of a call beside its head, as whoever answers it notes down. Knows no trail."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

Noted = Mapping[str, Any]


def note(request: Request, told: Noted) -> None:
    """Have the trail say something more of a call: names and numbers, never words of its body."""
    request.state.noted = {**noted_of(request), **told}


def noted_of(request: Request) -> Noted:
    """What is noted of a call by now."""
    found: Noted = getattr(request.state, "noted", {})
    return found


def note_warned(request: Request, categories: tuple[str, ...]) -> None:
    """Have the trail say what a prompt was warned of, where it was."""
    if categories:
        note(request, {"warned": list(categories)})
