"""The forms in which a path may name a model."""

from contextlib import suppress
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcrop.api.model_ids import MAX_CHARS, Named, find_invoked, find_model, model_arn
from outcrop.catalog.card import ModelCard
from outcrop.catalog.load import Catalog
from outcrop.errors import InvalidRequest, NoSuchModel, NoSuchResource
from outcrop.units import ModelId
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


SERVICE = "stability.stable-image-inpaint-v1:0"
PROFILE = f"us.{SERVICE}"
ACCOUNT = "arn:aws:bedrock:us-west-2:123456789012"


@pytest.mark.parametrize("name", [PROFILE, f"{ACCOUNT}:inference-profile/{PROFILE}"])
def test_a_profile_leads_to_its_model(catalog: Catalog, name: str) -> None:
    """By its id or its ARN, encoded or not."""
    named = Named(card=catalog.models[ModelId(SERVICE)], profile=PROFILE)
    for segment in (name, quote(name, safe=""), quote(name, safe=":/")):
        assert find_invoked(catalog, segment) == named


def test_what_is_named_itself_needs_no_profile(catalog: Catalog, card: ModelCard) -> None:
    """Unless it is invoked through one alone, which is said in the live service's words."""
    for name in (card.id, model_arn(card, "us-east-1")):
        if card.profiles:
            with pytest.raises(InvalidRequest) as caught:
                find_invoked(catalog, quote(name, safe=""))
            assert str(caught.value) == (
                f"Invocation of model ID {card.id} with on-demand throughput isn\u2019t supported. Retry your request "
                "with the ID or ARN of an inference profile that contains this model."
            )
        else:
            assert find_invoked(catalog, quote(name, safe="")) == Named(card=card)


@pytest.mark.parametrize(
    "name",
    [
        f"eu.{SERVICE}",
        f"us.{CORE}",
        f"us.us.{SERVICE}",
        f"{ACCOUNT}:inference-profile/{SERVICE}",
        f"{ACCOUNT}:inference-profile/us.{CORE}",
        f"arn:aws:bedrock:us-west-2::inference-profile/{PROFILE}",
        f"arn:aws:bedrock:us-west-2::foundation-model/{PROFILE}",
        f"{ACCOUNT}:provisioned-model/short",
    ],
)
def test_other_profiles_there_are_none(catalog: Catalog, name: str) -> None:
    """The text is that of any unknown id."""
    with pytest.raises(NoSuchModel, match=r"^The provided model identifier is invalid\.$"):
        find_invoked(catalog, quote(name, safe=""))


@pytest.mark.parametrize(
    "kind",
    [
        "application-inference-profile",
        "provisioned-model",
        "custom-model-deployment",
        "imported-model",
        "prompt-router",
        "custom-model/amazon.titan-image-generator-v2:0",
    ],
)
def test_what_an_account_would_have_made_is_not_found(catalog: Catalog, kind: str) -> None:
    """No operation makes one yet."""
    arn = f"{ACCOUNT}:{kind}/abcdef123456"
    with pytest.raises(NoSuchResource, match=f"Could not resolve the foundation model .*{arn}$"):
        find_invoked(catalog, quote(arn, safe=""))


@given(segment=st.text(max_size=MAX_CHARS + 100))
def test_any_text_is_invoked_or_a_domain_error(catalog: Catalog, segment: str) -> None:
    """No name breaks anything."""
    with suppress(NoSuchModel, InvalidRequest):
        assert find_invoked(catalog, segment).card.id in segment
