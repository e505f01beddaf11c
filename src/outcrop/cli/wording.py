"""Gives advice on prompts, and makes them from parts, for `outcrop prompt`. Knows no options and draws nothing."""

from typing import Final

import typer

from outcrop.cli.tables import print_table
from outcrop.cli.wiring import open_catalog
from outcrop.errors import InvalidRequest
from outcrop.prompting.build import Parts, build, refine
from outcrop.safety.advice import advise, reads_of
from outcrop.settings import Settings

HELD_BACK: Final = 1
"""Exit status where a policy would hold the prompt back."""


def show_advice(settings: Settings, prompt: str, negative: str, model: str | None) -> None:
    """Print what there is to say of a prompt.

    Raises: NoSuchModel; typer.Exit with status 1 where the usual policy holds the prompt back.
    """
    preview = False
    if model is not None:
        catalog = open_catalog(settings)
        preview = catalog.checkpoint_of(catalog.model_named(model)).preview
    found = advise(prompt, negative, reads=reads_of(preview=preview))
    if not found:
        typer.echo("There is nothing to say of it.")
        return
    print_table(
        ("severity", "rule", "what", "instead"),
        [(each.severity, each.rule, each.message, each.suggestion) for each in found],
    )
    if any(each.severity == "blocked" for each in found):
        raise typer.Exit(HELD_BACK)


def built(parts: Parts, *, refined: bool) -> str:
    """One sentence from its parts.

    Raises: InvalidRequest when every part is blank.
    """
    prompt = build(parts)
    if not prompt:
        raise InvalidRequest("A prompt needs a part at least; give --subject, such as --subject 'a fox'.")
    return refine(prompt) if refined else prompt
