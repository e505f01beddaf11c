"""Pictures of assets over the REST: whole, in parts, as renditions, in an archive; by no door when they are held."""

import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from io import BytesIO

import pytest

from outcrop.catalog.licence import Licence
from outcrop.catalog.load import Catalog
from outcrop.store.assets import hold_asset
from tests.api.rest.figures import send_json
from tests.api.rest.jobs import FOX, ended, post_job
from tests.api.rest.pictures import PROFILE, file, opened, scene, upload
from tests.conftest import CORE
from tests.serving import SIGNED, Answer, Serving, serving

CONTENT = file(scene())


@pytest.fixture(scope="module")
def own(catalog: Catalog) -> Iterator[Serving]:
    """A server with a library of its own."""
    with serving(catalog) as running:
        yield running


@pytest.fixture(scope="module")
def asset(own: Serving) -> str:
    """The id of a picture of 160 by 96."""
    made: str = upload(own, CONTENT, "?name=Gr%C3%BC%C3%9Fe%20%22x%22").json["id"]
    return made


def get(server: Serving, asset: str, query: str = "", **headers: str) -> Answer:
    """Its content."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return server.send("GET", f"/v1/assets/{asset}/content{query}", headers=SIGNED | named)


def test_the_file_as_it_is(own: Serving, asset: str) -> None:
    """With all that a cache and a browser need to know."""
    answer = get(own, asset)
    assert (answer.status, answer.body, answer.headers["content-type"]) == (200, CONTENT, "image/png")
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["accept-ranges"] == "bytes"
    told = "inline; filename=\"Gr__e _x_.png\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe%20%22x%22.png"
    assert answer.headers["content-disposition"] == told
    saved = get(own, asset, "?disposition=attachment&format=avif")
    assert saved.headers["content-disposition"].startswith('attachment; filename="Gr__e _x_.avif"')


@pytest.mark.parametrize("query", ["", "?width=80&format=webp"])
def test_what_the_client_has_is_not_sent_again(own: Serving, asset: str, query: str) -> None:
    """Each rendition has a tag of its own."""
    tag = get(own, asset, query).headers["etag"]
    for condition in (tag, f'"other", W/{tag}', "*"):
        answer = get(own, asset, query, If_None_Match=condition)
        assert (answer.status, answer.body, answer.headers["etag"]) == (304, b"", tag)
    assert get(own, asset, query, If_None_Match='"other"').status == 200
    assert get(own, asset, "?width=81").headers["etag"] != tag


@pytest.mark.parametrize(
    ("asked", "first", "last"), [("0-9", 0, 9), ("10-", 10, None), ("-5", -5, None), ("5-99999999", 5, None)]
)
def test_a_part_is_sent(own: Serving, asset: str, asked: str, first: int, last: int | None) -> None:
    """And says which."""
    answer = get(own, asset, Range=f"bytes={asked}")
    part = CONTENT[first : None if last is None else last + 1]
    begin = first % len(CONTENT)
    assert (answer.status, answer.body) == (206, part)
    assert answer.headers["content-range"] == f"bytes {begin}-{begin + len(part) - 1}/{len(CONTENT)}"


def test_several_parts_are_sent_as_several(own: Serving, asset: str) -> None:
    """Each with its place."""
    answer = get(own, asset, Range="bytes=0-3,10-12,-2")
    assert answer.status == 206
    kind, _, boundary = answer.headers["content-type"].partition("; boundary=")
    assert kind == "multipart/byteranges"
    pieces = answer.body.split(f"--{boundary}".encode())
    assert pieces[-1] == b"--\r\n"
    contents = [piece.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n") for piece in pieces[1:-1]]
    assert contents == [CONTENT[:4], CONTENT[10:13], CONTENT[-2:]]
    assert b"Content-Range: bytes 10-12/" in pieces[2]


def test_a_part_that_there_is_not_is_refused(own: Serving, asset: str) -> None:
    """With the size that there is; a condition that no longer holds asks for the whole."""
    answer = get(own, asset, Range="bytes=99999999-")
    assert (answer.status, answer.headers["content-range"]) == (416, f"bytes */{len(CONTENT)}")
    assert get(own, asset, Range="bytes=0-3", If_Range='"other"').body == CONTENT
    tag = get(own, asset).headers["etag"]
    assert get(own, asset, Range="bytes=0-3", If_Range=tag).body == CONTENT[:4]
    for nonsense in ("bytes=x-y", "lines=1-2", "bytes=", "bytes=5-1,", f"bytes={'0-1,' * 40}"):
        assert get(own, asset, Range=nonsense).status in {200, 416}, nonsense


@pytest.mark.parametrize(
    ("query", "size", "made"),
    [
        ("width=80&height=80", (80, 80), "PNG"),
        ("width=80", (80, 48), "PNG"),
        ("height=48&format=jpeg", (80, 48), "JPEG"),
        ("width=80&height=80&fit=contain&format=webp", (80, 80), "WEBP"),
        ("width=80&height=80&fit=inside&format=avif&quality=40", (80, 48), "AVIF"),
        ("width=1000&height=1000&fit=inside", (160, 96), "PNG"),
        ("crop=80,0,80,48&format=jpeg", (80, 48), "JPEG"),
    ],
)
def test_renditions(own: Serving, asset: str, query: str, size: tuple[int, int], made: str) -> None:
    """Of the size and format that were asked for, with the profile of the picture's colours."""
    answer = get(own, asset, f"?{query}")
    image = opened(answer.body)
    assert (image.size, image.format, image.info["icc_profile"]) == (size, made, PROFILE)
    assert answer.headers["content-type"] == f"image/{made.lower()}"
    assert get(own, asset, f"?{query}").body == answer.body


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("width=0", 400),
        ("width=9000", 400),
        ("width=8000&height=8000", 422),
        ("crop=100,0,100,10", 422),
        ("crop=0,0,0,10", 400),
        ("format=svg", 400),
        ("format=html", 400),
        ("quality=101", 400),
        ("focus=2,0", 400),
        ("fit=fill", 400),
        ("width=abc", 400),
        ("disposition=evil", 400),
    ],
)
def test_what_cannot_be_made_is_refused(own: Serving, asset: str, query: str, status: int) -> None:
    """Before anything is."""
    assert get(own, asset, f"?{query}").status == status


