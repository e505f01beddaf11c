"""The labelled prompts are many, different and labelled; the rules for prompts do not get worse on them."""

import json
from itertools import chain
from typing import get_args

import pytest
from benchmarks.prompts import FOLDER, INNOCENT, labelled, scores

from outcrop.safety.prompts import check
from outcrop.safety.rulebook import Category

SETS = ("tuning", "held_out", "fresh")


def test_there_are_many_and_none_twice() -> None:
    """At least 600, of which 250 are innocent ones that naive filters block."""
    prompts = list(chain.from_iterable(map(labelled, SETS)))
    assert len(prompts) >= 600
    assert sum(one.category == INNOCENT for one in prompts) >= 250
    assert len({one.text.casefold() for one in prompts}) == len(prompts)
    assert {one.category for one in prompts} == {INNOCENT, *get_args(Category)}


@pytest.mark.parametrize("name", SETS)
def test_the_rules_do_not_get_worse(name: str) -> None:
    """Of each category at least nineteen of twenty are found and right; hardly an innocent prompt is blocked."""
    prompts = labelled(name)
    for score in scores(prompts):
        if score.prompts:
            assert (score.precision >= 0.9, score.recall >= 0.95) == (True, True), score
    blocked = [one.text for one in prompts if one.category == INNOCENT and check(one.text).blocked]
    assert len(blocked) <= len(prompts) // 100


def test_minors_are_never_missed() -> None:
    """No prompt of the sets that sexualises one passes, under the usual policy."""
    for one in chain.from_iterable(map(labelled, SETS)):
        if one.category == "minors":
            assert check(one.text).blocked, one.text


def test_what_was_read_first_is_kept() -> None:
    """The figures of the documentation, from before anything was mended."""
    content = json.loads((FOLDER / "first_readings.json").read_text(encoding="utf-8"))
    assert [(one["set"], one["prompts"]) for one in content["sets"]] == [("held_out", 384), ("fresh", 110)]
