"""Tells how a picture was made, from the picture alone. Knows files; draws nothing."""

import json
from pathlib import Path

import typer

from outcrop.errors import InvalidRequest
from outcrop.finish.files import read_recipe


def tell_recipe(file: Path) -> None:
    """Print the recipe inside a picture, one field a line.

    Raises: InvalidRequest when the file is no picture, or carries no recipe.
    """
    try:
        recipe = read_recipe(file)
        if recipe is None:
            raise InvalidRequest(f"{file} carries no recipe; Outcrop did not make it, or another program rewrote it.")
        typer.echo(json.dumps(json.loads(recipe), indent=2, ensure_ascii=False))
    except OSError as error:
        raise InvalidRequest(
            f"{file} cannot be read as a picture: {error.strerror or 'its format is unknown'}."
        ) from None
    except ValueError:
        raise InvalidRequest(f"{file} carries a description that is no recipe of Outcrop's.") from None
