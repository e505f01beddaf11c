"""The brand kit over the REST: kept, spoken of by the linter, its logo on what asks for it, never on what is kept."""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image

from outcrop.catalog.load import Catalog
from tests.api.rest.pictures import file, opened, upload
from tests.serving import ACCOUNT, SIGNED, Answer, Serving, serving

PATH = "/v1/brand-kit"
EMPTY: dict[str, Any] = {"palette": [], "use": [], "avoid": [], "logo": None}
USUAL = {"corner": "bottom-right", "size": 0.2, "margin": 0.04, "opacity": 1.0, "plate": "auto"}
WHITE = (255, 255, 255)


@pytest.fixture
def own(catalog: Catalog) -> Iterator[Serving]:
    """A server of a test's own: an account has one kit."""
    with serving(catalog) as running:
        yield running


def put(server: Serving, **kit: Any) -> Answer:  # noqa: ANN401 - any JSON
    """Put a kit."""
    return server.send("PUT", PATH, json.dumps(kit).encode(), SIGNED)


def uploaded(server: Serving, colour: str, size: tuple[int, int] = (100, 100)) -> str:
    """A picture of one colour."""
    return str(upload(server, file(Image.new("RGBA", size, colour), profile=None)).json["id"])


def content(server: Serving, asset: str, query: str) -> Answer:
    """What an asset looks like."""
    return server.send("GET", f"/v1/assets/{asset}/content{query}")


def test_a_kit_is_kept(own: Serving) -> None:
    """Empty at first; what is left out is empty; a logo is a picture of the account, which retention spares."""
    assert own.send("GET", PATH).json == EMPTY
    logo = uploaded(own, "black")
    kit = {"palette": [{"name": "deep navy", "hex": "#14213d"}], "use": ["soft daylight"], "logo": {"asset": logo}}
    kept = put(own, **kit)
    assert (kept.status, kept.json) == (200, EMPTY | kit | {"logo": {"asset": logo, **USUAL}})
    assert own.send("GET", PATH).json == kept.json
    assert own.send("GET", f"/v1/assets/{logo}").json["pinned"] is True
    assert put(own, logo={"asset": "0" * 16}).status == 404
    assert put(own, palette=[{"name": "navy", "hex": "blue"}]).status == 400
    assert own.send("GET", PATH).json == kept.json


def test_the_linter_warns_of_what_the_brand_avoids(own: Serving) -> None:
    """Where it is asked to."""
    put(own, avoid=["cheap"])
    wanted = {"prompt": "a cheap teapot on a table, soft daylight, close-up"}
    for more, rules in (({}, []), ({"brandKit": False}, []), ({"brandKit": True}, ["brand"])):
        told = own.send("POST", "/v1/prompts/lint", json.dumps(wanted | more).encode(), SIGNED).json
        assert [one["rule"] for one in told["findings"]] == rules
        assert told["blocked"] is False


def test_the_logo_is_on_what_asks_for_it_alone(own: Serving) -> None:
    """In its corner, in every format and size; the picture itself stays as it is, byte by byte."""
    logo, picture = uploaded(own, "black"), uploaded(own, "white", (200, 100))
    put(own, logo={"asset": logo, "corner": "top-left", "size": 0.5, "margin": 0})
    kept = content(own, picture, "").body
    marked = content(own, picture, "?logo=brand")
    image = opened(marked.body).convert("RGB")
    assert (image.size, image.getpixel((25, 25)), image.getpixel((75, 75))) == ((200, 100), (0, 0, 0), WHITE)
    assert "max-age=0" in marked.headers["cache-control"]
    small = opened(content(own, picture, "?width=64&height=64&fit=cover&format=webp&logo=brand").body).convert("RGB")
    assert small.size == (64, 64)
    dark, light = small.getpixel((10, 10)), small.getpixel((60, 60))
    assert isinstance(dark, tuple)
    assert isinstance(light, tuple)
    assert dark[0] < 20
    assert light[0] > 235
    assert content(own, picture, "").body == kept
    assert (
        content(own, picture, "?width=64").headers["etag"]
        != content(own, picture, "?width=64&logo=brand").headers["etag"]
    )


def test_another_logo_is_another_picture(own: Serving) -> None:
    """What a client has of the old one is no longer good."""
    black, red, picture = uploaded(own, "black"), uploaded(own, "red"), uploaded(own, "white")
    put(own, logo={"asset": black})
    before = content(own, picture, "?logo=brand").headers["etag"]
    assert (
        own.send("GET", f"/v1/assets/{picture}/content?logo=brand", headers=SIGNED | {"If-None-Match": before}).status
        == 304
    )
    put(own, logo={"asset": red})
    answer = own.send("GET", f"/v1/assets/{picture}/content?logo=brand", headers=SIGNED | {"If-None-Match": before})
    assert (answer.status, opened(answer.body).convert("RGB").getpixel((90, 90))) == (200, (255, 0, 0))


def test_archives_and_links_have_it_too(own: Serving) -> None:
    """Each rendition as it says."""
    logo, picture = uploaded(own, "black"), uploaded(own, "white")
    put(own, logo={"asset": logo, "margin": 0})
    renditions = [{"name": "with", "logo": "brand", "format": "png"}, {"name": "without", "width": 50, "format": "png"}]
    wanted = {"assets": [picture], "renditions": renditions}
    body = own.send("POST", "/v1/asset-archives", json.dumps(wanted).encode(), SIGNED).body
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        found = {
            name.split("/")[0]: opened(archive.read(name)).convert("RGB") for name in archive.namelist() if "/" in name
        }
    assert found["with"].getpixel((95, 95)) == (0, 0, 0)
    assert found["without"].getpixel((45, 45)) == WHITE
    link = {"expiresInSeconds": 60, "rendition": {"logo": "brand", "format": "png"}}
    made = own.send("POST", f"/v1/assets/{picture}/links", json.dumps(link).encode(), SIGNED).json
    seen = own.send("GET", made["url"].removeprefix(own.url), headers={})
    assert (seen.status, opened(seen.body).convert("RGB").getpixel((95, 95))) == (200, (0, 0, 0))


def test_without_a_logo_there_is_none_to_place(own: Serving) -> None:
    """Neither where none is named nor where it was deleted."""
    picture = uploaded(own, "white")
    assert content(own, picture, "?logo=brand").status == 422
    logo = uploaded(own, "black")
    put(own, logo={"asset": logo})
    assert own.send("DELETE", f"/v1/assets/{logo}").status == 204
    refused = content(own, picture, "?logo=brand")
    assert (refused.status, "PUT /v1/brand-kit" in refused.json["detail"]) == (422, True)
    assert content(own, picture, "?logo=mine").status == 400


def test_a_brand_is_its_account_s(own: Serving) -> None:
    """Whose document it is."""
    put(own, use=["soft daylight"])
    with own.directory.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT account_id, kind FROM documents").all() == [(ACCOUNT, "brand_kit")]
