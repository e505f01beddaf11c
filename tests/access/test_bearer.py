"""Bearer keys: botocore's signature in advance is the oracle of short-term ones; nothing else opens."""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given, settings
from hypothesis import strategies as st

from outcrop.access.bearer import create_bearer_key, find_bearer, short_term_key
from outcrop.access.directory import Directory
from outcrop.access.keys import create_key
from outcrop.clock import unix_time
from outcrop.errors import ExpiredKey, UnknownKey
from outcrop.store.access_keys import AccessKey, deactivate_access_key
from outcrop.store.accounts import User
from outcrop.store.bearer_keys import BearerKey, deactivate_bearer_key
from tests.serving import ACCOUNT, KEY_ID, REGION, SECRET, TOKEN, directory_of

PREFIX = "bedrock-api-key-"
TESTER = User(id="AIDATEST", account_id=ACCOUNT, name="tester", created_at=0)
LONGEST_S = 43_200


@dataclass(slots=True)
class Time:
    """A clock that a test sets."""

    now: float

    def __call__(self) -> float:
        """Seconds since 1970."""
        return self.now


@pytest.fixture(scope="module")
def clock() -> Time:
    """What the directory takes for now."""
    return Time(unix_time())


@pytest.fixture(scope="module")
def directory(clock: Time, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Directory]:
    """A directory of the module's own."""
    with directory_of(tmp_path_factory.mktemp("home"), clock) as directory:
        yield directory


def made_by_botocore(credentials: Credentials, region: str = REGION, lasts_s: int = LONGEST_S) -> str:
    """A short-term key in the way of AWS's token generator: a call signed in advance, then base64."""
    request: Any = AWSRequest(
        method="POST",
        url="https://bedrock.amazonaws.com/",
        headers={"host": "bedrock.amazonaws.com"},
        params={"Action": "CallWithBearerToken"},
    )
    SigV4QueryAuth(credentials, "bedrock", region, expires=lasts_s).add_auth(request)
    url = request.url.removeprefix("https://") + "&Version=1"
    return PREFIX + b64encode(url.encode()).decode()


def bearer(directory: Directory, token: str, region: str = REGION) -> BearerKey | AccessKey:
    """What a bearer key stands for."""
    with directory.database.reading() as connection:
        return find_bearer(directory, connection, token, region)


def test_a_key_signed_by_botocore_opens(directory: Directory) -> None:
    """It stands for the access key that signed it."""
    key = bearer(directory, made_by_botocore(Credentials(KEY_ID, SECRET)), REGION)
    assert isinstance(key, AccessKey)
    assert key.id == KEY_ID


def test_a_session_s_token_travels_in_the_key(directory: Directory) -> None:
    """And is held against the session's own."""
    with directory.database.writing() as connection:
        key = create_key(directory, connection, TESTER, lasts_s=3600)
    good = made_by_botocore(Credentials(key.id, key.secret, key.session_token))
    assert bearer(directory, good, REGION).user == TESTER
    for token in (None, "another"):
        with pytest.raises(UnknownKey):
            bearer(directory, made_by_botocore(Credentials(key.id, key.secret, token)), REGION)


def test_ours_are_as_botocore_s(directory: Directory, clock: Time) -> None:
    """The key that `serve --calls` prints is of the same form."""
    ours = short_term_key(KEY_ID, SECRET, REGION, now=clock.now, lasts_s=60)
    assert bearer(directory, ours, REGION).id == KEY_ID
    names = [[pair.partition("=")[0] for pair in b64decode(key.removeprefix(PREFIX)).decode().split("&")]
             for key in (ours, made_by_botocore(Credentials(KEY_ID, SECRET)))]  # fmt: skip
    assert names[0] == names[1]


