"""The contract itself: valid OpenAPI, every operation with its action and its line in the documentation."""

import re
from collections.abc import Iterator
from typing import Any, get_args

from jsonschema import Draft202012Validator

from outcrop.access.bedrock_calls import action_tables, outcrop_action_tables
from outcrop.api.rest.contract import contract
from outcrop.api.rest.front import FREE
from outcrop.ledger.report import KEYS
from outcrop.store.bookings import Kind, State
from outcrop.store.budgets import Period, Scope
from tests.api.rest.reference import PAGE, whole_page


def nodes(value: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401  any JSON
    """Every object in the document."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from nodes(item)


def test_every_reference_leads_somewhere() -> None:
    """And every schema is one; an object that is described says what else it may have."""
    document = contract().document
    for node in nodes(document):
        target: Any = document
        for part in node.get("$ref", "#").split("/")[1:]:
            target = target[part]
    for name, schema in document["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        assert "properties" not in schema or schema["additionalProperties"] is False, name


def test_nothing_of_our_own_shorthand_is_left() -> None:
    """What the files abbreviate is written out."""
    keys = {key for node in nodes(contract().document) for key in node if key.startswith("x-")}
    assert keys <= {"x-most-bytes"}


def test_every_operation_is_described() -> None:
    """By a sentence, a name of its own, its parameters and its problems."""
    ids = [each.id for each in contract().operations]
    assert len(ids) == len(set(ids))
    for path, methods in contract().document["paths"].items():
        for asked in methods.values():
            assert asked["summary"][0].isupper()
            assert {"400", "401", "403", "429", "500", "503"} <= set(asked["responses"])
            named = {each["name"] for each in asked.get("parameters", ()) if each.get("in") == "path"}
            assert named == set(re.findall(r"{(\w+)}", path))


def test_every_operation_has_its_action() -> None:
    """Called like itself, and no action is without an operation; none is called like one of Bedrock's."""
    tables = outcrop_action_tables()
    actions = {**tables.on_arns, **tables.on_nothing}
    assert set(tables.on_arns) & set(tables.on_nothing) == set()
    assert set(actions) == {each.id for each in contract().operations} - FREE
    assert all(action == f"outcrop:{operation}" for operation, action in actions.items())
    assert set(actions) & {*action_tables().on_arns, *action_tables().on_nothing} == set()


def test_the_contract_knows_what_the_ledger_knows() -> None:
    """By what a report can be, and for whom a budget."""
    schemas = contract().document["components"]["schemas"]
    by = contract().document["paths"]["/v1/costs"]["get"]["parameters"][0]["schema"]["items"]["pattern"]
    assert by.removeprefix("^(").split("|")[:-1] == list(KEYS)
    assert schemas["BudgetWanted"]["properties"]["scope"]["enum"] == list(get_args(Scope))
    assert schemas["BudgetWanted"]["properties"]["period"]["enum"] == list(get_args(Period))
    assert schemas["Entry"]["properties"]["kind"]["enum"] == list(get_args(Kind))
    assert schemas["Booking"]["properties"]["state"]["enum"] == list(get_args(State))


def test_every_operation_is_in_the_documentation() -> None:
    """With its method and path and its action, and nothing else is."""
    page = PAGE.read_text(encoding="utf-8")
    lines = re.findall(r"^\| `([A-Z]+) (/v1\S*)` \| (\w+) \|", page, re.MULTILINE)
    assert lines == [(each.method, each.path, each.id) for each in contract().operations]


def test_the_reference_is_written_from_the_contract() -> None:
    """`python -m tests.api.rest.reference` would change nothing."""
    assert PAGE.read_text(encoding="utf-8") == whole_page()
