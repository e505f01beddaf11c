"""What the operator chooses, over a real socket: whether models draw on that AWS has retired."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from outcrop.api.manner import AS_MUCH_AS_POSSIBLE, Manner
from outcrop.catalog.load import Catalog
from outcrop.units import ModelId
from tests.conftest import CORE, SD35, ULTRA, client
from tests.serving import serving

ENDS = {CORE: date(2020, 1, 1), ULTRA: date(9999, 1, 1), SD35: None}
BODY = json.dumps({"prompt": "a red apple"})


@pytest.fixture(scope="module")
def ending(catalog: Catalog) -> Catalog:
    """The catalogue with one model that has ended, one that will, and one of which nothing is known."""
    changed = {ModelId(model): replace(catalog.model(model), end_of_life=end) for model, end in ENDS.items()}
    return replace(catalog, models={**catalog.models, **changed})


@pytest.fixture(scope="module")
def strict(ending: Catalog) -> Iterator[BaseClient]:
    """boto3 on a server that refuses what AWS has retired."""
    with serving(ending, manner=Manner(answers_retired=False)) as running:
        made = client("bedrock-runtime", running)
        yield made
        made.close()


def test_a_retired_model_draws_on_unless_it_is_forbidden(ending: Catalog) -> None:
    """That is what one keeps it for."""
    with serving(ending, manner=AS_MUCH_AS_POSSIBLE) as running:
        made = client("bedrock-runtime", running)
        assert made.invoke_model(modelId=CORE, body=BODY)["ResponseMetadata"]["HTTPStatusCode"] == 200
        made.close()


def test_a_retired_model_ends_here_too_where_it_is_forbidden(strict: BaseClient) -> None:
    """As AWS says it, whatever is asked of the model."""
    for call, arguments in ((strict.invoke_model, {"body": BODY}), (strict.converse, {"messages": []})):
        with pytest.raises(ClientError) as caught:
            call(modelId=CORE, **arguments)
        error = caught.value.response
        assert (error["ResponseMetadata"]["HTTPStatusCode"], error["Error"]["Code"]) == (
            404,
            "ResourceNotFoundException",
        )
        assert error["Error"]["Message"].startswith("This model version has reached the end of its life.")


@pytest.mark.parametrize("model", [ULTRA, SD35])
def test_no_other_model_ends(strict: BaseClient, model: str) -> None:
    """One that will end, and one of which no end is known."""
    assert strict.invoke_model(modelId=model, body=BODY)["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_a_model_ends_with_the_day_of_its_end(catalog: Catalog) -> None:
    """From its first second in UTC on."""
    card = replace(catalog.model(CORE), end_of_life=date(2026, 9, 30))
    midnight = datetime(2026, 9, 30, tzinfo=UTC).timestamp()
    assert (card.retired(midnight - 1), card.retired(midnight)) == (False, True)
