"""The forms in which a path may name a model."""

from contextlib import suppress
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcrop.api.model_ids import MAX_CHARS, find_model, model_arn
from outcrop.catalog.card import ModelCard
from outcrop.catalog.load import Catalog
from outcrop.errors import InvalidRequest, NoSuchModel
from tests.conftest import CORE


def test_every_model_is_found_by_id_and_arn(catalog: Catalog, card: ModelCard) -> None:
    """Percent-encoded or not, in any region and partition."""
    for name in (card.id, model_arn(card, "us-west-2"), model_arn(card, "eu-central-1").replace("aws", "aws-cn", 1)):
        for segment in (name, quote(name, safe=""), quote(name, safe=":/")):
            assert find_model(catalog, segment) == card


@pytest.mark.parametrize(
    "segment",
    [
        "",
        CORE.upper(),
        f"{CORE}:0",
        quote(quote(CORE, safe=""), safe=""),
        f"arn:aws:bedrock:us-west-2:123456789012:foundation-model/{CORE}",
        f"arn:aws:bedrock:us-west-2::provisioned-model/{CORE}",
        f"arn:aws:s3:us-west-2::foundation-model/{CORE}",
        f"{CORE}%0A",
        "%FF%FE",
    ],
)
def test_other_forms_name_no_model(catalog: Catalog, segment: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(NoSuchModel, match=r"^The provided model identifier is invalid\.$"):
        find_model(catalog, segment)


@given(segment=st.text(max_size=MAX_CHARS + 100))
def test_any_text_is_a_model_or_a_domain_error(catalog: Catalog, segment: str) -> None:
    """No name breaks anything."""
    with suppress(NoSuchModel, InvalidRequest):
        assert find_model(catalog, segment).id in segment
