"""`outcrop ledger`: its commands and their options. Knows how they are spelled; `cli.accounting` does the work."""

from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = """[bold]Examples[/]

outcrop ledger check
"""

app = typer.Typer(help="Prove the books.", no_args_is_help=True, epilog=EXAMPLES)

Config = Annotated[Path | None, typer.Option(help="Settings file in place of OUTCROP_HOME/outcrop.toml.")]


@app.callback()
def _ledger() -> None:
    pass


@app.command(epilog=EXAMPLES)
def check(*, config: Config = None) -> None:
    """Hold every balance against the entries it stands for; says each contradiction, and fails if there is one."""
    from outcrop.cli.accounting import prove
    from outcrop.settings import read_settings

    prove(read_settings(config=config))
