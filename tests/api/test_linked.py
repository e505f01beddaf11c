"""Pictures behind links, on a real server: anybody gets them until they end; nobody what is deleted or held."""

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from botocore.signers import CloudFrontSigner
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from outcrop.access.asset_links import sign_link
from outcrop.access.cloudfront import CloudFront
from outcrop.api.linked import Distribution
from outcrop.api.manner import Manner
from outcrop.catalog.load import Catalog
from outcrop.store.assets import hold_asset
from tests.api.rest.figures import send_json
from tests.api.rest.pictures import file, opened, scene, upload
from tests.serving import Answer, Serving, serving

CONTENT = file(scene())
KEY = generate_private_key(65537, 2048)
FRONT = "https://d111111abcdef8.cloudfront.net"


@pytest.fixture(scope="module")
def own(catalog: Catalog) -> Iterator[Serving]:
    """A server with a key pair for CloudFront."""
    distribution = Distribution(url=FRONT, signer=CloudFront("K1", KEY))
    with serving(catalog, manner=Manner(distribution=distribution)) as running:
        yield running


@pytest.fixture
def asset(own: Serving) -> str:
    """The id of a picture."""
    made: str = upload(own, CONTENT).json["id"]
    return made


def link(server: Serving, asset: str, **said: object) -> str:
    """A link to it, as the REST makes one."""
    answer = send_json(server, "POST", f"/v1/assets/{asset}/links", {"expiresInSeconds": 60} | said)
    assert answer.status == 201, answer.body
    url: str = answer.json["url"]
    return url


def follow(server: Serving, url: str, **headers: str) -> Answer:
    """What somebody without any key gets there."""
    parts = urlsplit(url)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return server.send("GET", f"{parts.path}?{parts.query}", headers=named)


def test_anybody_may_follow_a_link(own: Serving, asset: str) -> None:
    """To the file, or to a rendition; with what caches need to know."""
    url = link(own, asset)
    assert url.startswith(f"{own.url}/pictures/{asset}?")
    answer = follow(own, url)
    assert (answer.status, answer.body, answer.headers["content-type"]) == (200, CONTENT, "image/png")
    scope, age, immutable = answer.headers["cache-control"].split(", ")
    assert (scope, immutable) == ("public", "immutable")
    assert 0 < int(age.removeprefix("max-age=")) <= 60
    assert follow(own, url, If_None_Match=answer.headers["etag"]).status == 304
    assert follow(own, url, Range="bytes=0-3").body == CONTENT[:4]
    small = link(own, asset, rendition={"width": 40, "height": 40, "format": "webp"}, disposition="attachment")
    answer = follow(own, small)
    assert (opened(answer.body).size, answer.headers["content-type"]) == ((40, 40), "image/webp")
    assert answer.headers["content-disposition"].startswith("attachment; ")


def test_a_link_opens_what_it_says_and_nothing_else(own: Serving, asset: str) -> None:
    """Not another size, not another asset, not longer, and nothing without a signature."""
    other = upload(own, file(scene(96, 96))).json["id"]
    parts = urlsplit(link(own, asset, rendition={"width": 40}))
    said = dict(parse_qsl(parts.query))
    for path, query in (
        (parts.path, said | {"width": "80"}),
        (parts.path, said | {"expires": "9999999999"}),
        (parts.path, said | {"height": "10"}),
        (f"/pictures/{other}", said),
        (parts.path, {}),
        (parts.path, {"Expires": "9999999999", "Signature": "AAAA", "Key-Pair-Id": "K1"}),
    ):
        answer = own.send("GET", f"{path}?{urlencode(query)}", headers={})
        assert (answer.status, "not signed as it should be" in answer.json["message"]) == (403, True), query


def test_a_link_ends(own: Serving, asset: str) -> None:
    """By itself."""
    query = sign_link(own.directory.seal, asset, [], int(own.directory.now()))
    answer = own.send("GET", f"/pictures/{asset}?{query}", headers={})
    assert (answer.status, "was good until" in answer.json["message"]) == (403, True)


def test_a_link_ends_with_its_asset_and_leads_nowhere_while_that_is_held(own: Serving, asset: str) -> None:
    """Whether it was made before or would be made now."""
    url = link(own, asset, rendition={"width": 40})
    assert follow(own, url).status == 200
    with own.directory.database.writing() as connection:
        hold_asset(connection, asset, "held")
    assert follow(own, url).status == 403
    assert send_json(own, "POST", f"/v1/assets/{asset}/links", {"expiresInSeconds": 60}).status == 403
    with own.directory.database.writing() as connection:
        hold_asset(connection, asset, None)
    assert follow(own, url).status == 200
    assert own.send("DELETE", f"/v1/assets/{asset}").status == 204
    assert follow(own, url).status == 404


def test_what_cannot_be_linked_is_refused(own: Serving, asset: str, server: Serving) -> None:
    """A rendition that cannot be made, what only CloudFront can, and CloudFront where there is none."""
    path = f"/v1/assets/{asset}/links"
    assert send_json(own, "POST", path, {"expiresInSeconds": 0}).status == 400
    assert send_json(own, "POST", path, {"expiresInSeconds": 9, "rendition": {"crop": "0,0,999,9"}}).status == 422
    assert send_json(own, "POST", path, {"expiresInSeconds": 9, "ipRange": "10.0.0.0/8"}).status == 422
    elsewhere = upload(server, CONTENT).json["id"]
    answer = send_json(server, "POST", f"/v1/assets/{elsewhere}/links", {"expiresInSeconds": 9, "by": "cloudfront"})
    assert (answer.status, answer.json["code"]) == (422, "Unsupported")


def test_a_link_by_cloudfront_passes_there_and_here(own: Serving, asset: str) -> None:
    """CloudFront takes its own parameters away; what is left is a link of ours."""
    url = link(own, asset, by="cloudfront", rendition={"width": 40})
    assert url.startswith(f"{FRONT}/pictures/{asset}?")
    said = parse_qsl(urlsplit(url).query)
    assert {"Expires", "Signature", "Key-Pair-Id"} <= {name for name, _ in said}
    left = [(name, value) for name, value in said if name not in {"Expires", "Signature", "Key-Pair-Id"}]
    assert opened(follow(own, f"{FRONT}/pictures/{asset}?{urlencode(left)}").body).size == (40, 24)
    custom = link(own, asset, by="cloudfront", startsInSeconds=0, ipRange="127.0.0.0/8")
    assert "Policy" in dict(parse_qsl(urlsplit(custom).query))


def test_what_a_program_of_aws_has_signed_passes(own: Serving, asset: str) -> None:
    """Without asking here; a parameter that there is not is refused all the same."""
    signer = CloudFrontSigner("K1", lambda message: KEY.sign(message, PKCS1v15(), hashes.SHA1()))

    def signed(query: str, resource: str = f"{FRONT}/pictures/*") -> str:
        policy = (
            f'{{"Statement":[{{"Resource":"{resource}","Condition":{{"DateLessThan":{{"AWS:EpochTime":4000000000}},'
            '"IpAddress":{"AWS:SourceIp":"127.0.0.1/32"}}}]}'
        )
        url: str = signer.generate_presigned_url(f"{FRONT}/pictures/{asset}?{query}", policy=policy)
        return url

    assert opened(follow(own, signed("width=40&format=jpeg")).body).size == (40, 24)
    assert follow(own, signed("width=9999")).status == 400
    assert follow(own, signed("account=other")).status == 400
    assert follow(own, signed("width=40", f"{FRONT}/private/*")).status == 403
