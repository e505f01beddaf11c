"""What a request with a session's cookie may do, over the wire: Outcrop's own REST, from the page that signed in."""

import json

import pytest
from starlette.requests import Request

from outcrop.access.accounts import make_user
from outcrop.access.keys import NewKey, create_key
from outcrop.api.identity import is_private
from outcrop.api.session_cookie import NAME, find_cookie
from outcrop.store.access_keys import deactivate_access_key
from tests.conftest import CORE
from tests.serving import KEY_ID, SECRET, Answer, Serving

JSON = {"Content-Type": "application/json"}
QUOTE = json.dumps({"model": CORE}).encode()


def sign_in(server: Serving, key_id: str = KEY_ID, secret: str = SECRET, **headers: str) -> Answer:
    """Ask for a session with a key."""
    body = json.dumps({"accessKeyId": key_id, "secretAccessKey": secret}).encode()
    return server.send("POST", "/v1/session", body, JSON | {name.replace("_", "-"): v for name, v in headers.items()})


def cookie(answer: Answer) -> dict[str, str]:
    """The header with which a browser shows what an answer has set."""
    return {"Cookie": answer.headers["set-cookie"].partition(";")[0]}


@pytest.fixture
def shown(own: Serving) -> dict[str, str]:
    """The cookie of a fresh session."""
    return cookie(sign_in(own))


def change(server: Serving, headers: dict[str, str]) -> Answer:
    """What changes something as far as its method says."""
    return server.send("POST", "/v1/quote", QUOTE, JSON | headers)


def test_the_cookie_is_out_of_reach(own: Serving) -> None:
    """Of scripts, of other sites, and of everything that is not the REST; it ends with the session."""
    answer = sign_in(own)
    assert answer.status == 201
    told = answer.headers["set-cookie"].lower().split("; ")
    assert {"httponly", "samesite=strict", "path=/v1", "max-age=43200"} <= set(told)
    assert "secure" not in told  # over http a browser would not keep it
    assert answer.headers["cache-control"] == "no-store"


def test_a_session_reads(own: Serving, shown: dict[str, str]) -> None:
    """As the user of its key, under their policies."""
    caller = own.send("GET", "/v1/caller", headers=shown).json
    assert (caller["user"]["name"], caller["key"]) == ("tester", {"id": KEY_ID, "scheme": "session"})


def test_a_change_needs_the_token(own: Serving) -> None:
    """In its header, the session's own, and from this origin."""
    answer = sign_in(own)
    token = {"X-Outcrop-Csrf": answer.json["csrf"]}
    here = {"Origin": own.url}
    assert change(own, cookie(answer)).status == 403
    assert change(own, cookie(answer) | {"X-Outcrop-Csrf": sign_in(own).json["csrf"]}).status == 403
    assert change(own, cookie(answer) | token).status == 200
    assert change(own, cookie(answer) | token | here).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "https://example.com"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_origin_s_page_changes_nothing(own: Serving, headers: dict[str, str]) -> None:
    """Even with the token; another port of this machine is another origin. Nor does it sign anybody in."""
    answer = sign_in(own)
    refused = change(own, cookie(answer) | headers | {"X-Outcrop-Csrf": answer.json["csrf"]})
    assert (refused.status, refused.json["code"]) == (403, "Denied")
    assert sign_in(own, **headers).status == 403


@pytest.mark.parametrize("path", ["/foundation-models", f"/model/{CORE}/invoke", "/"])
def test_it_opens_nothing_but_the_rest(own: Serving, shown: dict[str, str], path: str) -> None:
    """Bedrock's operations take keys alone."""
    answer = own.send("POST", path, b"{}", shown)
    assert (answer.status, answer.code) == (403, "MissingAuthenticationTokenException")


def test_a_session_ends_with_its_key(own: Serving) -> None:
    """With the next call after it was switched off."""
    key = new_key(own)
    headers = cookie(sign_in(own, key.id, key.secret))
    assert own.send("GET", "/v1/caller", headers=headers).status == 200
    with own.directory.database.writing() as connection:
        deactivate_access_key(connection, key.id)
    ended = own.send("GET", "/v1/caller", headers=headers)
    assert (ended.status, ended.json["code"]) == (401, "UnknownKey")


def test_a_made_up_cookie_is_nobody(own: Serving) -> None:
    """It says that one has to sign in."""
    answer = own.send("GET", "/v1/caller", headers={"Cookie": f"{NAME}=made-up"})
    assert (answer.status, answer.json["detail"]) == (401, "Your session has ended; sign in again.")


def test_a_key_wins_over_a_cookie(own: Serving, shown: dict[str, str]) -> None:
    """Whoever shows an Authorization header is whoever that says, or nobody."""
    answer = own.send("GET", "/v1/caller", headers=shown | {"Authorization": "Bearer nobody"})
    assert answer.status == 401


def test_without_tls_it_counts_on_this_machine_alone() -> None:
    """Over TLS the cookie has another name, which browsers take from this very host alone."""
    assert is_private(request("https", "192.0.2.1"))
    assert is_private(request("http", "127.0.0.1"))
    assert not is_private(request("http", "192.0.2.1"))
    assert find_cookie(request("https", "192.0.2.1")) == "secure"
    assert find_cookie(request("http", "127.0.0.1")) == "plain"


def request(scheme: str, peer: str) -> Request:
    """A request with the cookies of both."""
    cookies = f"{NAME}=plain; __Host-{NAME}=secure".encode()
    return Request(
        {"type": "http", "scheme": scheme, "client": (peer, 1), "headers": [(b"cookie", cookies)], "method": "GET"}
    )


def new_key(server: Serving) -> NewKey:
    """A key of a user of its own."""
    directory = server.directory
    with directory.database.writing() as connection:
        user = make_user(directory, connection, directory.random(8).hex(), "others")
        return create_key(directory, connection, user)
