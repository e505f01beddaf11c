"""POST /v1/verify on a real server: what Titan draws is proved, kept or not, cut or stripped; to each their own."""

import json
from base64 import b64decode
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from outcrop.access.user_policies import put_managed_policy
from outcrop.assets.library import NewAsset
from outcrop.catalog.load import load_catalog
from outcrop.finish.files import encode_file
from outcrop.provenance.fingerprint import fingerprint, signed
from outcrop.provenance.payload import payload_of
from outcrop.provenance.watermark import Watermark
from outcrop.store.policies import policies_of, remove_policy
from tests.marking import KEY, NOW
from tests.provenance.scenes import cloudy
from tests.serving import ACCOUNT, SIGNED, TESTER, Answer, Serving

TITAN = "amazon.titan-image-generator-v2:0"
OTHER = "999988887777"


def verify(server: Serving, content: bytes, kind: str = "image/png") -> Answer:
    """What is answered of a file."""
    return server.send("POST", "/v1/verify", content, SIGNED | {"Content-Type": kind})


def keep(server: Serving, content: bytes, image: Image.Image, **given: Any) -> str:  # noqa: ANN401 - fields of an asset
    """Keep a picture as a job would; returns its id."""
    library = server.desk.library
    new = NewAsset(
        account_id=ACCOUNT,
        user_name="tester",
        format="png",
        width=image.width,
        height=image.height,
        size_bytes=len(content),
        digest=library.put(content),
        phash=signed(fingerprint(image)),
        **given,
    )
    with library.database.writing() as connection:
        return library.keep(connection, new).id


def marked(account: str, seed: int, at: float = NOW) -> Image.Image:
    """A picture with a mark of an account."""
    scene = cloudy(800, 656, seed)
    return Watermark(KEY).embed(scene.copy(), payload_of(account, at, fingerprint(scene)))


def test_what_titan_draws_is_marked_and_signed(own: Serving) -> None:
    """From the wire to the proof."""
    body = {"taskType": "TEXT_IMAGE", "textToImageParams": {"text": "a fox"}, "imageGenerationConfig": {"seed": 3}}
    answer = own.send("POST", f"/model/{TITAN}/invoke", json.dumps(body).encode(), SIGNED)
    assert answer.status == 200
    found = verify(own, b64decode(answer.json["images"][0])).json
    assert (found["watermark"]["found"], found["watermark"]["account"]) == (True, ACCOUNT)
    assert found["watermark"]["fits"] is True
    assert (found["credentials"]["state"], found["credentials"]["model"]) == ("trusted", TITAN)
    assert found["credentials"]["sourceType"] == "trainedAlgorithmicMedia"
    assert found["match"] == {"asset": None, "by": None, "bitsApart": None}


def test_a_kept_picture_is_found_by_what_it_shows(own: Serving) -> None:
    """As a smaller JPEG, without its credentials."""
    image = marked(ACCOUNT, 21)
    asset = keep(own, encode_file(image, "png", ""), image)
    file = BytesIO()
    image.resize((320, 256)).save(file, "JPEG", quality=80)
    found = verify(own, file.getvalue(), "image/jpeg").json
    assert (found["match"]["asset"], found["match"]["by"]) == (asset, "picture")
    assert found["match"]["bitsApart"] <= 8
    assert found["credentials"]["state"] == "none"


def test_a_part_of_a_kept_picture_is_found_by_its_mark(own: Serving) -> None:
    """What is left shows something else, but says what it was cut from."""
    now = own.directory.now()
    image = marked(ACCOUNT, 22, now)
    asset = keep(own, encode_file(image, "png", ""), image)
    part = encode_file(image.crop((100, 80, 740, 605)), "png", "")
    found = verify(own, part).json
    assert (found["match"]["asset"], found["match"]["by"]) == (asset, "watermark")
    assert found["watermark"]["fits"] is not False
    assert found["watermark"]["scale"] == pytest.approx(1.25, rel=0.02)


def test_another_account_s_mark_says_when_but_not_whose(own: Serving) -> None:
    """Accounts are nobody else's business."""
    answer = verify(own, encode_file(marked(OTHER, 23), "png", ""))
    assert answer.status == 200, answer.json
    mark = answer.json["watermark"]
    assert (mark["found"], mark["account"], mark["at"]) == (True, None, "2026-11-23T12:00:00Z")


def test_a_picture_without_any_mark_proves_nothing(own: Serving) -> None:
    """And is no error."""
    found = verify(own, encode_file(cloudy(640, 512, 24), "webp", ""), "image/webp").json
    assert found["watermark"] == {"found": False}
    assert found["credentials"]["state"] == "none"


@pytest.mark.parametrize("content", [b"no picture", b"\x89PNG\r\n\x1a\n" + bytes(60)])
def test_what_is_no_picture_is_refused(own: Serving, content: bytes) -> None:
    """In words."""
    answer = verify(own, content)
    assert answer.status == 422
    assert "cannot be read as a picture" in answer.json["detail"]


def test_it_takes_a_permission(own: Serving) -> None:
    """Which whoever may see what they have used has."""
    picture = encode_file(cloudy(200, 200, 25), "png", "")
    with own.directory.database.writing() as connection:
        before = policies_of(connection, TESTER.id)
        for policy in before:
            remove_policy(connection, TESTER.id, policy.name)
        put_managed_policy(own.directory, connection, TESTER, "BedrockFullAccess")
    try:
        assert verify(own, picture).status == 403
        with own.directory.database.writing() as connection:
            put_managed_policy(own.directory, connection, TESTER, "OutcropOwnUse")
        assert verify(own, picture).status == 200
    finally:
        with own.directory.database.writing() as connection:
            for name in ("OutcropFullAccess", "BedrockFullAccess"):
                put_managed_policy(own.directory, connection, TESTER, name)


def test_the_shipped_catalogue_marks_amazon_s_models() -> None:
    """As AWS does; Stability's say nothing of the kind there."""
    marked_ids = {card.id for card in load_catalog().models.values() if card.tier.watermark and card.tier.credentials}
    assert marked_ids == {card.id for card in load_catalog().models.values() if card.provider == "Amazon"}


def test_a_rendition_of_a_signed_asset_is_signed(own: Serving) -> None:
    """Smaller, in another format, and as whole as the asset."""
    body = {"taskType": "TEXT_IMAGE", "textToImageParams": {"text": "a hill"}, "imageGenerationConfig": {"seed": 5}}
    drawn = own.send("POST", f"/model/{TITAN}/invoke", json.dumps(body).encode(), SIGNED)
    file = b64decode(drawn.json["images"][0])
    asset = keep(own, file, Image.open(BytesIO(file)).convert("RGB"))
    answer = own.send("GET", f"/v1/assets/{asset}/content?width=300&format=webp", b"", SIGNED)
    assert answer.status == 200
    found = verify(own, answer.body, "image/webp").json
    assert (found["credentials"]["state"], found["credentials"]["parents"]) == ("trusted", 1)
