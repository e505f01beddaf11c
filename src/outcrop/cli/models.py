"""`outcrop models`: its options. Knows how they are spelled; `cli.listing` does the work."""

from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = """[bold]Examples[/]

outcrop models

outcrop models --config studio.toml
"""


def models(
    *,
    config: Annotated[Path | None, typer.Option(help="Settings file in place of OUTCROP_HOME/outcrop.toml.")] = None,
) -> None:
    """List the models: short name, weights, steps, guidance, native size and list price a picture."""
    from outcrop.cli.kept_prices import at_prices_of
    from outcrop.cli.listing import list_models
    from outcrop.cli.wiring import open_catalog
    from outcrop.settings import read_settings

    settings = read_settings(config=config)
    list_models(at_prices_of(settings, open_catalog(settings)))
