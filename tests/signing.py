"""Requests signed by botocore, whose signer is the oracle. Knows nothing of how they are verified."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, final

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.serving import KEY_ID, REGION, SECRET

HOST = "127.0.0.1:8321"


@final
class _SignedThen(SigV4Auth):  # type: ignore[misc] # botocore has no types
    """botocore's signer at another time than now."""

    def __init__(self, credentials: Credentials, service: str, region: str, stamp: str) -> None:
        super().__init__(credentials, service, region)
        self._stamp = stamp

    def add_auth(self, request: AWSRequest) -> None:
        """All that botocore does, but for the look at the clock."""
        request.context["timestamp"] = self._stamp
        self._modify_request_before_signing(request)
        canonical = self.canonical_request(request)
        signature = self.signature(self.string_to_sign(request, canonical), request)
        self._inject_signature_to_request(request, signature)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who signs, when, and for where."""

    key_id: str = KEY_ID
    secret: str = SECRET
    token: str | None = None
    region: str = REGION
    service: str = "bedrock"
    at: float | None = None
    """Seconds since 1970; None is now."""

    def headers(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | Sequence[tuple[str, str]] = (),
        host: str = HOST,
    ) -> list[tuple[str, str]]:
        """The headers to send with a request, `Authorization` among them. `path` is as it is sent, with its query."""
        when = datetime.now(UTC) if self.at is None else datetime.fromtimestamp(self.at, UTC)
        request: Any = AWSRequest(method=method, url=f"http://{host}{path}", data=body)
        for name, value in dict(headers).items():
            request.headers[name] = value
        request.headers["Host"] = host
        credentials = Credentials(self.key_id, self.secret, self.token)
        _SignedThen(credentials, self.service, self.region, when.strftime("%Y%m%dT%H%M%SZ")).add_auth(request)
        return list(request.headers.items())
