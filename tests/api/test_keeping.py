"""Pictures that InvokeModel answers are kept where the operator wants that: what is delivered, as it is."""

import json
from base64 import b64decode
from collections.abc import Iterator
from typing import Any

import pytest

from outcrop.api.keeping import SOURCE
from outcrop.api.manner import AS_MUCH_AS_POSSIBLE, Manner
from outcrop.assets.library import NewAsset
from outcrop.catalog.load import Catalog
from outcrop.store.assets import Asset, Parent, SoughtAssets, list_assets
from tests.api.examples import EXAMPLES
from tests.api.watched import SURE, StandIn
from tests.conftest import CANVAS, CORE, SD35, SDXL, TITAN
from tests.dialects.bodies import PICTURE
from tests.serving import ACCOUNT, SIGNED, Serving, serving

METADATA = "X-Amzn-Bedrock-Request-Metadata"


@pytest.fixture
def judge() -> StandIn:
    """A judge that lets everything pass until it is told otherwise."""
    return StandIn()


@pytest.fixture
def own(catalog: Catalog, judge: StandIn) -> Iterator[Serving]:
    """A server that keeps what it answers, with an asset whose file is the one that edits begin with."""
    with serving(catalog, manner=Manner(keep_invocations=True), judge=judge) as running:
        yield running


def kept(own: Serving) -> list[Asset]:
    """What is in the library, newest first."""
    with own.directory.database.reading() as connection:
        return list_assets(connection, SoughtAssets(account_id=ACCOUNT, kind="picture"))


def upload(own: Serving) -> str:
    """Have the picture that edits begin with among the assets; returns its id."""
    content, library = b64decode(PICTURE), own.desk.library
    new = NewAsset(
        account_id=ACCOUNT,
        user_name="tester",
        kind="upload",
        digest=library.put(content),
        format="png",
        width=64,
        height=64,
        size_bytes=len(content),
    )
    with library.database.writing() as connection:
        return library.keep(connection, new).id


def invoke(own: Serving, model: str, body: dict[str, Any], **metadata: str) -> list[bytes]:
    """The pictures that a model answers."""
    headers = SIGNED | {"Content-Type": "application/json", METADATA: json.dumps(metadata)}
    answer = own.send("POST", f"/model/{model}/invoke", json.dumps(body).encode(), headers)
    assert answer.status == 200
    images = answer.json.get("images") or [one["base64"] for one in answer.json["artifacts"]]
    return [b64decode(image) for image in images]


@pytest.mark.parametrize(
    ("model", "example", "grown"),
    [
        (CORE, "text to image", False),
        (SD35, "image to image", True),
        (SDXL, "inpainting", True),
        (TITAN, "INPAINTING with maskImage", True),
        (CANVAS, "IMAGE_VARIATION", True),
        ("us.stability.stable-outpaint-v1:0", "outpainting", True),
    ],
)
def test_what_is_answered_is_kept(own: Serving, model: str, example: str, grown: bool) -> None:  # noqa: FBT001
    """Of every family, byte by byte, with recipe and lineage, and with what the request says of itself."""
    source, bodies = upload(own), EXAMPLES[model.removeprefix("us.")]
    answered = invoke(own, model, bodies[example], campaign="spring", product="apple")
    found = kept(own)
    assert [own.desk.library.read(one) for one in reversed(found)] == answered
    for one in found:
        assert json.loads(one.recipe or "")["model"] == one.model_id
        assert (one.campaign, one.tags, one.user_name) == ("spring", {"product": "apple"}, "tester")
        assert one.parents == ((Parent(asset_id=source, role=SOURCE),) if grown else ())


def test_what_is_held_back_is_not_kept(own: Serving, judge: StandIn) -> None:
    """Neither is a request that is refused."""
    judge.scores.append(SURE)
    body = json.dumps({"prompt": "a fox"}).encode()
    assert own.send("POST", f"/model/{CORE}/invoke", body).status == 200
    assert own.send("POST", f"/model/{CORE}/invoke", b"{}").status == 400
    assert kept(own) == []


def test_names_that_no_asset_may_have_are_left_out(own: Serving) -> None:
    """The picture is kept all the same."""
    invoke(own, CORE, {"prompt": "a fox"}, **{"a:b": "1", "c" * 200: "2", "campaign": "x" * 200, "d": "3"})
    (one,) = kept(own)
    assert (one.tags, one.campaign) == ({"d": "3"}, None)


def test_nothing_is_kept_unless_it_is_wanted(catalog: Catalog) -> None:
    """As with Bedrock itself."""
    with serving(catalog, manner=AS_MUCH_AS_POSSIBLE) as running:
        invoke(running, CORE, {"prompt": "a fox"})
        assert kept(running) == []


def test_a_picture_that_cannot_be_kept_is_answered(own: Serving) -> None:
    """It is drawn and paid for."""
    folder = own.home / "library"
    folder.write_bytes(b"a file where the folder of assets should be")
    assert len(invoke(own, CORE, {"prompt": "a fox"})) == 1
    assert kept(own) == []
