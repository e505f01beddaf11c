"""Users and their keys over the REST: what is made opens the server, what is gone does not."""

from collections.abc import Iterator

import pytest

from outcrop.catalog.load import Catalog
from tests.api.rest.figures import send_json
from tests.serving import ACCOUNT, KEY_ID, SECRET, TOKEN, Serving, serving
from tests.signing import Signer


@pytest.fixture
def own(catalog: Catalog) -> Iterator[Serving]:
    """A server with one user."""
    with serving(catalog) as running:
        yield running


def caller(server: Serving, headers: dict[str, str]) -> tuple[int, str | None]:
    """Whether a key opens something, and whose it is."""
    answer = server.send("GET", "/v1/caller", headers=headers)
    return answer.status, answer.json["user"]["name"] if answer.status == 200 else None


def test_a_user_s_life(own: Serving) -> None:
    """Made with every new user's policies; gone with all their keys."""
    made = send_json(own, "POST", "/v1/users", {"name": "bob"})
    assert (made.status, made.json["account"]) == (201, ACCOUNT)
    assert made.json["policies"] == ["BedrockFullAccess", "OutcropOwnUse"]
    assert send_json(own, "POST", "/v1/users", {"name": "bob"}).status == 409
    assert [user["name"] for user in own.send("GET", "/v1/users").json["users"]] == ["tester", "bob"]
    assert [user["name"] for user in own.send("GET", "/v1/users?user=bob").json["users"]] == ["bob"]
    key = send_json(own, "POST", "/v1/keys", {"user": "bob", "kind": "bearer"}).json
    shown = {"Authorization": f"Bearer {key['bearerKey']}"}
    assert caller(own, shown) == (200, "bob")
    assert own.send("DELETE", "/v1/users/bob").status == 204
    assert caller(own, shown) == (401, None)
    assert own.send("DELETE", "/v1/users/bob").status == 404
    assert send_json(own, "POST", "/v1/users", {"name": "bob", "account": "nobody"}).status == 404


@pytest.mark.parametrize("lasts", [{}, {"lastsSeconds": 600}], ids=["lasting", "session"])
def test_an_access_key_signs(own: Serving, lasts: dict[str, int]) -> None:
    """Told once, it signs as botocore signs, until it is switched off; an end to it makes it a session's."""
    made = send_json(own, "POST", "/v1/keys", {"user": "tester", "kind": "access"} | lasts)
    assert (made.status, made.headers["cache-control"]) == (201, "no-store")
    key = made.json
    assert (key["kind"], key["state"]) == ("session" if lasts else "access", "active")
    assert (key["expiresAt"] is None) == (not lasts)
    signer = Signer(key_id=key["id"], secret=key["secretAccessKey"], token=key["sessionToken"])
    signed = dict(signer.headers("GET", "/v1/caller", host=f"127.0.0.1:{own.port}"))
    assert caller(own, signed) == (200, "tester")
    assert own.send("POST", f"/v1/keys/{key['id']}/switch-off", b"").status == 204
    assert caller(own, signed) == (401, None)
    (kept,) = (one for one in own.send("GET", "/v1/keys").json["keys"] if one["id"] == key["id"])
    assert (kept["state"], "secretAccessKey" in kept) == ("off", False)
    assert own.send("DELETE", f"/v1/keys/{key['id']}").status == 204
    assert own.send("DELETE", f"/v1/keys/{key['id']}").status == 404


def test_no_list_tells_a_secret(own: Serving) -> None:
    """Neither of keys nor of users."""
    for path in ("/v1/keys", "/v1/keys?account=all", "/v1/users?account=all", "/v1/caller"):
        body = own.send("GET", path).body.decode()
        assert KEY_ID in body or "keys" not in path
        assert SECRET not in body
        assert TOKEN not in body


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"user": "nobody", "kind": "access"}, 404),
        ({"user": "tester", "kind": "session"}, 400),
        ({"user": "tester", "kind": "access", "lastsSeconds": 1}, 400),
        ({"user": "tester"}, 400),
    ],
)
def test_what_is_no_key(own: Serving, body: dict[str, object], status: int) -> None:
    """Is refused, and none is made."""
    assert send_json(own, "POST", "/v1/keys", body).status == status
    assert len(own.send("GET", "/v1/keys").json["keys"]) == 2
