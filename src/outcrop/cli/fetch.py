"""`outcrop fetch`: its options. Knows how they are spelled; `cli.fetching` does the work."""

from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = """[bold]Examples[/]

outcrop fetch

outcrop fetch sd35

HF_TOKEN=hf_... outcrop fetch sd35
"""


def fetch(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]...", help="Names from [checkpoints] in the settings; without any, all of them."),
    ] = None,
    *,
    config: Annotated[Path | None, typer.Option(help="Settings file in place of OUTCROP_HOME/outcrop.toml.")] = None,
) -> None:
    """Fetch the weights that the settings name on a hub. Nothing else of Outcrop ever downloads."""
    from outcrop.cli.fetching import fetch_named
    from outcrop.settings import read_settings

    for line in fetch_named(read_settings(config=config), names or ()):
        typer.echo(line)
