"""The how-to page of moderation: its programs run as they stand there, one after the other, on a real server."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from outcrop.catalog.load import Catalog
from tests.api.watched import StandIn
from tests.serving import KEY_ID, SECRET, TESTER, Serving, serving

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "moderate.md").read_text(encoding="utf-8")
THERE = "http://127.0.0.1:8321"


@pytest.fixture
def own(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serving]:
    """A server that looks at pictures, and its keys in the environment."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    with serving(catalog, judge=StandIn()) as running:
        yield running


def test_the_programs_do_what_the_page_says(own: Serving, capsys: pytest.CaptureFixture[str]) -> None:
    """What is denied is held back and what is allowed drawn; the guardrail steps in; what is held is not delivered."""
    programs = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
    together: dict[str, object] = {}
    for program in programs:
        exec(compile(program.replace(THERE, own.url), "how-to", "exec"), together)
    assert capsys.readouterr().out.splitlines() == [
        "a can of A.c.m.e C0la ['Filter reason: prompt']",
        "a nude study in charcoal [None]",
        "a red apple [None]",
        "pictures are looked at: True",
        "Please keep to the campaign. ['Filter reason: prompt']",
        "GUARDRAIL_INTERVENED a card for {EMAIL}",
        "held: 403",
        f"rejected {TESTER.arn} Off brand: our tulips are red.",
    ]
