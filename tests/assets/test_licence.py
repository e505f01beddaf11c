"""On which terms a picture may be used, from the recipe that was written with it."""

import json
from dataclasses import replace

import pytest

from outcrop.assets.licence import licence_of, licence_text
from outcrop.store.assets import Asset

WHOLE = {"name": "mit", "title": "MIT License", "url": "https://opensource.org/license/mit", "terms": "Any purpose."}


DRAWN = Asset(
    id="a",
    account_id="1",
    user_name="ann",
    kind="picture",
    digest="",
    created_at=0,
    format="png",
    width=1,
    height=1,
    size_bytes=1,
    model_id="a.model",
)
"""A picture of which nobody has said anything."""


@pytest.mark.parametrize("recipe", [None, "{}", '{"licence": null}'])
def test_recipes_that_say_nothing(recipe: str | None) -> None:
    """As those of uploads, which have none, and of versions before."""
    assert licence_of(recipe) is None
    assert licence_text(replace(DRAWN, recipe=recipe)) == "drawn by a.model; the weights name no licence"


@pytest.mark.parametrize(
    ("without", "lines"),
    [
        ((), ["drawn by a.model, MIT License", WHOLE["url"], WHOLE["terms"]]),
        (("title", "url"), ["drawn by a.model, mit", WHOLE["terms"]]),
        (("name", "title", "url"), ["drawn by a.model", WHOLE["terms"]]),
    ],
)
def test_what_is_known_is_said(without: tuple[str, ...], lines: list[str]) -> None:
    """Line by line, and no line for what is not."""
    licence = {name: None if name in without else text for name, text in WHOLE.items()}
    recipe = json.dumps({"licence": licence})
    assert licence_of(recipe) == licence
    assert licence_text(replace(DRAWN, recipe=recipe)) == "\n".join(lines)


def test_an_upload_s_terms_are_not_known() -> None:
    """Only who uploaded it knows them."""
    assert licence_text(replace(DRAWN, kind="upload", model_id=None)) == "uploaded by ann; its terms are not known here"
