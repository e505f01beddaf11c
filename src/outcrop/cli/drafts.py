"""`outcrop draft`, `outcrop sheet` and `outcrop finish`: their options. `cli.drafting` does the work."""

from pathlib import Path
from typing import Annotated, Final

import typer

from outcrop.units import MAX_SEED

DRAFT_EXAMPLES: Final = """[bold]Examples[/]

outcrop draft "a red teapot on a wooden table" -n 8

outcrop draft "a lighthouse at night" -n 12 --seed 7 --aspect-ratio 16:9 --campaign autumn

outcrop draft "a fox in the snow" --server http://127.0.0.1:8321

[bold]Then[/]

outcrop finish SET 2 5
"""
SHEET_EXAMPLES: Final = """[bold]Examples[/]

outcrop sheet 01kq3h8vm2x7c4pd
"""
FINISH_EXAMPLES: Final = """[bold]Examples[/]

outcrop finish 01kq3h8vm2x7c4pd 2 5 --tier ultra

outcrop finish 01kq3h8vm2x7c4pd 5 --strength 0.8 --note "the light"
"""

OutOption = Annotated[Path, typer.Option(help="Folder for the pictures; made when missing.")]
ServerOption = Annotated[
    str,
    typer.Option(
        metavar="URL",
        envvar="OUTCROP_URL",
        help="A running server to ask, with the key in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or "
        "AWS_BEARER_TOKEN_BEDROCK. Without one, this machine draws.",
        show_default=False,
    ),
]
ConfigOption = Annotated[Path | None, typer.Option(help="Settings file in place of OUTCROP_HOME/outcrop.toml.")]
SetArgument = Annotated[str, typer.Argument(metavar="SET", help="The set, as `outcrop draft` names it.")]


def draft(
    prompt: Annotated[str, typer.Argument(help="What the pictures show, in words.", show_default=False)],
    *,
    number: Annotated[int, typer.Option("-n", "--number", help="How many drafts.", min=1, max=16)] = 8,
    seed: Annotated[
        int | None,
        typer.Option(help="The first draft's; each further one has the next.", min=1, max=MAX_SEED, show_default=False),
    ] = None,
    model: Annotated[str, typer.Option(help="Short name or id of the model that drafts.")] = "core",
    aspect_ratio: Annotated[str, typer.Option(help="Width to height, such as 16:9 or 2:3.")] = "1:1",
    negative: Annotated[str, typer.Option(help="What the pictures should not show.")] = "",
    campaign: Annotated[str, typer.Option(help="What they are for; stands in reports and budgets.")] = "",
    out: OutOption = Path("pictures"),
    server: ServerOption = "",
    config: ConfigOption = None,
) -> None:
    """Draw many cheap drafts of a prompt, with a contact sheet, to choose from.

    The price is told before and after, beside what all of them would cost as finals.
    The set is kept: what was stopped goes on with `outcrop sheet SET`, and nothing is drawn or paid twice.
    """
    from outcrop.cli.draft_orders import DraftOrder
    from outcrop.cli.drafting import Where, draft_pictures

    order = DraftOrder(
        prompt=prompt,
        negative_prompt=negative,
        count=number,
        seed=seed,
        model=model,
        aspect_ratio=aspect_ratio,
        campaign=campaign or None,
    )
    draft_pictures(order, Where(out=out, server=server, config=config))


def sheet(
    set_id: SetArgument, *, out: OutOption = Path("pictures"), server: ServerOption = "", config: ConfigOption = None
) -> None:
    """Write the contact sheet of a set anew, with what was chosen; drafts that are not drawn yet are drawn first."""
    from outcrop.cli.drafting import Where, write_sheet

    write_sheet(set_id, Where(out=out, server=server, config=config))


def finish(
    set_id: SetArgument,
    numbers: Annotated[
        list[int] | None,
        typer.Argument(help="Drafts by their numbers, the best first; without any, those chosen before."),
    ] = None,
    *,
    tier: Annotated[
        str, typer.Option(help="Short name or id of the model that finishes; without it, the one for these drafts.")
    ] = "",
    strength: Annotated[
        float | None,
        typer.Option(
            help="How far to leave the draft, 0.05 to 1; without it, what the model's card says.",
            min=0.05,
            max=1,
            show_default=False,
        ),
    ] = None,
    refine: Annotated[bool, typer.Option("--refine", help="Have the prompt reworded for the finals.")] = False,
    note: Annotated[str, typer.Option(help="Why these were chosen; stands on the sheet.")] = "",
    out: OutOption = Path("pictures"),
    server: ServerOption = "",
    config: ConfigOption = None,
) -> None:
    """Draw drafts anew on a premium model, with their composition kept: same seed, same words, the draft as start.

    Asked for again, a final is made once: what is there is written again and costs nothing.
    """
    from outcrop.cli.draft_orders import FinishOrder
    from outcrop.cli.drafting import Where, finish_pictures

    order = FinishOrder(
        set_id=set_id, numbers=tuple(numbers or ()), model=tier, strength=strength, refine=refine, note=note
    )
    finish_pictures(order, Where(out=out, server=server, config=config))
