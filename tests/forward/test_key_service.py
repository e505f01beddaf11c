"""A key service wraps the keys of objects: against moto's, which speaks as AWS's does."""

from collections.abc import Iterator

import pytest

from outcrop.assets.cipher import Sealed
from outcrop.assets.key_wraps import Remembered
from outcrop.clock import random_bytes
from outcrop.errors import StorageFailed
from outcrop.forward.key_service import KeyService
from tests.assets.s3_server import REGION, S3Server


@pytest.fixture
def key_ids(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str]]:
    """Two keys there, and the credentials for them where AWS's chain looks."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3.key_id)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", s3.secret)
    client = s3.client("kms")
    yield client.create_key()["KeyMetadata"]["KeyId"], client.create_key()["KeyMetadata"]["Arn"]
    client.close()


def test_keys_are_wrapped_and_unwrapped(s3: S3Server, key_ids: tuple[str, str]) -> None:
    """Named by id or ARN; the service says itself under which key it was."""
    for key_id in key_ids:
        service = KeyService(key_id, REGION, s3.url)
        wrapped = service.wrap(b"k" * 32)
        assert b"k" * 32 not in wrapped
        assert service.unwrap(wrapped) == b"k" * 32
        cipher = Sealed(Remembered(service), random_bytes)
        assert cipher.open(cipher.seal(b"a picture", "a"), "a") == b"a picture"


def test_a_key_that_is_not_there_is_a_clear_refusal(s3: S3Server, key_ids: tuple[str, str]) -> None:
    """So is what no key of the service has wrapped, and a service that is not there."""
    service = KeyService(key_ids[0], REGION, s3.url)
    with pytest.raises(StorageFailed, match="The key service did not decrypt the key of an asset"):
        service.unwrap(b"x" * 100)
    with pytest.raises(StorageFailed, match="The key service did not encrypt"):
        KeyService("00000000-0000-0000-0000-000000000000", REGION, s3.url).wrap(b"k" * 32)
    with pytest.raises(StorageFailed, match="The key service did not encrypt"):
        KeyService(key_ids[0], REGION, "http://127.0.0.1:9").wrap(b"k" * 32)
