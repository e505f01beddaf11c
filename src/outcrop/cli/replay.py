"""`outcrop replay`: its arguments. Knows how they are spelled; `cli.replaying` does the work."""

from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = """[bold]Examples[/]

outcrop replay pictures/a-red-apple-7.png

outcrop replay final.png --source draft.png --out again/
"""


def replay(
    file: Annotated[Path, typer.Argument(help="A picture that Outcrop made.", show_default=False)],
    *,
    source: Annotated[
        Path | None,
        typer.Option(
            help="The picture that it grew from, where it grew from one that is not among the assets of this machine.",
            exists=True,
            dir_okay=False,
            show_default=False,
        ),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for the new picture; made when missing.")] = Path("pictures"),
    config: Annotated[Path | None, typer.Option(help="Settings file in place of OUTCROP_HOME/outcrop.toml.")] = None,
) -> None:
    """Make a picture again from the recipe in its file, and say whether it is the same.

    On the same machine and version it is, byte by byte; status 1 says that the pictures differ.
    Elsewhere each thing is named that differs: version, digest of the weights, precision, device, threads, torch.
    """
    from outcrop.cli.replaying import replay_picture

    replay_picture(file, source, out, config)
