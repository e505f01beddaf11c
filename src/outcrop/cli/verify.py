"""`outcrop verify`: its arguments. Knows how they are spelled; `cli.verifying` does the work."""

from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = """[bold]Examples[/]

outcrop verify pictures/a-red-apple-7.png

outcrop verify downloads/one.jpg downloads/two.webp --json
"""


def verify(
    files: Annotated[list[Path], typer.Argument(help="Pictures, whoever made them.", show_default=False)],
    *,
    json: Annotated[bool, typer.Option("--json", help="All that was found, as JSON, a picture a line.")] = False,
    config: Annotated[Path | None, typer.Option(help="Settings file in place of OUTCROP_HOME/outcrop.toml.")] = None,
) -> None:
    """Say what can be proved about pictures: invisible mark, content credentials, and the asset that shows the same."""
    from outcrop.cli.verifying import verify_files
    from outcrop.settings import read_settings

    verify_files(files, read_settings(config=config), as_json=json)
