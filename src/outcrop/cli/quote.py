"""`outcrop quote`: its options. Knows how they are spelled; `cli.quoting` does the work."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from outcrop.request import Quality


class Form(StrEnum):
    """How a quote is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


EXAMPLES = """[bold]Examples[/]

outcrop quote ultra -n 4

outcrop quote sdxl --steps 60 --aspect-ratio 1:1

outcrop quote core --body request.json --user studio/alice --tag campaign=spring

echo '{"prompt": "a red apple"}' | outcrop quote sd35 --body - --format json
"""


def quote(
    model: Annotated[str, typer.Argument(help="Short name or id of the model; `outcrop models` lists them.")] = "core",
    *,
    body: Annotated[
        str,
        typer.Option(
            metavar="FILE",
            help="The body that would be sent, a file or - for standard input, in place of the options below.",
            show_default=False,
        ),
    ] = "",
    number: Annotated[int, typer.Option("-n", "--number", help="How many pictures.", min=1, max=10_000)] = 1,
    aspect_ratio: Annotated[str, typer.Option(help="Width to height, such as 16:9 or 2:3.")] = "1:1",
    steps: Annotated[
        int, typer.Option(help="Steps, where the price depends on them; 0 is the model's own.", min=0, max=1000)
    ] = 0,
    quality: Annotated[Quality, typer.Option(help="Quality, where the price depends on it.")] = "standard",
    user: Annotated[str, typer.Option(help="Who would ask, as in studio/alice: whose credit and budgets.")] = "",
    tag: Annotated[
        list[str] | None, typer.Option(help="Tag of the request, as in campaign=spring; again for more.")
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="How to write it.")] = Form.TABLE,
    config: Annotated[Path | None, typer.Option(help="Settings file in place of OUTCROP_HOME/outcrop.toml.")] = None,
) -> None:
    """Say what pictures would cost, on this model and on others, and what credit and budgets leave of it."""
    from outcrop.cli.quoting import Enquiry, show_quote
    from outcrop.settings import read_settings

    enquiry = Enquiry(
        model=model,
        body=body,
        number=number,
        aspect_ratio=aspect_ratio,
        steps=steps,
        quality=quality,
        user=user,
        tags=tuple(tag or ()),
    )
    show_quote(read_settings(config=config), enquiry, form.value)
