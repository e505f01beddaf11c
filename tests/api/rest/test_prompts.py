"""Prompts over the REST: advice, sentences from parts, and policies that hold from the next request on."""

import json
from typing import Any

import pytest

from tests.conftest import CORE
from tests.serving import SIGNED, Answer, Serving

JSON = SIGNED | {"content-type": "application/json"}
POLICY = "/v1/prompts/policy"


def post(server: Serving, name: str, **body: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """Ask for something about a prompt."""
    answer = server.send("POST", f"/v1/prompts/{name}", json.dumps(body).encode(), JSON)
    assert answer.status == 200, answer.json
    return dict(answer.json)


def put(server: Serving, **policy: Any) -> Answer:  # noqa: ANN401 - any JSON
    """Set the account's policy."""
    return server.send("PUT", POLICY, json.dumps(policy).encode(), JSON)


def test_a_prompt_is_linted_by_policy_and_craft(own: Serving) -> None:
    """Each finding says what, where and what to do instead."""
    told = post(own, "lint", prompt="a nude fox, no leaves", negativePrompt="not blurry", model="core")
    assert told["blocked"]
    found = {(one["rule"], one["severity"], one["field"]) for one in told["findings"]}
    assert found == {
        ("sexual", "blocked", "prompt"),
        ("negation", "warning", "prompt"),
        ("negation", "warning", "negativePrompt"),
        ("no-light", "advice", "prompt"),
        ("no-framing", "advice", "prompt"),
    }
    assert all(one["message"] and one["suggestion"] for one in told["findings"])


def test_a_good_prompt_has_no_findings(own: Serving) -> None:
    """Nothing to say is said."""
    assert post(own, "lint", prompt="a red apple, close-up, at dawn") == {"findings": [], "blocked": False}


def test_a_model_that_there_is_not(own: Serving) -> None:
    """Nobody knows what it reads."""
    answer = own.send("POST", "/v1/prompts/lint", b'{"prompt":"a","model":"no-such"}', JSON)
    assert answer.status == 404


def test_a_sentence_is_built(own: Serving) -> None:
    """From its parts, refined where that is asked for."""
    parts = {"subject": "an apple", "details": "red", "setting": "on a wooden table"}
    assert post(own, "build", **parts)["prompt"] == "a red apple on a wooden table"
    told = post(own, "build", **parts, refine=True)
    assert told == {
        "prompt": "a red apple on a wooden table, centered, soft studio lighting",
        "findings": [],
        "blocked": False,
    }


def test_an_account_s_policy_is_kept_and_holds_at_once(own: Serving) -> None:
    """For its advice and for its pictures; what is left out is as usual, and without one all is."""
    usual = own.send("GET", POLICY, headers=SIGNED).json
    assert (usual["own"], usual["categories"]["minors"], usual["categories"]["artists"]) == (False, "block", "warn")
    kept = put(own, categories={"artists": "block"}, deny=["red apple"])
    assert kept.status == 200
    assert kept.json == own.send("GET", POLICY, headers=SIGNED).json
    assert (kept.json["own"], kept.json["categories"]["sexual"]) == (True, "block")
    for prompt in ("a red apple", "a house by Banksy"):
        assert post(own, "lint", prompt=prompt)["blocked"]
        drawn = own.send("POST", f"/model/{CORE}/invoke", json.dumps({"prompt": prompt}).encode(), JSON)
        assert drawn.json == {"finish_reasons": ["Filter reason: prompt"]}
    assert own.send("DELETE", POLICY, headers=SIGNED).status == 204
    assert own.send("GET", POLICY, headers=SIGNED).json == usual


@pytest.mark.parametrize(
    ("policy", "status"),
    [
        ({"categories": {"minors": "warn"}}, 400),
        ({"categories": {"sport": "block"}}, 400),
        ({"categories": {"drugs": "maybe"}}, 400),
        ({"deny": ["--"]}, 400),
        ({"other": 1}, 400),
    ],
)
def test_what_is_no_policy_is_refused(own: Serving, policy: dict[str, Any], status: int) -> None:
    """And nothing is kept of it."""
    assert put(own, **policy).status == status
    assert not own.send("GET", POLICY, headers=SIGNED).json["own"]


def test_another_account_s_policy_is_its_own(own: Serving) -> None:
    """There is none for an account that there is not."""
    assert own.send("GET", f"{POLICY}?account=nobody", headers=SIGNED).status == 404
