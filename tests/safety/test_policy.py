"""A policy is a document that says what it cannot be, and is read again as it was written."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcrop.errors import InvalidRequest
from outcrop.safety.policy import DEEDS, USUAL, USUAL_DEEDS, read_policy, written
from outcrop.safety.rulebook import CATEGORIES

TERMS = st.lists(st.text(alphabet="abc |{é", min_size=1, max_size=20).filter(lambda text: any(map(str.isalnum, text))))
FREE = sorted(set(CATEGORIES) - {"minors"})


@given(st.dictionaries(st.sampled_from(FREE), st.sampled_from(DEEDS)), TERMS, TERMS)
def test_a_policy_is_read_as_it_was_written(deeds: dict[str, str], deny: list[str], allow: list[str]) -> None:
    """Whatever an account says comes back, with what it left open as it usually is."""
    policy = read_policy(json.dumps({"categories": deeds, "deny": deny, "allow": allow}))
    again = read_policy(written(policy))
    assert again == policy
    assert dict(again.deeds) == dict(USUAL_DEEDS) | deeds
    assert (list(again.deny), list(again.allow)) == (deny, allow)


def test_an_empty_document_is_the_usual_policy() -> None:
    """Who says nothing has what everybody has."""
    assert read_policy("{}") == USUAL


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("no json", "is an object in JSON"),
        ("[" * 10_000, "is an object in JSON"),
        ("[]", "is an object in JSON"),
        ('{"block": []}', "'block' is none of them"),
        ('{"categories": {"sport": "block"}}', "There is no category 'sport'; there are sexual"),
        ('{"categories": {"drugs": "maybe"}}', "'drugs' may be allow, warn, block, not 'maybe'"),
        ('{"categories": {"drugs": ["block"]}}', "'drugs' may be allow, warn, block"),
        ('{"categories": {"minors": "warn"}}', "always blocked"),
        ('{"categories": 3}', "'categories' is an object"),
        ('{"deny": "apple"}', "'deny' is a list of at most 1000"),
        ('{"allow": [""]}', "'allow' holds texts"),
        ('{"allow": ["--"]}', "'allow' holds texts"),
        (json.dumps({"deny": ["x" * 101]}), "'deny' holds texts of 1 to 100"),
        (json.dumps({"deny": ["x"] * 1001}), "'deny' is a list of at most 1000"),
    ],
)
def test_what_is_no_policy_is_refused_by_name(document: str, words: str) -> None:
    """The message names the member and what may stand there."""
    with pytest.raises(InvalidRequest, match=words.replace("(", r"\(")):
        read_policy(document)
