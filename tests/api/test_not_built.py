"""Every operation of botocore's service models over a real socket: answered, or refused by name; never unknown."""

import re
from pathlib import Path

import botocore.session
import pytest
from botocore.model import OperationModel

from outcrop.api.not_built import routes
from tests.serving import Serving

PAGE = Path(__file__).parents[2] / "docs" / "compatibility.md"
OPERATIONS: dict[str, OperationModel] = {
    name: model.operation_model(name)
    for model in map(botocore.session.get_session().get_service_model, ("bedrock", "bedrock-runtime"))
    for name in model.operation_names
}
MISSING = {route.name: route for route in routes()}
REFUSED = "`ValidationException`: "


def states() -> dict[str, str]:
    """The table of operations on the page: operation to state."""
    (table,) = re.findall(r"^## Operations$(.*?)(?=^## )", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    rows = re.findall(r"^\| .*?\| (.*?) \| (.*?) \|$", table, re.MULTILINE)
    return {name: state for names, state in rows[2:] for name in names.split(", ")}


def test_the_page_names_every_operation_there_is() -> None:
    """Those of the installed botocore, with the same state as the server's data."""
    assert set(states()) >= set(OPERATIONS)
    assert {name for name, state in states().items() if state.startswith(REFUSED)} == set(MISSING)


def path_of(name: str) -> str:
    """A path of an operation, its parameters filled with an ARN as SDKs send it."""
    arn = "arn%3Aaws%3Abedrock%3Aus-west-2%3A123456789012%3Athing%2Fabcdefghijkl"
    return re.sub(r"{\w+}", arn, str(OPERATIONS[name].http["requestUri"]))


@pytest.mark.parametrize("name", OPERATIONS)
def test_no_operation_is_unknown(server: Serving, name: str) -> None:
    """Whatever is not built says so, in the words of the page."""
    answer = server.send(OPERATIONS[name].http["method"], path_of(name), b"{}")
    if name not in MISSING:
        assert answer.status == 200 or answer.code != "UnknownOperationException"
        return
    said = states()[name].removeprefix(REFUSED).strip("`")
    assert (answer.status, answer.code) == (400, "ValidationException")
    assert answer.json["message"] == f"{name} is refused. {said}"


def test_a_refusal_needs_a_key_too(server: Serving) -> None:
    """Who does not say who they are learns nothing."""
    answer = server.send("GET", "/guardrails", headers={})
    assert (answer.status, answer.code) == (403, "MissingAuthenticationTokenException")
