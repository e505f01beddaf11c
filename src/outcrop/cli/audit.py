"""`outcrop audit`: its options. Knows how they are spelled; `cli.auditing` does the work."""

from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = """[bold]Examples[/]

outcrop audit --since 24h

outcrop audit --user alice --errors

outcrop audit --since 2026-11-01 --model ultra --json
"""


def audit(
    *,
    since: Annotated[
        str | None, typer.Option(help="A day or an instant in UTC (2026-11-23T06:00), or how long ago: 30m, 12h, 7d.")
    ] = None,
    user: Annotated[str | None, typer.Option(help="A user's name, or a key's id.")] = None,
    model: Annotated[str | None, typer.Option(help="A model's id, or a part of it.")] = None,
    errors: Annotated[bool, typer.Option("--errors", help="Only calls that were refused or failed.")] = False,
    json: Annotated[bool, typer.Option("--json", help="The events as they are kept, one a line.")] = False,
    config: Annotated[Path | None, typer.Option(help="Settings file in place of OUTCROP_HOME/outcrop.toml.")] = None,
) -> None:
    """Read the audit trail: who called what, when, from where, and how it ended."""
    from outcrop.cli.auditing import instant, show_trail
    from outcrop.clock import unix_time
    from outcrop.records.trail import Wanted
    from outcrop.settings import read_settings

    begin = None if since is None else instant(since, unix_time())
    wanted = Wanted(since=begin, user=user, model=model, errors=errors)
    show_trail(read_settings(config=config), wanted, as_json=json)
