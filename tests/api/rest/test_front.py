"""The REST of a real server against its own OpenAPI document, by schemathesis: every operation, every check it has."""

from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig

from outcrop.api.rest.contract import contract
from tests.serving import SIGNED, Serving

EXAMPLES = 20
"""Requests of each kind for each operation; more find more, and take longer."""

CONFIG = SchemathesisConfig.from_dict(
    {
        "checks": {
            # 422 answers what no schema can forbid: a body that its model refuses, a user of all accounts.
            "positive_data_acceptance": {
                "expected-statuses": ["2xx", "401", "403", "404", "409", "422"],
            },
        },
        "generation": {"deterministic": True, "max-examples": EXAMPLES},
    }
)


schema = schemathesis.openapi.from_dict(dict(contract().document), config=CONFIG)


@schema.parametrize()
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
def test_the_server_keeps_to_its_document(case: Any, own: Serving) -> None:  # noqa: ANN401  it names no type
    """Statuses, headers, types and bodies are those of the document; what it forbids is refused; nothing is a 5xx."""
    case.call_and_validate(base_url=own.url, headers=SIGNED)


def test_the_document_is_the_contract(server: Serving) -> None:
    """As it is served."""
    assert server.send("GET", "/v1/openapi.json").json == contract().document
