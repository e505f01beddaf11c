"""`outcrop recipe`: its arguments. Knows how they are spelled; `cli.telling` does the work."""

from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = """[bold]Examples[/]

outcrop recipe pictures/a-red-apple-7.png
"""


def recipe(
    file: Annotated[Path, typer.Argument(help="A picture that Outcrop made.", show_default=False)],
) -> None:
    """Say how a picture was made: prompt, seed, model, steps, guidance, sizes and version, as JSON."""
    from outcrop.cli.telling import tell_recipe

    tell_recipe(file)