def test_equal_renditions_that_are_wanted_at_once_are_one(own: Serving, asset: str) -> None:
    """In the cache, and byte by byte."""
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: get(own, asset, "?width=77&format=webp"), range(16)))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1


def test_what_is_held_goes_by_no_door(own: Serving) -> None:
    """Whole, in part, as a rendition that was made before, in an archive, or as an answer that there is no need to."""
    asset = upload(own, file(scene(80, 80))).json["id"]
    tag = get(own, asset, "?width=40").headers["etag"]
    with own.directory.database.writing() as connection:
        assert hold_asset(connection, asset, "held")
    for query, headers in (
        ("", {}),
        ("?width=40", {}),
        ("", {"Range": "bytes=0-1"}),
        ("?width=40", {"If_None_Match": tag}),
    ):
        answer = get(own, asset, query, **headers)
        assert (answer.status, "waits for a review" in answer.json["detail"]) == (403, True)
    assert send_json(own, "POST", "/v1/asset-archives", {"assets": [asset]}).status == 403
    assert own.send("GET", f"/v1/assets/{asset}").json["held"] == "held"


def test_an_archive_has_every_rendition_of_every_picture(own: Serving, asset: str) -> None:
    """A folder each; equal requests give equal bytes."""
    other = upload(own, file(scene(96, 96))).json["id"]
    sizes = [
        {"name": "square", "width": 64, "height": 64, "format": "jpeg"},
        {"name": "banner", "width": 128, "height": 32, "focus": "0.5,0", "format": "webp"},
    ]
    answer = send_json(own, "POST", "/v1/asset-archives", {"assets": [asset, other, asset], "renditions": sizes})
    assert (answer.status, answer.headers["content-type"]) == (200, "application/zip")
    with zipfile.ZipFile(BytesIO(answer.body)) as read:
        assert read.testzip() is None
        *names, licences = read.namelist()
        assert names == [
            f"square/Grüße-x-{asset}.jpg",
            f"banner/Grüße-x-{asset}.webp",
            f"square/{other}.jpg",
            f"banner/{other}.webp",
        ]
        assert [opened(read.read(name)).size for name in names] == [(64, 64), (128, 32), (64, 64), (128, 32)]
        told = read.read(licences).decode()
        assert licences == "LICENCES.txt"
        assert all(f"{name}\n  uploaded by tester; its terms are not known here" in told for name in names)
    again = send_json(own, "POST", "/v1/asset-archives", {"assets": [asset, other], "renditions": sizes})
    assert again.body == answer.body
    plain = send_json(own, "POST", "/v1/asset-archives", {"assets": [asset]})
    with zipfile.ZipFile(BytesIO(plain.body)) as read:
        assert read.read(read.namelist()[0]) == CONTENT


def test_a_picture_leaves_with_the_licence_that_it_was_drawn_under(catalog: Catalog) -> None:
    """In what is said of it, in its recipe, beside its bytes and in archives; a link shows where it can be read."""
    licence = Licence(name="our-own", title="Our own licence", url="https://example.com/l", terms="For spring alone.")
    cards = {name: replace(card, licence=licence) for name, card in catalog.checkpoints.items()}
    with serving(replace(catalog, checkpoints=cards)) as server:
        (asset,) = ended(server, post_job(server, FOX).json["id"])["assets"]
        assert server.send("GET", f"/v1/assets/{asset}").json["licence"] == asdict(licence)
        assert server.send("GET", f"/v1/assets/{asset}/recipe").json["licence"] == asdict(licence)
        delivered = get(server, asset)
        assert delivered.headers["link"] == '<https://example.com/l>; rel="license"'
        packed = send_json(server, "POST", "/v1/asset-archives", {"assets": [asset]})
        with zipfile.ZipFile(BytesIO(packed.body)) as read:
            name, licences = read.namelist()
            assert read.read(licences).decode() == (
                f"{name}\n  drawn by {CORE}, Our own licence\n  https://example.com/l\n  For spring alone.\n"
            )
