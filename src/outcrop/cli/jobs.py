"""`outcrop jobs`: its commands and their options. Knows how they are spelled; `cli.queueing` does the work."""

from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = """[bold]Examples[/]

outcrop jobs list --state dead

outcrop jobs show 2k7d3qzx5m4a

outcrop jobs cancel 2k7d3qzx5m4a

outcrop jobs retry 2k7d3qzx5m4a
"""

app = typer.Typer(help="Look after jobs: what waits, what failed and why.", no_args_is_help=True, epilog=EXAMPLES)

Config = Annotated[Path | None, typer.Option(help="Settings file in place of OUTCROP_HOME/outcrop.toml.")]
JobId = Annotated[str, typer.Argument(help="Id of the job: the last part of its ARN.", show_default=False)]


@app.command("list", epilog="[bold]Examples[/]\n\noutcrop jobs list --account studio --state queued\n")
def list_(
    *,
    account: Annotated[str | None, typer.Option(help="Only jobs of an account, by its name or number.")] = None,
    state: Annotated[
        str | None, typer.Option(help="Only those queued, running, done, failed, cancelled or dead.")
    ] = None,
    most: Annotated[int, typer.Option("-n", "--most", min=1, help="How many at most.")] = 50,
    config: Config = None,
) -> None:
    """List jobs, the newest first."""
    from outcrop.cli.queueing import show_jobs
    from outcrop.settings import read_settings

    show_jobs(read_settings(config=config), account, state, most)


@app.command(epilog="[bold]Examples[/]\n\noutcrop jobs show 2k7d3qzx5m4a\n")
def show(job: JobId, *, config: Config = None) -> None:
    """Show all there is to know of a job: its place and an estimate of its wait, its attempts, why it failed."""
    from outcrop.cli.queueing import show_job
    from outcrop.settings import read_settings

    show_job(read_settings(config=config), job)


@app.command(epilog="[bold]Examples[/]\n\noutcrop jobs cancel 2k7d3qzx5m4a\n")
def cancel(job: JobId, *, config: Config = None) -> None:
    """End a job without its result, at once or as soon as the server hears; what is set aside for it is given back."""
    from outcrop.cli.queueing import cancel_job
    from outcrop.settings import read_settings

    cancel_job(read_settings(config=config), job)


@app.command(epilog="[bold]Examples[/]\n\noutcrop jobs retry 2k7d3qzx5m4a\n")
def retry(job: JobId, *, config: Config = None) -> None:
    """Begin a job anew that ended without a result."""
    from outcrop.cli.queueing import retry_job
    from outcrop.settings import read_settings

    retry_job(read_settings(config=config), job)
