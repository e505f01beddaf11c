"""AWS Key Management Service, or what speaks like it, as the one who wraps the keys of objects. Knows no object.

Stands on botocore, which finds the operator's credentials as every AWS program does.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, final

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session

from outcrop.errors import StorageFailed

CONTEXT: Final = {"outcrop": "asset"}
"""What a wrapped key is bound to: none of another purpose is unwrapped as one of ours."""
WAITS: Final = Config(connect_timeout=5, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3})


@final
class KeyService:
    """One key of a KMS."""

    def __init__(self, key_id: str, region: str, endpoint: str | None) -> None:
        self._key_id = key_id
        self._client: Any = Session().create_client("kms", region_name=region, endpoint_url=endpoint, config=WAITS)

    def wrap(self, key: bytes) -> bytes:
        """A key, wrapped.

        Raises: StorageFailed when the KMS cannot be reached or refuses.
        """
        with _told("encrypt"):
            said = self._client.encrypt(KeyId=self._key_id, Plaintext=key, EncryptionContext=CONTEXT)
        return bytes(said["CiphertextBlob"])

    def unwrap(self, wrapped: bytes) -> bytes:
        """The key again.

        Raises: StorageFailed when the KMS cannot be reached, or refuses: it was wrapped under another key.
        """
        with _told("decrypt"):
            said = self._client.decrypt(KeyId=self._key_id, CiphertextBlob=wrapped, EncryptionContext=CONTEXT)
        return bytes(said["Plaintext"])


@contextmanager
def _told(operation: str) -> Iterator[None]:
    """What the KMS says, in the words of the domain.

    Raises: StorageFailed.
    """
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise StorageFailed(f"The key service did not {operation} the key of an asset: {error}") from error
