"""What accounts say for themselves over a real socket with unmodified boto3: kept, given back, held to limits."""

import json

import pytest
from botocore.client import BaseClient
from hypothesis import given, settings
from hypothesis import strategies as st

from outcrop.catalog.load import Catalog
from tests.conftest import client
from tests.serving import Serving, serving

ROLE = "arn:aws:iam::123456789012:role/logs"
S3 = {"bucketName": "pictures", "keyPrefix": ""}
WHOLE = {
    "cloudWatchConfig": {"logGroupName": "group", "roleArn": ROLE, "largeDataDeliveryS3Config": S3},
    "s3Config": {"bucketName": "logs"},
    "textDataDeliveryEnabled": True,
    "imageDataDeliveryEnabled": False,
    "embeddingDataDeliveryEnabled": False,
    "videoDataDeliveryEnabled": False,
    "audioDataDeliveryEnabled": False,
}


def test_where_to_log_is_kept_until_it_is_deleted(control: BaseClient) -> None:
    """Nothing at first; then every member as it was sent, the last time it was."""
    control.delete_model_invocation_logging_configuration()
    assert "loggingConfig" not in control.get_model_invocation_logging_configuration()
    for config in (WHOLE, {"s3Config": {"bucketName": "logs"}}, {}):
        put = control.put_model_invocation_logging_configuration(loggingConfig=config)
        assert put["ResponseMetadata"]["HTTPStatusCode"] == 200
        assert control.get_model_invocation_logging_configuration()["loggingConfig"] == config
    for _ in range(2):
        deleted = control.delete_model_invocation_logging_configuration()
        assert deleted["ResponseMetadata"]["HTTPStatusCode"] == 200
        assert "loggingConfig" not in control.get_model_invocation_logging_configuration()


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ({"s3Config": {"bucketName": "ab"}}, "'loggingConfig.s3Config.bucketName'"),
        ({"s3Config": {"bucketName": "a" * 64}}, "'loggingConfig.s3Config.bucketName'"),
        ({"s3Config": {"bucketName": "abc", "keyPrefix": "a" * 1025}}, "'loggingConfig.s3Config.keyPrefix'"),
        ({"s3Config": {}}, "'loggingConfig.s3Config.bucketName'"),
        ({"s3Config": "abc"}, "'loggingConfig.s3Config'"),
        ({"cloudWatchConfig": {"logGroupName": "", "roleArn": ROLE}}, "'loggingConfig.cloudWatchConfig.logGroupName'"),
        ({"cloudWatchConfig": {"logGroupName": "a", "roleArn": "x"}}, "'loggingConfig.cloudWatchConfig.roleArn'"),
        ({"textDataDeliveryEnabled": 1}, "'loggingConfig.textDataDeliveryEnabled'"),
        ("x", "'loggingConfig'"),
        (None, "'loggingConfig'"),
    ],
)
def test_what_the_service_model_forbids_is_refused(server: Serving, config: object, says: str) -> None:
    """By the member's name."""
    answer = server.send("PUT", "/logging/modelinvocations", json.dumps({"loggingConfig": config}).encode())
    assert (answer.status, answer.code) == (400, "ValidationException")
    assert says in answer.json["message"]


def test_a_use_case_is_kept(catalog: Catalog) -> None:
    """Byte for byte; before it, there is none."""
    with serving(catalog) as fresh:
        control = client("bedrock", fresh)
        with pytest.raises(control.exceptions.ResourceNotFoundException):
            control.get_use_case_for_model_access()
        for form in (bytes(range(256)) * 64, b"0123456789"):
            put = control.put_use_case_for_model_access(formData=form)
            assert put["ResponseMetadata"]["HTTPStatusCode"] == 201
            assert control.get_use_case_for_model_access()["formData"] == form
        for form in (b"012345678", b"x" * 16_385):
            with pytest.raises(control.exceptions.ValidationException):
                control.put_use_case_for_model_access(formData=form)
        for body in (b'{"formData": "no base64!"}', b'{"formData": 1}', b"{}", b""):
            assert fresh.send("POST", "/use-case-for-model-access", body).code == "ValidationException"
        assert control.get_use_case_for_model_access()["formData"] == b"0123456789"
        control.close()


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from([*WHOLE, "bucketName"]), inner),
    max_leaves=5,
)


@settings(max_examples=30)
@given(config=st.dictionaries(st.sampled_from([*WHOLE]), JUNK, min_size=1) | JUNK)
def test_no_configuration_is_a_defect(server: Serving, config: object) -> None:
    """Whatever stands where, it is kept or refused."""
    answer = server.send("PUT", "/logging/modelinvocations", json.dumps({"loggingConfig": config}).encode())
    assert answer.status == 200 or (answer.status, answer.code) == (400, "ValidationException")
