"""The `outcrop` command: puts the commands together, and turns whatever goes wrong into one line and an exit status.

Knows no model, picture or server: each command has its own file, and loads what it needs only when it runs, so that
`--help` answers at once.
"""

import sys
import traceback
from pathlib import Path
from typing import Annotated

import typer

from outcrop import __version__
from outcrop.cli import (
    access,
    assets,
    audit,
    budgets,
    costs,
    credit,
    drafts,
    fetch,
    imagine,
    invoice,
    jobs,
    keys,
    ledger,
    models,
    policies,
    prices,
    prompt,
    quote,
    recipe,
    replay,
    reviews,
    serve,
    users,
    verify,
    webhooks,
)
from outcrop.errors import (
    AlreadyThere,
    BadCheckpoint,
    BadSettings,
    Cancelled,
    InvalidRequest,
    MalformedPolicy,
    NoSuchModel,
    NoSuchOperation,
    NoSuchResource,
    OutcropError,
    Unsupported,
)

FAILED, BAD_INPUT, INTERRUPTED = 1, 2, 130
"""Exit statuses besides 0; 130 is what shells expect after Ctrl-C."""

_BAD_INPUTS = (
    AlreadyThere,
    BadCheckpoint,
    BadSettings,
    InvalidRequest,
    MalformedPolicy,
    NoSuchModel,
    NoSuchOperation,
    NoSuchResource,
    Unsupported,
)
"""What whoever called can put right in the call."""

_HELP = """Draw pictures from words with Stable Diffusion, on this machine.

[bold]outcrop imagine[/] "a red apple on a wooden table" draws pictures into ./pictures
[bold]outcrop draft[/] "a red teapot" -n 8 draws cheap drafts; [bold]outcrop finish[/] SET 2 5 makes finals of the best
[bold]outcrop serve[/] answers boto3 and the AWS CLI as Amazon Bedrock would
[bold]outcrop models[/] lists what can be drawn with
[bold]outcrop keys create[/] makes a key for another program or person
"""

_PICTURES, _SERVER, _PEOPLE, _MONEY = "Pictures", "The server", "Who may do what", "What it costs"
"""The groups in which `--help` shows the commands."""

app = typer.Typer(
    name="outcrop",
    help=_HELP.replace("\n", "\n\n"),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(epilog=imagine.EXAMPLES, rich_help_panel=_PICTURES)(imagine.imagine)
app.command(epilog=drafts.DRAFT_EXAMPLES, rich_help_panel=_PICTURES)(drafts.draft)
app.command(epilog=drafts.SHEET_EXAMPLES, rich_help_panel=_PICTURES)(drafts.sheet)
app.command(epilog=drafts.FINISH_EXAMPLES, rich_help_panel=_PICTURES)(drafts.finish)
app.command(epilog=models.EXAMPLES, rich_help_panel=_PICTURES)(models.models)
app.command(epilog=fetch.EXAMPLES, rich_help_panel=_PICTURES)(fetch.fetch)
app.command(epilog=recipe.EXAMPLES, rich_help_panel=_PICTURES)(recipe.recipe)
app.command(epilog=replay.EXAMPLES, rich_help_panel=_PICTURES)(replay.replay)
app.command(epilog=verify.EXAMPLES, rich_help_panel=_PICTURES)(verify.verify)
app.add_typer(prompt.app, name="prompt", rich_help_panel=_PICTURES)
app.command(epilog=serve.EXAMPLES, rich_help_panel=_SERVER)(serve.serve)
app.command(epilog=audit.EXAMPLES, rich_help_panel=_SERVER)(audit.audit)
app.add_typer(jobs.app, name="jobs", rich_help_panel=_SERVER)
app.add_typer(webhooks.app, name="webhooks", rich_help_panel=_SERVER)
app.add_typer(assets.app, name="assets", rich_help_panel=_SERVER)
app.add_typer(reviews.app, name="reviews", rich_help_panel=_SERVER)
app.add_typer(users.app, name="users", rich_help_panel=_PEOPLE)
app.add_typer(keys.app, name="keys", rich_help_panel=_PEOPLE)
app.add_typer(access.app, name="access", rich_help_panel=_PEOPLE)
app.add_typer(policies.app, name="policies", rich_help_panel=_PEOPLE)
app.command(epilog=costs.EXAMPLES, rich_help_panel=_MONEY)(costs.costs)
app.command(epilog=quote.EXAMPLES, rich_help_panel=_MONEY)(quote.quote)
app.command(epilog=invoice.EXAMPLES, rich_help_panel=_MONEY)(invoice.invoice)
app.add_typer(prices.app, name="prices", rich_help_panel=_MONEY)
app.add_typer(credit.app, name="credits", rich_help_panel=_MONEY)
app.add_typer(budgets.app, name="budgets", rich_help_panel=_MONEY)
app.add_typer(ledger.app, name="ledger", rich_help_panel=_MONEY)


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - typer hands the flag over by position
    if wanted:
        typer.echo(f"outcrop {__version__}")
        raise typer.Exit


@app.callback()
def _outcrop(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line and end the process: 0 done, 1 failed, 2 bad input, 130 interrupted."""
    try:
        app()
    except Cancelled as error:
        _end(str(error), INTERRUPTED)
    except _BAD_INPUTS as error:
        _end(str(error), BAD_INPUT)
    except OutcropError as error:
        _end(str(error), FAILED)
    except OSError as error:
        _end(f"{error.filename}: {error.strerror}." if error.filename else str(error), FAILED)
    except Exception as error:  # noqa: BLE001 - the edge: a person gets one line, and where it broke
        at = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(at.filename).name}, line {at.lineno}"
        _end(f"A fault in Outcrop itself: {type(error).__name__}: {error} ({where}). Please report it.", FAILED)


def _end(message: str, status: int) -> None:
    typer.secho(f"outcrop: {message}", err=True, fg=typer.colors.RED)
    sys.exit(status)
