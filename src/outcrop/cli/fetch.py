"""`outcrop fetch`: its options. Knows how they are spelled; `cli.fetching` does the work."""

from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = """[bold]Examples[/]

outcrop fetch

outcrop fetch sd35

outcrop fetch moderation

HF_TOKEN=hf_... outcrop fetch sd35
"""


def fetch(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME]...",
            help="Names from \\[checkpoints] in the settings, all without any; or: moderation.",
        ),
    ] = None,
    *,
    config: Annotated[Path | None, typer.Option(help="Settings file in place of OUTCROP_HOME/outcrop.toml.")] = None,
) -> None:
    """Fetch the weights that the settings name on a hub. Nothing else of Outcrop ever downloads."""
    from outcrop.cli.fetching_moderation import NAME, fetch_moderation
    from outcrop.settings import read_settings

    settings = read_settings(config=config)
    if names == [NAME]:
        for line in fetch_moderation(settings.home):
            typer.echo(line)
        return

    from outcrop.cli.fetching import fetch_named

    for line in fetch_named(settings, names or ()):
        typer.echo(line)
