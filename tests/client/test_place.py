"""Where a server is and whose key: what is given goes before what the environment says."""

import pytest

from outcrop.client.place import Bearer, Keys, find_place
from outcrop.errors import BadSettings, NoCredentials

KEYS = {"AWS_ACCESS_KEY_ID": "AKIA1", "AWS_SECRET_ACCESS_KEY": "secret"}


def test_the_environment_is_read_as_aws_s_clients_read_it() -> None:
    """Address, key, region and who vouches for the certificate."""
    place = find_place(
        environ=KEYS | {"AWS_ENDPOINT_URL": "https://here:1/", "AWS_REGION": "eu-west-1", "AWS_CA_BUNDLE": "ca.pem"}
    )
    assert (place.url, place.host, place.secure) == ("https://here:1", "here:1", True)
    assert (place.region, place.authority) == ("eu-west-1", "ca.pem")
    assert place.credentials == Keys(key_id="AKIA1", secret="secret")


def test_without_an_address_it_is_this_machine() -> None:
    """As `outcrop serve` listens."""
    assert find_place(environ=KEYS).url == "http://127.0.0.1:8321"


def test_what_is_given_goes_first() -> None:
    """A bearer key before one that signs, a URL before any variable."""
    place = find_place("http://a", "token", environ=KEYS | {"OUTCROP_URL": "http://b"})
    assert (place.url, place.credentials) == ("http://a", Bearer(token="token"))
    assert find_place(environ={"OUTCROP_URL": "http://b", "AWS_ENDPOINT_URL": "http://c"} | KEYS).url == "http://b"
    bearer = find_place(environ=KEYS | {"AWS_BEARER_TOKEN_BEDROCK": "t"})
    assert bearer.credentials == Bearer(token="t")


@pytest.mark.parametrize("url", ["here", "ftp://here", "http://", "http://here/path", "http://here?x=1"])
def test_what_is_no_address_is_refused(url: str) -> None:
    """With one that is."""
    with pytest.raises(BadSettings, match=r"one reads like http://127\.0\.0\.1:8321"):
        find_place(url, environ=KEYS)


def test_without_a_key_it_is_said_where_to_get_one() -> None:
    """Half a key is none."""
    with pytest.raises(NoCredentials, match="outcrop keys create"):
        find_place(environ={"AWS_ACCESS_KEY_ID": "AKIA1"})
