"""Inference profiles and their tags over a real socket with unmodified boto3: made, listed, used, tagged, deleted."""

import json
from urllib.parse import quote

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator
from hypothesis import given, settings
from hypothesis import strategies as st

from outcrop.access.user_policies import FULL_ACCESS
from outcrop.catalog.load import Catalog
from outcrop.store.accounts import Account, add_account
from outcrop.store.bookings import all_bookings
from outcrop.store.budgets import Budget, delete_budget, put_budget
from outcrop.store.inference_profiles import InferenceProfile, add_profile
from outcrop.store.policies import UserPolicy, put_policy, remove_policy
from outcrop.store.tags import tags_of
from outcrop.units import Micros
from tests.conftest import CORE, client
from tests.serving import ACCOUNT, Serving, serving

BODY = json.dumps({"prompt": "a red apple"})
MODEL = f"arn:aws:bedrock:us-west-2::foundation-model/{CORE}"
SERVICE = "stability.stable-image-inpaint-v1:0"
SYSTEM = f"us.{SERVICE}"
SYSTEM_ARN = f"arn:aws:bedrock:us-west-2:{ACCOUNT}:inference-profile/{SYSTEM}"
OTHERS = "arn:aws:bedrock:us-west-2:999999999999:application-inference-profile/abcdef123456"


def fits(control: BaseClient, operation: str, response: dict[str, object]) -> bool:
    """Whether a response has every member that botocore's service model requires, of its type."""
    shape = control.meta.service_model.operation_model(operation).output_shape
    members = {name: value for name, value in response.items() if name != "ResponseMetadata"}
    return str(ParamValidator().validate(members, shape).generate_report()) == ""