def test_a_short_term_key_ends(directory: Directory, clock: Time) -> None:
    """To the second; and none is taken that would last longer than twelve hours, or begins in the future."""
    began = clock.now
    key = short_term_key(KEY_ID, SECRET, REGION, now=began, lasts_s=60)
    try:
        clock.now = int(began) + 59
        assert bearer(directory, key, REGION).id == KEY_ID
        clock.now = int(began) + 60
        with pytest.raises(ExpiredKey, match="is expired"):
            bearer(directory, key, REGION)
    finally:
        clock.now = began
    for late, lasts_s in ((0, LONGEST_S + 1), (0, 0), (400, 60)):
        with pytest.raises(UnknownKey):
            bearer(directory, short_term_key(KEY_ID, SECRET, REGION, now=began + late, lasts_s=lasts_s), REGION)


def test_a_short_term_key_is_for_one_region_and_one_secret(directory: Directory) -> None:
    """And for keys that there are."""
    for credentials, region in (
        (Credentials(KEY_ID, SECRET), "eu-west-1"),
        (Credentials(KEY_ID, "another"), REGION),
        (Credentials("AKIANOBODYHASTHISKEY", SECRET), REGION),
    ):
        with pytest.raises(UnknownKey):
            bearer(directory, made_by_botocore(credentials, region), REGION)


def test_a_short_term_key_goes_with_its_access_key(directory: Directory) -> None:
    """Switched off, both open nothing."""
    with directory.database.writing() as connection:
        key = create_key(directory, connection, TESTER)
    token = made_by_botocore(Credentials(key.id, key.secret))
    assert bearer(directory, token, REGION).id == key.id
    with directory.database.writing() as connection:
        deactivate_access_key(connection, key.id)
    with pytest.raises(UnknownKey):
        bearer(directory, token, REGION)


def test_a_long_term_key_has_aws_s_form(directory: Directory) -> None:
    """ABSK, then in base64 a name with the account's number and a secret."""
    with directory.database.writing() as connection:
        new = create_bearer_key(directory, connection, TESTER)
    name, _, secret = b64decode(new.key.removeprefix("ABSK")).decode().partition(":")
    assert new.key.startswith("ABSKQmVkcm9ja0FQSUtleS")
    assert name == new.id
    assert name.endswith(f"-at-{ACCOUNT}")
    assert len(b64decode(secret)) == 33
    key = bearer(directory, new.key, REGION)
    assert isinstance(key, BearerKey)
    assert (key.id, key.user) == (new.id, TESTER)
    assert secret not in repr(new)


def test_a_long_term_key_ends_and_is_switched_off(directory: Directory, clock: Time) -> None:
    """Each with its own answer."""
    with directory.database.writing() as connection:
        new = create_bearer_key(directory, connection, TESTER, lasts_s=60)
    began, clock.now = clock.now, clock.now + 60
    try:
        with pytest.raises(ExpiredKey):
            bearer(directory, new.key, REGION)
    finally:
        clock.now = began
    with directory.database.writing() as connection:
        deactivate_bearer_key(connection, new.id)
    with pytest.raises(UnknownKey):
        bearer(directory, new.key, REGION)


@settings(max_examples=300)
@given(place=st.integers(0, 10_000), bit=st.integers(0, 6), short=st.booleans())
def test_one_bit_changed_anywhere_is_refused(directory: Directory, place: int, bit: int, *, short: bool) -> None:
    """Whether in what is signed, in the signature or in the secret."""
    token = short_term_key(KEY_ID, SECRET, REGION, now=unix_time(), lasts_s=3600) if short else TOKEN
    place %= len(token)
    other = token[:place] + chr(ord(token[place]) ^ 1 << bit) + token[place + 1 :]
    with pytest.raises((UnknownKey, ExpiredKey)):
        bearer(directory, other, REGION)


@settings(max_examples=300)
@given(st.one_of(st.text(), st.binary().map(lambda data: PREFIX + b64encode(data).decode()),
                 st.binary().map(lambda data: "ABSK" + b64encode(data).decode())))  # fmt: skip
def test_nothing_else_opens(directory: Directory, token: str) -> None:
    """Whatever comes: it is no defect, and no key."""
    with pytest.raises(UnknownKey):
        bearer(directory, token, REGION)
