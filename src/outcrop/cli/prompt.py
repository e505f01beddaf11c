"""`outcrop prompt`: its commands and their options. Knows how they are spelled; `cli.wording` does the work."""

from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = """[bold]Examples[/]

outcrop prompt lint "masterpiece, 8k, a fox without trees"

outcrop prompt build --subject "an apple" --details red --setting "on a wooden table" --style "3D render"
"""

app = typer.Typer(
    help="Words for pictures: advice on a prompt, or one from its parts.", no_args_is_help=True, epilog=EXAMPLES
)

Config = Annotated[Path | None, typer.Option(help="Settings file in place of OUTCROP_HOME/outcrop.toml.")]


@app.command(epilog='[bold]Examples[/]\n\noutcrop prompt lint "a red apple, no leaves" --model core\n')
def lint(
    prompt: Annotated[str, typer.Argument(help="What the picture shall show.", show_default=False)],
    *,
    negative: Annotated[str, typer.Option(help="What it shall not show.")] = "",
    model: Annotated[str | None, typer.Option(help="Id or short name of the model that it is for.")] = None,
    config: Config = None,
) -> None:
    """Say what stands in a picture's way. Ends with status 1 where the usual policy would hold the prompt back."""
    from outcrop.cli.wording import show_advice
    from outcrop.settings import read_settings

    show_advice(read_settings(config=config), prompt, negative, model)


@app.command(epilog='[bold]Examples[/]\n\noutcrop prompt build --subject "a fox" --setting "in a forest" --refine\n')
def build(
    *,
    subject: Annotated[str, typer.Option(help="Who or what.")] = "",
    details: Annotated[str, typer.Option(help="What it is like.")] = "",
    setting: Annotated[str, typer.Option(help="Where.")] = "",
    composition: Annotated[str, typer.Option(help="The view.")] = "",
    lighting: Annotated[str, typer.Option(help="The light.")] = "",
    style: Annotated[str, typer.Option(help="How it is drawn.")] = "",
    mood: Annotated[str, typer.Option(help="How it feels.")] = "",
    refine: Annotated[bool, typer.Option("--refine", help="Add the light and framing that no part names.")] = False,
) -> None:
    """Make one sentence of the parts of a prompt."""
    from outcrop.cli.wording import built
    from outcrop.prompting.build import Parts

    parts = Parts(
        subject=subject,
        details=details,
        setting=setting,
        composition=composition,
        lighting=lighting,
        style=style,
        mood=mood,
    )
    typer.echo(built(parts, refined=refine))