def refused(call: object, **arguments: object) -> tuple[int, str]:
    """Status and code with which a call is refused."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)  # type: ignore[operator] # one of boto3's operations
    response = caught.value.response
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"]


def make(control: BaseClient, name: str, source: str = MODEL, **more: object) -> str:
    """Make a profile; its ARN."""
    made = control.create_inference_profile(inferenceProfileName=name, modelSource={"copyFrom": source}, **more)
    assert fits(control, "CreateInferenceProfile", made)
    assert (made["ResponseMetadata"]["HTTPStatusCode"], made["status"]) == (201, "ACTIVE")
    return str(made["inferenceProfileArn"])


def test_a_profile_is_made_used_and_deleted(own: Serving, control: BaseClient, runtime: BaseClient) -> None:
    """Described by its id and its ARN; used by both, encoded or not; and gone in the end."""
    arn = make(control, "Team A", description="Drafts: of team A.")
    profile_id = arn.rpartition("/")[2]
    for name in (arn, profile_id):
        described = control.get_inference_profile(inferenceProfileIdentifier=name)
        assert fits(control, "GetInferenceProfile", described)
        assert (described["inferenceProfileArn"], described["inferenceProfileId"]) == (arn, profile_id)
        assert (described["type"], described["models"]) == ("APPLICATION", [{"modelArn": MODEL}])
        assert (described["inferenceProfileName"], described["description"]) == ("Team A", "Drafts: of team A.")
        assert runtime.invoke_model(modelId=name, body=BODY)["ResponseMetadata"]["HTTPStatusCode"] == 200
    half = quote(arn, safe=":")
    assert own.send("POST", f"/model/{half}/invoke", BODY.encode()).status == 200
    theirs = arn.replace(ACCOUNT, "999999999999")
    assert refused(runtime.invoke_model, modelId=theirs, body=BODY) == (404, "ResourceNotFoundException")
    elsewhere = arn.replace("us-west-2", "eu-west-1")
    assert runtime.invoke_model(modelId=elsewhere, body=BODY)["ResponseMetadata"]["HTTPStatusCode"] == 200

    assert fits(control, "DeleteInferenceProfile", control.delete_inference_profile(inferenceProfileIdentifier=arn))
    gone = (404, "ResourceNotFoundException")
    assert refused(control.get_inference_profile, inferenceProfileIdentifier=arn) == gone
    assert refused(control.delete_inference_profile, inferenceProfileIdentifier=arn) == gone
    assert refused(runtime.invoke_model, modelId=arn, body=BODY) == gone
    assert refused(runtime.invoke_model, modelId=profile_id, body=BODY) == (400, "ValidationException")


def test_a_profile_of_the_system_is_described_and_copied(control: BaseClient, runtime: BaseClient) -> None:
    """It leads to three regions, and so does a copy; it cannot be deleted."""
    for name in (SYSTEM, SYSTEM_ARN):
        described = control.get_inference_profile(inferenceProfileIdentifier=name)
        assert fits(control, "GetInferenceProfile", described)
        assert (described["inferenceProfileId"], described["type"]) == (SYSTEM, "SYSTEM_DEFINED")
    arn = make(control, "copy", SYSTEM_ARN)
    copied = control.get_inference_profile(inferenceProfileIdentifier=arn)
    assert copied["models"] == described["models"]
    assert len(copied["models"]) == 3
    with pytest.raises(runtime.exceptions.ValidationException, match="required key"):
        runtime.invoke_model(modelId=arn, body="{}")
    bad = (400, "ValidationException")
    assert refused(control.delete_inference_profile, inferenceProfileIdentifier=SYSTEM) == bad
    control.delete_inference_profile(inferenceProfileIdentifier=arn)


def test_profiles_are_listed_by_the_page(control: BaseClient, catalog: Catalog) -> None:
    """Of one kind or all, each once, however short the pages."""
    arns = {make(control, f"listed {number}") for number in range(3)}
    system = {f"us.{card.id}" for card in catalog.models.values() if card.profiles}
    assert fits(control, "ListInferenceProfiles", control.list_inference_profiles())
    for kind, expected in (("SYSTEM_DEFINED", system), ("APPLICATION", {arn.rpartition("/")[2] for arn in arns})):
        pages = control.get_paginator("list_inference_profiles").paginate(
            typeEquals=kind, PaginationConfig={"PageSize": 2}
        )
        listed = [each["inferenceProfileId"] for page in pages for each in page["inferenceProfileSummaries"]]
        assert len(listed) == len(set(listed))
        assert set(listed) == expected
    assert len(control.list_inference_profiles()["inferenceProfileSummaries"]) == len(system) + 3
    for arn in arns:
        control.delete_inference_profile(inferenceProfileIdentifier=arn)


def test_a_request_makes_one_profile(control: BaseClient) -> None:
    """However often it comes; another one may not take its token or its name."""
    arn = make(control, "once", clientRequestToken="abc")
    assert make(control, "once", clientRequestToken="abc") == arn
    conflict = (400, "ConflictException")
    create, source = control.create_inference_profile, {"copyFrom": MODEL}
    assert refused(create, inferenceProfileName="2", modelSource=source, clientRequestToken="abc") == conflict
    assert refused(create, inferenceProfileName="once", modelSource=source) == conflict
    control.delete_inference_profile(inferenceProfileIdentifier=arn)


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"inferenceProfileName": "a" * 65}, (400, "ValidationException")),
        ({"inferenceProfileName": "a--b"}, (400, "ValidationException")),
        ({"description": "a" * 201}, (400, "ValidationException")),
        ({"description": "a, b"}, (400, "ValidationException")),
        ({"clientRequestToken": "-"}, (400, "ValidationException")),
        ({"modelSource": {"copyFrom": CORE}}, (400, "ValidationException")),
        ({"modelSource": {"copyFrom": f"arn:aws:bedrock:us-west-2::foundation-model/{SERVICE}"}},
         (400, "ValidationException")),
        ({"modelSource": {"copyFrom": MODEL + "0"}}, (404, "ResourceNotFoundException")),
        ({"modelSource": {"copyFrom": f"{SYSTEM_ARN}0"}}, (404, "ResourceNotFoundException")),
        ({"tags": [{"key": "a", "value": "b"}] * 2}, (400, "ValidationException")),
        ({"tags": [{"key": "aws:a", "value": "b"}]}, (400, "ValidationException")),
        ({"tags": [{"key": "a" * 129, "value": "b"}]}, (400, "ValidationException")),
        ({"tags": [{"key": "ä", "value": "b"}]}, (400, "ValidationException")),
        ({"tags": [{"key": "a", "value": "b" * 257}]}, (400, "ValidationException")),
        ({"tags": [{"key": f"{n}", "value": ""} for n in range(201)]}, (400, "ValidationException")),
        ({"tags": [{"key": f"{n}", "value": ""} for n in range(51)]}, (400, "TooManyTagsException")),
    ],
)  # fmt: skip
def test_what_the_service_model_forbids_makes_no_profile(
    control: BaseClient, changes: dict[str, object], answer: tuple[int, str]
) -> None:
    """Lengths and patterns are botocore's; nothing is kept of it."""
    arguments: dict[str, object] = {"inferenceProfileName": "bad", "modelSource": {"copyFrom": MODEL}}
    assert refused(control.create_inference_profile, **arguments | changes) == answer
    assert control.list_inference_profiles(typeEquals="APPLICATION")["inferenceProfileSummaries"] == []


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["copyFrom", "key", "value"]), inner),
    max_leaves=5,
)
MEMBERS = st.sampled_from(
    [
        *("inferenceProfileName", "description", "clientRequestToken", "modelSource", "tags"),
        *("resourceARN", "tagKeys"),
    ]
)


