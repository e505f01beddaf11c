"""Rules of how long assets are kept: read as they were written, the longest of them holds, and some things stay."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcrop.assets.retention import A_DAY_S, MOST_DAYS, Retention, Rule
from outcrop.errors import InvalidRequest
from outcrop.store.assets import Parent
from tests.store.test_assets import asset

TEXT = st.text("abc: é", min_size=1, max_size=5)
RULES = st.builds(
    Rule,
    days=st.integers(1, MOST_DAYS),
    tag=st.none() | TEXT,
    campaign=st.none() | TEXT,
    kind=st.sampled_from((None, "picture", "upload")),
)
KEEPS = Retention(
    rules=(
        Rule(days=30),
        Rule(days=90, tag="season:winter"),
        Rule(days=60, tag="site"),
        Rule(days=10, campaign="spring"),
    )
)


@given(st.lists(RULES, max_size=4))
def test_rules_come_back_as_they_were_put(rules: list[Rule]) -> None:
    """Through their document."""
    retention = Retention(rules=tuple(rules))
    assert Retention.read(retention.written()) == retention


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ({}, 30),
        ({"tags": {"season": "winter"}}, 90),
        ({"tags": {"season": "summer"}}, 30),
        ({"tags": {"site": "any"}, "campaign": "spring"}, 60),
        ({"campaign": "spring"}, 30),
        ({"pinned": True}, None),
        ({"held": "held"}, None),
        ({"held": "rejected"}, 30),
        ({"parents": (Parent(asset_id="x", role="draft"),)}, None),
        ({"parents": (Parent(asset_id="x", role="mask"),)}, 30),
    ],
)
def test_the_longest_rule_holds(said: dict[str, Any], days: int | None) -> None:
    """Choices, finals and what waits for a review stay."""
    assert KEEPS.ends(asset(7, **said)) == (None if days is None else 7 + days * A_DAY_S)


def test_what_no_rule_speaks_of_stays() -> None:
    """So does everything where there is no rule."""
    assert Retention(rules=(Rule(days=1, kind="upload"),)).ends(asset(1)) is None
    assert Retention().ends(asset(1)) is None
    assert (Retention().shortest_s, KEEPS.shortest_s) == (None, 10 * A_DAY_S)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("days", "Retention rules are JSON"),
        ("[]", "one object with 'rules'"),
        ('{"rules": {}}', "one object with 'rules'"),
        ('{"rules": [], "x": 1}', "one object with 'rules'"),
        ('{"rules": [{}]}', "Rule 1 says 'days'"),
        ('{"rules": [{"days": 1}, {"days": 1, "prompt": "x"}]}', "Rule 2 says 'days'"),
        ('{"rules": [{"days": 0}]}', "'days' of rule 1 is 0"),
        ('{"rules": [{"days": true}]}', "'days' of rule 1 is 'True'"),
        ('{"rules": [{"days": 1.5}]}', "'days' of rule 1 is '1.5'"),
        ('{"rules": [{"days": 1, "tag": ""}]}', "'tag' of rule 1 is ''"),
        ('{"rules": [{"days": 1, "kind": "film"}]}', "'kind' of rule 1 is 'film'"),
    ],
)
def test_what_is_no_rule_is_refused(content: str, said: str) -> None:
    """By its place."""
    with pytest.raises(InvalidRequest, match=said):
        Retention.read(content)
