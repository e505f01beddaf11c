"""`outcrop reviews`: its commands and their options. Knows how they are spelled; `cli.reviewing` does the work."""

from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = """[bold]Examples[/]

outcrop reviews list

outcrop reviews approve 1m848cmaphynda2e --reason "On brand."

outcrop reviews reject 1m848cmaphynda2e --reason "Six fingers." --comment "The left hand; the light is good."
"""

app = typer.Typer(help="Approve or reject pictures that are held.", no_args_is_help=True, epilog=EXAMPLES)

Config = Annotated[Path | None, typer.Option(help="Settings file in place of OUTCROP_HOME/outcrop.toml.")]
AssetId = Annotated[str, typer.Argument(help="Id of the picture.", show_default=False)]
Reason = Annotated[str, typer.Option(help="Why, for the record.", show_default=False)]
Comment = Annotated[str | None, typer.Option(help="What else is to be said, as what to do better.", show_default=False)]


@app.command("list", epilog="[bold]Examples[/]\n\noutcrop reviews list --state rejected\n")
def list_(
    *,
    state: Annotated[str, typer.Option(help="held, approved or rejected.")] = "held",
    config: Config = None,
) -> None:
    """List pictures that are held, or were decided, the oldest first."""
    from outcrop.cli.reviewing import show_reviews
    from outcrop.settings import read_settings

    show_reviews(read_settings(config=config), state)


@app.command(epilog='[bold]Examples[/]\n\noutcrop reviews approve 1m848cmaphynda2e --reason "On brand."\n')
def approve(asset: AssetId, *, reason: Reason, comment: Comment = None, config: Config = None) -> None:
    """Have a picture delivered from now on."""
    from outcrop.cli.reviewing import decide
    from outcrop.settings import read_settings

    typer.echo(decide(read_settings(config=config), asset, "approve", reason, comment))


@app.command(epilog='[bold]Examples[/]\n\noutcrop reviews reject 1m848cmaphynda2e --reason "Six fingers."\n')
def reject(asset: AssetId, *, reason: Reason, comment: Comment = None, config: Config = None) -> None:
    """Have a picture never delivered, and give back what was paid for it."""
    from outcrop.cli.reviewing import decide
    from outcrop.settings import read_settings

    typer.echo(decide(read_settings(config=config), asset, "reject", reason, comment))