@settings(max_examples=30)
@given(
    path=st.sampled_from(["/inference-profiles", "/tagResource", "/untagResource", "/listTagsForResource"]),
    body=st.dictionaries(MEMBERS, JUNK) | JUNK,
)
def test_no_body_is_a_defect(own: Serving, path: str, body: object) -> None:
    """Whatever stands where, the answer is a modelled error."""
    answer = own.send("POST", path, json.dumps(body).encode())
    assert (answer.status, answer.code) == (400, "ValidationException")


@pytest.mark.parametrize(
    "query", ["maxResults=0", "maxResults=1001", "maxResults=x", "type=OTHER", "nextToken=a%20b", "nextToken="]
)
def test_a_parameter_that_is_none_is_refused(own: Serving, query: str) -> None:
    """Of the list."""
    answer = own.send("GET", f"/inference-profiles?{query}")
    assert (answer.status, answer.code) == (400, "ValidationException")


@pytest.mark.parametrize("name", [CORE, "us.nothing", OTHERS, "abcdef123456", MODEL.replace("foundation-model", "x")])
def test_what_is_no_profile_is_not_found(control: BaseClient, name: str) -> None:
    """Or, where it is no name of one at all, refused."""
    call = control.get_inference_profile
    assert refused(call, inferenceProfileIdentifier=name) in {
        (404, "ResourceNotFoundException"),
        (400, "ValidationException"),
    }


def test_another_accounts_profile_is_nobodys(own: Serving, control: BaseClient, runtime: BaseClient) -> None:
    """It is there, and not found by its ARN or its id."""
    theirs = InferenceProfile(
        account_id="999999999999", id="abcdef123456", name="theirs", description=None, source=CORE, token=None,
        created_at=0,
    )  # fmt: skip
    with own.directory.database.writing() as connection:
        add_account(connection, Account(id="999999999999", name="others", created_at=0))
        add_profile(connection, theirs)
    missing = (404, "ResourceNotFoundException")
    for name in (OTHERS, "abcdef123456", OTHERS.replace("999999999999", ACCOUNT)):
        assert refused(control.get_inference_profile, inferenceProfileIdentifier=name) == missing
    assert refused(runtime.invoke_model, modelId=OTHERS, body=BODY) == missing
    assert refused(control.list_tags_for_resource, resourceARN=OTHERS) == missing


def test_an_account_has_no_more_profiles_than_it_may(catalog: Catalog) -> None:
    """A thousand, of which each page tells as many as are asked for."""
    with serving(catalog) as fresh:
        control = client("bedrock", fresh)
        with fresh.directory.database.writing() as connection:
            for number in range(1000):
                profile = InferenceProfile(
                    account_id=ACCOUNT, id=f"{number:012d}", name=f"{number}", description=None, source=CORE,
                    token=None, created_at=0,
                )  # fmt: skip
                add_profile(connection, profile)
        call, source = control.create_inference_profile, {"copyFrom": MODEL}
        full = (400, "ServiceQuotaExceededException")
        assert refused(call, inferenceProfileName="one more", modelSource=source) == full
        page = control.list_inference_profiles(typeEquals="APPLICATION", maxResults=999)
        assert (len(page["inferenceProfileSummaries"]), page["nextToken"]) == (999, f"{998:012d}")
        control.delete_inference_profile(inferenceProfileIdentifier=f"{0:012d}")
        assert call(inferenceProfileName="one more", modelSource=source)["status"] == "ACTIVE"
        control.close()


def test_tags_are_put_read_and_taken(own: Serving, control: BaseClient) -> None:
    """Those of a profile's making among them; they go with it."""

    def read() -> dict[str, str]:
        response = control.list_tags_for_resource(resourceARN=arn)
        assert fits(control, "ListTagsForResource", response)
        return {tag["key"]: tag["value"] for tag in response["tags"]}

    arn = make(control, "tagged", tags=[{"key": "team", "value": "a"}, {"key": "cost", "value": ""}])
    assert read() == {"team": "a", "cost": ""}
    control.tag_resource(resourceARN=arn, tags=[{"key": "team", "value": "b"}])
    assert read() == {"team": "b", "cost": ""}
    many = [{"key": f"{number}", "value": ""} for number in range(49)]
    assert refused(control.tag_resource, resourceARN=arn, tags=many) == (400, "TooManyTagsException")
    control.untag_resource(resourceARN=arn, tagKeys=["team", "nothing"])
    assert read() == {"cost": ""}
    control.delete_inference_profile(inferenceProfileIdentifier=arn)
    with own.directory.database.reading() as connection:
        assert tags_of(connection, ACCOUNT, arn.rpartition(":")[2]) == {}
    assert refused(control.list_tags_for_resource, resourceARN=arn) == (404, "ResourceNotFoundException")
    assert refused(control.list_tags_for_resource, resourceARN=MODEL) == (404, "ResourceNotFoundException")


