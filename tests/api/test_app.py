"""The application as a whole: what it answers where there is nothing, and that nothing a client sends is a defect."""

import json
import re
from pathlib import Path

import botocore.session
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.routing import Route

from outcrop.api.app import create_app
from outcrop.api.linked import PATH
from outcrop.catalog.load import Catalog
from outcrop.clock import now, unix_time
from outcrop.flow import Flow
from outcrop.jobs.making import Maker
from outcrop.ledger.books import open_books
from tests.conftest import CORE, MODELS
from tests.serving import REGION, SIGNED, Serving, desk_of, directory_of
from tests.toy_engine import ToyEngine

INVOKE = f"/model/{CORE}/invoke"
EXTRAS = Path(__file__).parents[2] / "examples" / "models"


def routes(catalog: Catalog, home: Path) -> dict[str, Route]:
    """Every operation of AWS's that is answered, by AWS's name for it."""
    with (
        Flow(ToyEngine(), now) as flow,
        directory_of(home) as directory,
        open_books(directory.database, unix_time) as books,
        desk_of(home, Maker(catalog=catalog, flow=flow, books=books), directory) as desk,
    ):
        app = create_app(catalog=catalog, flow=flow, directory=directory, books=books, desk=desk, region=REGION)
    ours = ("/v1/", f"{PATH}/")
    return {route.name: route for route in app.routes if isinstance(route, Route) and not route.path.startswith(ours)}


def test_operations_have_botocores_names_methods_and_paths(catalog: Catalog, tmp_path: Path) -> None:
    """All but the names of the parameters in a path, which never travel; of a preview, the model that we ship."""
    session = botocore.session.get_session()
    session.get_component("data_loader").search_paths.append(str(EXTRAS))
    models = [session.get_service_model(name) for name in ("bedrock", "bedrock-runtime")]
    known = {name: model.operation_model(name).http for model in models for name in model.operation_names}
    for name, route in routes(catalog, tmp_path).items():
        assert re.sub(r"{\w+}", "{}", route.path) == re.sub(r"{\w+}", "{}", known[name]["requestUri"])
        assert route.methods is not None
        assert route.methods - {"HEAD"} == {known[name]["method"]}


def test_every_operation_is_in_the_documentation(catalog: Catalog, tmp_path: Path) -> None:
    """By its name, in the table of operations."""
    page = (Path(__file__).parents[2] / "docs" / "compatibility.md").read_text(encoding="utf-8")
    (operations,) = re.findall(r"^## Operations$(.*?)(?=^## )", page, re.DOTALL | re.MULTILINE)
    assert [name for name in routes(catalog, tmp_path) if not re.search(rf"\b{name}\b", operations)] == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/foundation-models"),
        ("GET", INVOKE),
        ("PATCH", INVOKE),
        ("BREW", "/pot"),
        ("POST", f"{INVOKE}/"),
        ("POST", "/model//invoke"),
        ("POST", f"/model/{CORE.replace(':', '/')}/invoke"),
        ("POST", "/async-invokes"),
        ("GET", "/foundation-models/"),
        ("OPTIONS", INVOKE),
        ("GET", "/%2e%2e/etc/passwd"),
        ("GET", "//"),
    ],
)
def test_what_is_no_operation_is_an_unknown_operation(server: Serving, method: str, path: str) -> None:
    """A wrong method and a wrong path alike: JSON that botocore can read."""
    answer = server.send(method, path, b"{}")
    assert (answer.status, answer.code) == (404, "UnknownOperationException")
    assert answer.json["message"] == f"There is no operation {method} {path} here."
    assert answer.headers["content-type"] == "application/json"


def test_a_head_request_gets_the_head_alone(server: Serving) -> None:
    """Of a resource that can be read."""
    answer = server.send("HEAD", "/foundation-models")
    assert (answer.status, answer.body) == (200, b"")


def test_a_connection_serves_many_requests(server: Serving) -> None:
    """Errors included: none of them closes it."""
    connection = server.connect()
    for body, status in ((b'{"prompt":"a"}', 200), (b"", 400), (b'{"prompt":"b"}', 200), (b"[]", 400)):
        connection.request("POST", INVOKE, body, SIGNED)
        response = connection.getresponse()
        response.read()
        assert response.status == status
        assert not response.will_close
    connection.close()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    ["prompt", "negative_prompt", "mode", "strength", "seed", "output_format", "image", "aspect_ratio", "other"]
)
VALUES = JSON | st.sampled_from(["1:1", "21:9", "png", "JPEG", "image-to-image", "text-to-image", 0, 0.5, 7, "", "x"])
BODIES = st.dictionaries(FIELDS, VALUES, max_size=9) | JSON

wire = settings(max_examples=60, deadline=None)


@wire
@given(model=st.sampled_from(MODELS), body=BODIES)
def test_no_json_body_is_a_defect(server: Serving, model: str, body: object) -> None:
    """Whatever the body, the answer is a picture, a refusal, or that this cannot be done yet: never a 5xx."""
    answer = server.send("POST", f"/model/{model}/invoke", json.dumps(body).encode())
    assert answer.status in {200, 400, 424}
    assert ("images" if answer.status == 200 else "message") in answer.json


@wire
@given(body=st.binary(max_size=200))
def test_no_bytes_are_a_defect(server: Serving, body: bytes) -> None:
    """Random bytes are no JSON worth a picture."""
    assert server.send("POST", INVOKE, body).status == 400


@wire
@given(
    name=st.sampled_from(["Content-Type", "Accept", "Authorization", "X-Amzn-Bedrock-Trace", "X-Amz-Date"]),
    value=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=50),
)
def test_no_header_is_a_defect(server: Serving, name: str, value: str) -> None:
    """Whatever a header says, the answer is one of the protocol's."""
    answer = server.send("POST", INVOKE, b'{"prompt":"a"}', SIGNED | {name: value})
    assert answer.status in {200, 400, 403}
