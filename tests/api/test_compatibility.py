"""The table of docs/compatibility.md against a real server and unmodified boto3: every line of it is tried."""

import base64
import json
import re
import string
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from outcrop.catalog.load import Catalog
from outcrop.units import ModelId
from tests.api.examples import EXAMPLES
from tests.conftest import MODELS
from tests.dialects.bodies import objects, schema_file
from tests.serving import Serving

PAGE = Path(__file__).parents[2] / "docs" / "compatibility.md"
ANSWERED = "answered"
REFUSED = "`ModelErrorException`: "


def promises() -> dict[tuple[str, str], str]:
    """The page's table: model id and what it is asked for, to the state that the page gives."""
    (section,) = re.findall(r"^## Models\n(.*?)^## ", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    rows = re.findall(r"^\| (`.*?`) \| (.*?) \| (.*?) \|", section, re.MULTILINE)
    return {(model, asked): state for ids, asked, state in rows for model in re.findall(r"`(.*?)`", ids)}


PROMISES = promises()


def test_the_page_names_every_model_and_all_it_can_be_asked_for() -> None:
    """And nothing beside."""
    assert set(EXAMPLES) == set(MODELS)
    assert set(PROMISES) == {(model, asked) for model, bodies in EXAMPLES.items() for asked in bodies}


def invoked(catalog: Catalog, model: str) -> str:
    """The id under which a model is invoked: its inference profile's where there is no other way."""
    profiles = catalog.models[ModelId(model)].profiles
    return f"{profiles[0]}.{model}" if profiles else model


def pictures(answer: dict[str, Any]) -> list[str]:
    """The base64 texts of a success in any family's body, whose other fields are checked too."""
    if "artifacts" in answer:
        assert list(answer) == ["result", "artifacts"]
        assert answer["result"] == "success"
        assert all(list(each) == ["seed", "base64", "finishReason"] for each in answer["artifacts"])
        assert all(each["finishReason"] == "SUCCESS" for each in answer["artifacts"])
        return [each["base64"] for each in answer["artifacts"]]
    if "seeds" in answer:
        assert list(answer) == ["seeds", "finish_reasons", "images"]
        assert answer["finish_reasons"] == [None]
        assert all(isinstance(seed, int) for seed in answer["seeds"])
    else:
        assert list(answer) == ["images"]
    images: list[str] = answer["images"]
    return images


@pytest.mark.parametrize(("model", "asked"), PROMISES, ids=" ".join)
def test_the_page_is_true(runtime: BaseClient, catalog: Catalog, model: str, asked: str) -> None:
    """What is said to be answered is, in a body of its family; what is refused says what is missing."""
    state = PROMISES[model, asked]
    body = json.dumps(EXAMPLES[model][asked])
    name = invoked(catalog, model)
    if state == ANSWERED:
        response = runtime.invoke_model(modelId=name, body=body)
        for text in pictures(json.loads(response["body"].read())):
            with Image.open(BytesIO(base64.b64decode(text, validate=True))) as image:
                image.load()
        shape = runtime.meta.service_model.operation_model("InvokeModel").output_shape
        members = {name: value for name, value in response.items() if name != "ResponseMetadata"}
        assert ParamValidator().validate(members, shape).generate_report() == ""
        return
    assert state.startswith(REFUSED)
    with pytest.raises(runtime.exceptions.ModelErrorException) as caught:
        runtime.invoke_model(modelId=name, body=body)
    error = caught.value.response
    assert state.removeprefix(REFUSED).strip("`") in error["Error"]["Message"]
    assert (error["ResponseMetadata"]["HTTPStatusCode"], error["originalStatusCode"]) == (424, 501)


SCHEMAS = sorted(
    {schema.name.removesuffix(".json") for schema in PAGE.parents[1].glob("src/outcrop/dialects/schemas/*")}
)


@pytest.mark.parametrize("name", SCHEMAS)
def test_no_body_of_a_schema_is_a_defect(server: Serving, catalog: Catalog, name: str) -> None:
    """Bodies by chance of which every field keeps its rule: a picture or a modelled error, never a 5xx."""
    model = invoked(catalog, next(card.id for card in catalog.models.values() if card.schema == name))

    @settings(max_examples=25)
    @given(body=objects(schema_file(name)))
    def check(body: dict[str, object]) -> None:
        answer = server.send("POST", f"/model/{model}/invoke", json.dumps(body).encode())
        assert answer.status in {200, 400, 424}
        if answer.status != 200:
            assert answer.code == {400: "ValidationException", 424: "ModelErrorException"}[answer.status]

    check()


@pytest.mark.parametrize("model", MODELS)
@settings(max_examples=10)
@given(junk=st.text(string.ascii_letters, min_size=1, max_size=9))
def test_a_field_too_many_is_refused(runtime: BaseClient, catalog: Catalog, model: str, junk: str) -> None:
    """On every model, beside a body that would have been answered."""
    field = f"no such field {junk}"
    body = next(iter(EXAMPLES[model].values())) | {field: 1}
    with pytest.raises(ClientError) as caught:
        runtime.invoke_model(modelId=invoked(catalog, model), body=json.dumps(body))
    error = caught.value.response["Error"]
    assert error["Code"] == "ValidationException"
    assert error["Message"].startswith(
        (
            f"Malformed input request: #: extraneous key [{field}] is not permitted",
            '{"detail":"Invalid field in request.',
        )
    )
