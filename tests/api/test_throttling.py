"""Quotas over the wire: who asks too much is told so, and boto3 then comes again by itself."""

import json
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import ClientError

from outcrop.access.quotas import Limit
from outcrop.api.manner import Manner
from outcrop.catalog.load import Catalog
from outcrop.units import ModelId
from tests.conftest import CORE, ULTRA
from tests.serving import KEY_ID, REGION, SECRET, SIGNED, Serving, serving
from tests.toy_engine import HANG, PATIENCE_S

ONE_A_MINUTE = {ModelId(CORE): Limit(name="core", per_minute=1)}


class Hands:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        """Where the hands are."""
        return self.at


def client(server: Serving, attempts: int) -> BaseClient:
    """boto3's client, which sends a request at most so many times."""
    session = boto3.Session(aws_access_key_id=KEY_ID, aws_secret_access_key=SECRET, region_name=REGION)
    config = Config(retries={"total_max_attempts": attempts, "mode": "standard"})
    return session.client("bedrock-runtime", endpoint_url=server.url, config=config)


def invoke(runtime: BaseClient, model: str = CORE) -> dict[str, Any]:
    """A picture."""
    answer: dict[str, Any] = runtime.invoke_model(modelId=model, body=json.dumps({"prompt": "a"}))
    return answer


def test_a_spent_quota_is_a_throttling_exception(catalog: Catalog) -> None:
    """With the seconds until it is worth trying; other models go on, and waiting helps."""
    clock = Hands()
    with serving(catalog, manner=Manner(limits=ONE_A_MINUTE), clock=clock) as server:
        runtime = client(server, 1)
        invoke(runtime)
        clock.at = 15
        with pytest.raises(ClientError) as refused:
            invoke(runtime)
        assert type(refused.value).__name__ == "ThrottlingException"
        assert refused.value.response["ResponseMetadata"]["HTTPHeaders"]["retry-after"] == "45"
        invoke(runtime, ULTRA)
        clock.at = 60
        invoke(runtime)
        runtime.close()


def test_boto3_comes_again_and_has_its_picture(catalog: Catalog) -> None:
    """By its own rule and after its own pause: the second time there is a token."""
    clock, sent = Hands(), list[str]()
    with serving(catalog, manner=Manner(limits=ONE_A_MINUTE), clock=clock) as server:
        runtime = client(server, 2)

        def count(request: Any, **_: object) -> None:  # noqa: ANN401 - botocore's own
            sent.append(request.method)
            if len(sent) == 3:
                clock.at = 60

        runtime.meta.events.register("before-send.bedrock-runtime.InvokeModel", count)
        invoke(runtime)
        answer = invoke(runtime)
        assert answer["ResponseMetadata"]["RetryAttempts"] == 1
        assert len(sent) == 3
        runtime.close()


def test_too_many_under_way_are_refused(catalog: Catalog) -> None:
    """Until one of them has ended."""
    with serving(catalog, manner=Manner(in_flight=1)) as server:
        connection = server.connect()
        connection.request("POST", f"/model/{CORE}/invoke", json.dumps({"prompt": HANG}).encode(), SIGNED)
        begun = server.engine.under_way.get(timeout=PATIENCE_S)
        answer = server.send("POST", f"/model/{CORE}/invoke", b'{"prompt":"a"}')
        assert (answer.status, answer.code, answer.headers["retry-after"]) == (429, "ThrottlingException", "1")
        assert "1 requests of yours are under way" in answer.json["message"]
        connection.close()
        assert server.engine.stopped.get(timeout=PATIENCE_S) == begun


def test_who_may_not_call_spends_nothing(catalog: Catalog) -> None:
    """A call that is refused for its signature leaves the account its quota."""
    with serving(catalog, manner=Manner(limits=ONE_A_MINUTE), clock=Hands()) as server:
        for _ in range(3):
            assert server.send("POST", f"/model/{CORE}/invoke", b"{}", {}).status == 403
        assert server.send("POST", f"/model/{CORE}/invoke", b'{"prompt":"a"}').status == 200
