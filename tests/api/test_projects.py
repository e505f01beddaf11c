"""Projects: the default one is everybody's, and no work passes for another's. Over a real socket."""

import json

import pytest

from outcrop.api.projects import HEADER
from tests.conftest import CORE
from tests.serving import ACCOUNT, SIGNED, Serving

ARN = f"arn:aws:bedrock:us-west-2:{ACCOUNT}:project"
PROFILE = "us.stability.stable-image-inpaint-v1:0"
CONTROL = (
    *("/foundation-models", f"/foundation-models/{CORE}"),
    *("/inference-profiles", f"/inference-profiles/{PROFILE}"),
)
WRONG = {
    "another": ("spring", "The project 'spring' doesn't exist. Accounts have their default project alone here: "),
    "another's ARN": (f"{ARN}/spring", f"The project '{ARN}/spring' doesn't exist. "),
    "no name": (
        "a b",
        "1 validation error detected: Value 'a b' at 'projectIdentifier' failed to satisfy constraint: ",
    ),
    "too long": (
        "a" * 2049,
        "1 validation error detected: Value at 'projectIdentifier' failed to satisfy constraint: ",
    ),
}


@pytest.mark.parametrize("identifier", [None, "default", f"{ARN}/default"])
def test_the_default_project_is_there(server: Serving, identifier: str | None) -> None:
    """Named or left out, the answers are the same; pictures are drawn."""
    headers = {} if identifier is None else {HEADER: identifier}
    body = b'{"prompt": "a red apple", "seed": 7}'
    answer = server.send("POST", f"/model/{CORE}/invoke", body, {**SIGNED, **headers})
    assert (answer.status, len(json.loads(answer.body)["images"])) == (200, 1)
    for path in CONTROL:
        asked = path if identifier is None else f"{path}?projectIdentifier={identifier.replace('/', '%2F')}"
        assert server.send("GET", asked).json == server.send("GET", path).json


@pytest.mark.parametrize(("identifier", "message"), WRONG.values(), ids=WRONG)
def test_another_project_is_refused(server: Serving, identifier: str, message: str) -> None:
    """By every operation that takes one, and no picture is drawn for it."""
    query = identifier.replace(" ", "%20").replace("/", "%2F")
    answers = [server.send("GET", f"{path}?projectIdentifier={query}") for path in CONTROL]
    answers.append(server.send("POST", f"/model/{CORE}/invoke", b'{"prompt": "a"}', {**SIGNED, HEADER: identifier}))
    for answer in answers:
        assert (answer.status, answer.code) == (400, "ValidationException")
        assert answer.json["message"].startswith(message)