def test_a_policy_tells_profiles_apart(own: Serving, control: BaseClient, runtime: BaseClient) -> None:
    """Whose policy allows the model through one profile alone may use neither the other nor the model."""
    allowed, other = make(control, "allowed"), make(control, "other")
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": allowed},
            {"Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": MODEL,
             "Condition": {"ArnEquals": {"bedrock:InferenceProfileArn": allowed}}},
        ],
    }  # fmt: skip
    database = own.directory.database
    with database.writing() as connection:
        assert remove_policy(connection, "AIDATEST", FULL_ACCESS)
        put_policy(connection, UserPolicy(user_id="AIDATEST", name="one", document=json.dumps(document), put_at=0))
    assert runtime.invoke_model(modelId=allowed, body=BODY)["ResponseMetadata"]["HTTPStatusCode"] == 200
    denied = (403, "AccessDeniedException")
    assert refused(runtime.invoke_model, modelId=other, body=BODY) == denied
    assert refused(runtime.invoke_model, modelId=CORE, body=BODY) == denied
    assert refused(control.tag_resource, resourceARN=allowed, tags=[]) == denied
    assert refused(control.list_inference_profiles) == denied
    create: dict[str, object] = {"Effect": "Allow", "Action": "bedrock:CreateInferenceProfile"}
    for resource in (MODEL, allowed.rpartition("/")[0] + "/*"):
        half = json.dumps({"Version": "2012-10-17", "Statement": create | {"Resource": resource}})
        with database.writing() as connection:
            put_policy(connection, UserPolicy(user_id="AIDATEST", name="one", document=half, put_at=0))
        assert (
            refused(control.create_inference_profile, inferenceProfileName="x", modelSource={"copyFrom": MODEL})
            == denied
        )
    everything = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "bedrock:*", "Resource": "*"}}
    with database.writing() as connection:
        put_policy(
            connection, UserPolicy(user_id="AIDATEST", name=FULL_ACCESS, document=json.dumps(everything), put_at=0)
        )
    for arn in (allowed, other):
        control.delete_inference_profile(inferenceProfileIdentifier=arn)


def test_a_profile_s_tags_and_budget_hold_for_what_comes_through_it(
    own: Serving, control: BaseClient, runtime: BaseClient
) -> None:
    """Bookings have its tags, which a request's own cannot replace, and a budget of the profile stops it alone."""
    tags = [{"key": "campaign", "value": "spring"}]
    arn = make(control, "Spring", tags=tags)
    profile_id = arn.rpartition("/")[2]
    budget = Budget(
        name="p", scope="profile", value=f"{ACCOUNT}/{profile_id}", period="all", ceiling=Micros(2 * 40_000)
    )
    with own.directory.database.writing() as connection:
        put_budget(connection, budget)
        before = {booking.id for booking in all_bookings(connection)}
    said = json.dumps({"campaign": "autumn", "team": "red"})
    runtime.invoke_model(modelId=arn, body=BODY, requestMetadata=said)
    runtime.invoke_model(modelId=profile_id, body=BODY)
    assert refused(runtime.invoke_model, modelId=arn, body=BODY) == (400, "ServiceQuotaExceededException")
    runtime.invoke_model(modelId=CORE, body=BODY)
    with own.directory.database.writing() as connection:
        booked = [booking.tags for booking in all_bookings(connection) if booking.id not in before]
        delete_budget(connection, "p")
    ours = {"campaign": "spring", "outcrop:profile": profile_id}
    assert sorted(booked, key=len) == [{}, ours, ours | {"team": "red"}]
    control.delete_inference_profile(inferenceProfileIdentifier=arn)


def test_no_request_gives_itself_a_profile(runtime: BaseClient) -> None:
    """Names that begin with ours are refused."""
    metadata = json.dumps({"outcrop:profile": "abcdef123456"})
    assert refused(runtime.invoke_model, modelId=CORE, body=BODY, requestMetadata=metadata) == (
        400,
        "ValidationException",
    )
