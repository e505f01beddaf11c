"""Read one JSON file of a checkpoint, with errors that name the file and what it should hold. Knows no checkpoint."""

import json
from pathlib import Path
from typing import Any

from outcrop.errors import BadCheckpoint


def read_json(path: Path) -> dict[str, Any]:
    """Read one JSON object of a checkpoint.

    Raises: BadCheckpoint when the file is missing, unreadable or no JSON object.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadCheckpoint(f"{path} is missing; expected a Stable Diffusion folder in diffusers layout.") from None
    except (OSError, ValueError) as error:
        raise BadCheckpoint(f"{path} cannot be read as JSON: {error}") from error
    if not isinstance(content, dict):
        raise BadCheckpoint(f"{path} must hold a JSON object, found {type(content).__name__}.")
    return content


def positive(content: dict[str, Any], key: str, path: Path) -> float:
    """A number of the object in `path`.

    Raises: BadCheckpoint when it is missing, no number, or not above 0.
    """
    value = content.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        raise BadCheckpoint(f"{path}: '{key}' must be a positive number, found {value!r}.")
    return value


def length(content: dict[str, Any], key: str, path: Path) -> int:
    """How many channel counts a list of the object in `path` holds: a network's levels.

    Raises: BadCheckpoint when it is missing, no list, or empty.
    """
    value = content.get(key)
    if not isinstance(value, list) or not value:
        raise BadCheckpoint(f"{path}: '{key}' must be a list of channel counts.")
    return len(value)
