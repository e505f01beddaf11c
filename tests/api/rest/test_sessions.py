"""Signing in and out, over the wire."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from outcrop.access.accounts import make_user
from outcrop.access.keys import create_key
from outcrop.access.sign_in_links import SignInLinks
from outcrop.api.manner import Manner
from outcrop.catalog.load import Catalog
from outcrop.clock import random_bytes, unix_time
from outcrop.records.trail import Trail, Wanted, read_trail
from tests.serving import KEY_ID, SECRET, SIGNED, Answer, Serving, serving

LINKS = SignInLinks(unix_time, random_bytes)
KEY = {"accessKeyId": KEY_ID, "secretAccessKey": SECRET}


@pytest.fixture(scope="module")
def own(catalog: Catalog) -> Iterator[Serving]:
    """A server that takes links."""
    with serving(catalog, manner=Manner(links=LINKS)) as running:
        yield running


def create(server: Serving, wanted: dict[str, str]) -> Answer:
    """CreateSession."""
    return server.send("POST", "/v1/session", json.dumps(wanted).encode(), {"Content-Type": "application/json"})


def cookie(answer: Answer) -> dict[str, str]:
    """The header with which a browser shows what an answer has set."""
    return {"Cookie": answer.headers["set-cookie"].partition(";")[0]}


def test_a_session_is_what_was_begun(own: Serving) -> None:
    """The page learns it again after it was loaded anew."""
    answer = create(own, KEY)
    assert set(answer.json) == {"user", "csrf", "expiresAt"}
    assert own.send("GET", "/v1/session", headers=cookie(answer)).json == answer.json


def test_a_wrong_secret_is_told(own: Serving) -> None:
    """In words that say what to do, and nothing is set."""
    answer = create(own, KEY | {"secretAccessKey": "another"})
    assert (answer.status, answer.json["code"]) == (401, "UnknownKey")
    assert answer.json["detail"].startswith("This access key and secret open nothing here")
    assert "set-cookie" not in answer.headers


def test_a_link_signs_in_once(own: Serving) -> None:
    """With the key it was issued for."""
    link = {"link": LINKS.issue(KEY_ID)}
    answer = create(own, link)
    assert (answer.status, answer.json["user"]) == (201, "tester")
    assert create(own, link).status == 401


def test_where_there_are_no_links_none_signs_in(server: Serving) -> None:
    """Only the process that printed one knows it."""
    assert create(server, {"link": LINKS.issue(KEY_ID)}).status == 401


def test_a_key_of_a_session_needs_its_token(own: Serving) -> None:
    """As with Bedrock's own operations."""
    directory = own.directory
    with directory.database.writing() as connection:
        user = make_user(directory, connection, "shortly", "others")
        key = create_key(directory, connection, user, lasts_s=3600)
    assert key.session_token is not None
    wanted = {"accessKeyId": key.id, "secretAccessKey": key.secret}
    assert create(own, wanted).status == 401
    answer = create(own, wanted | {"sessionToken": key.session_token})
    assert answer.status == 201
    assert int(answer.headers["set-cookie"].lower().partition("max-age=")[2].split(";")[0]) <= 3600
    assert own.send("GET", "/v1/caller", headers=cookie(answer)).json["user"]["name"] == "shortly"


def test_signing_out_takes_the_cookie_back(own: Serving) -> None:
    """It needs the token, as every change does: no other page signs anybody out."""
    answer = create(own, KEY)
    assert own.send("DELETE", "/v1/session", headers=cookie(answer)).status == 403
    out = own.send("DELETE", "/v1/session", headers=cookie(answer) | {"X-Outcrop-Csrf": answer.json["csrf"]})
    assert out.status == 204
    assert "max-age=0" in out.headers["set-cookie"].lower()


def test_a_call_with_a_key_has_no_session(own: Serving) -> None:
    """It says so."""
    answer = own.send("GET", "/v1/session", headers=SIGNED)
    assert (answer.status, answer.json["code"]) == (404, "NoSuchResource")


@pytest.mark.parametrize(
    "wanted", [{}, {"accessKeyId": KEY_ID}, KEY | {"link": "A" * 32}, {"link": "short"}, KEY | {"more": "x"}]
)
def test_it_is_a_key_or_a_link(own: Serving, wanted: dict[str, str]) -> None:
    """Neither both nor less."""
    assert create(own, wanted).status == 400


def test_those_who_are_nobody_yet_are_counted_by_their_address(catalog: Catalog) -> None:
    """Whoever tries secrets is told to come again later; the account's own calls go on."""
    with serving(catalog, manner=Manner(rest_per_minute=3)) as own:
        tried = [create(own, KEY | {"secretAccessKey": str(number)}).status for number in range(4)]
        assert tried == [401, 401, 401, 429]
        assert own.send("GET", "/v1/caller").status == 200


def test_the_trail_says_who_signed_in(catalog: Catalog, tmp_path: Path) -> None:
    """And of whoever could not, that somebody tried."""
    with Trail(tmp_path, unix_time) as trail, serving(catalog, manner=Manner(trail=trail)) as own:
        create(own, KEY)
        create(own, KEY | {"secretAccessKey": "another"})
        own.send("GET", "/", headers={})
    done, refused = [event for event in read_trail(tmp_path, Wanted()) if event is not None]
    assert (done["eventName"], done["userIdentity"]["userName"]) == ("CreateSession", "tester")
    assert (refused["eventName"], refused["userIdentity"], refused["errorCode"]) == (
        "CreateSession",
        {"type": "Unknown"},
        "UnrecognizedClientException",
    )
    assert SECRET not in json.dumps([done, refused])
