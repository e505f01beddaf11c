"""Who is asking: the one place of the edge that verifies it, and tells the rest of the request.

Knows the Authorization header, the cookie of a session, the body that a signature covers, and where the peer is; knows
no model and no operation.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Final, Literal, final

from starlette.requests import Request
from starlette.types import Message

from outcrop.access.bearer import SERVICE, find_bearer
from outcrop.access.bedrock_calls import BearerKind
from outcrop.access.directory import Directory
from outcrop.access.keys import INVALID, find_key, secret_of
from outcrop.access.sessions import Session, unseal
from outcrop.access.sigv4 import (
    ALGORITHM,
    Claim,
    Header,
    Signed,
    check_scope,
    check_signature,
    check_time,
    read_claim,
)
from outcrop.access.standing import Standing, read_standing
from outcrop.api.body import read_body
from outcrop.api.rest.problems import is_rest
from outcrop.api.session_cookie import check_change, find_cookie
from outcrop.errors import BadCredentials, Denied, NoCredentials, UnknownKey
from outcrop.store.access_keys import AccessKey
from outcrop.store.accounts import User
from outcrop.store.bearer_keys import BearerKey
from outcrop.store.database import Connection

SHORT_BYTES: Final = 65_536
"""A body up to here is digested sooner than a thread takes it over; a longer one would hold up the event loop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks."""

    scheme: Literal["sigv4", "bearer", "session"]
    standing: Standing
    session: Session | None = None
    """Of somebody who has signed in at the studio."""

    @property
    def user(self) -> User:
        """Whose key it is."""
        return self.standing.key.user

    @property
    def key_id(self) -> str:
        """The id of the key that was shown."""
        return self.standing.key.id

    @property
    def bearer(self) -> BearerKind | None:
        """Of which kind a bearer key is."""
        if self.scheme != "bearer":
            return None
        return "LONG_TERM" if isinstance(self.standing.key, BearerKey) else "SHORT_TERM"

    def __str__(self) -> str:
        return self.key_id


@final
class Identity:
    """Tells who asks, over what is kept of who may."""

    def __init__(self, directory: Directory, region: str) -> None:
        self._directory = directory
        self._region = region

    async def identify(self, request: Request) -> tuple[Caller, Request]:
        """Who asks, and the request to go on with: a signature covers the body, which is read to verify it.

        Raises: NoCredentials, BadCredentials, UnknownKey, BadSignature or ExpiredKey when whoever asks does not show
        a good key; Denied when the key may not be shown from there, or so; InvalidRequest when the body is too long.
        """
        headers = _headers(request)
        authorization = [value.strip(" \t") for name, value in headers if name == "authorization"]
        if not any(authorization):
            return await self._by_session(request), request
        if len(authorization) > 1:
            raise BadCredentials("There is more than one Authorization header.")
        scheme, _, rest = authorization[0].partition(" ")
        match scheme:
            case _ if scheme.lower() == "bearer":  # the names of schemes know no case (RFC 9110)
                return await self._by_bearer(request, rest.strip(" \t")), request
            case _ if scheme == ALGORITHM:
                return await self._by_signature(request, authorization[0], headers)
            case _:
                raise BadCredentials(
                    f"The Authorization header begins with '{scheme[:40]}'; expected '{ALGORITHM}' or 'Bearer'."
                )

    async def _by_session(self, request: Request) -> Caller:
        cookie = find_cookie(request) if is_rest(request.scope["path"]) else None
        if cookie is None:
            raise NoCredentials("Missing Authentication Token")
        if not is_private(request):
            raise Denied("A session that travels without TLS is not taken; open the studio over https.")
        session = unseal(self._directory, cookie)
        check_change(request, session)
        standing = await self._read(
            lambda connection: find_key(self._directory, connection, session.key_id, session.key_token)
        )
        _check_place(standing.key, peer_of(request))
        return Caller(scheme="session", standing=standing, session=session)

    async def _by_bearer(self, request: Request, token: str) -> Caller:
        if not token:
            raise BadCredentials("The Authorization header has no token after 'Bearer'.")
        if not is_private(request):
            raise Denied("A bearer key that travels without TLS is not taken; use https, and make another key.")
        standing = await self._read(lambda connection: find_bearer(self._directory, connection, token, self._region))
        _check_place(standing.key, peer_of(request))
        return Caller(scheme="bearer", standing=standing)

    async def _by_signature(
        self, request: Request, authorization: str, headers: list[Header]
    ) -> tuple[Caller, Request]:
        # All that can be refused without it is refused before the body is read.
        claim = read_claim(authorization, headers)
        token = request.headers.get("x-amz-security-token")
        standing = await self._read(lambda connection: find_key(self._directory, connection, claim.key_id, token))
        key = standing.key
        assert isinstance(key, AccessKey)
        _check_place(key, peer_of(request))
        check_scope(claim, self._region, SERVICE)
        check_time(claim, self._directory.now())
        body = await read_body(request)
        signed = Signed(
            method=request.method,
            path=request.scope["raw_path"].decode("latin-1"),
            query=request.scope["query_string"].decode("latin-1"),
            headers=headers,
            body=body,
        )
        if len(body) > SHORT_BYTES:
            await asyncio.to_thread(self._verify, claim, signed, key)
        else:
            self._verify(claim, signed, key)
        return Caller(scheme="sigv4", standing=standing), _again(request, body)

    async def _read(self, find: Callable[[Connection], AccessKey | BearerKey]) -> Standing:
        if self._directory.database.is_near:  # where readers wait for nobody
            return read_standing(self._directory, find)
        return await asyncio.to_thread(read_standing, self._directory, find)

    def _verify(self, claim: Claim, signed: Signed, key: AccessKey) -> None:
        check_signature(claim, signed, secret_of(self._directory, key))


def caller_if_known(request: Request) -> Caller | None:
    """Who asks, where somebody has shown it; an operation that is open to all asks nobody."""
    caller = getattr(request.state, "caller", None)
    return caller if isinstance(caller, Caller) else None


def caller_of(request: Request) -> Caller:
    """Who asks, in an operation."""
    caller = request.state.caller
    assert isinstance(caller, Caller)
    return caller


def request_id_of(request: Request) -> str:
    """The id of a request, which its answer names, in an operation."""
    request_id = request.state.id
    assert isinstance(request_id, str)
    return request_id


def is_this_machine(peer: str | None) -> bool:
    """Whether a peer's address is a loopback one; None is a peer without one, on a Unix socket."""
    if peer is None:
        return True
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address.is_loopback


def _headers(request: Request) -> list[Header]:
    """The headers that can be signed. In HTTP/2 the host has a name of its own, whichever of the two was sent."""
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.scope["headers"]]
    if request.scope["http_version"] == "2":
        headers += [(":authority", value) for name, value in headers if name == "host"]
    return headers


def peer_of(request: Request) -> str | None:
    """Where a request comes from; None is a Unix socket."""
    return request.client.host if request.client else None


def is_private(request: Request) -> bool:
    """Whether nobody on the way reads what a request shows: over TLS, or within this machine."""
    return request.scope["scheme"] == "https" or is_this_machine(peer_of(request))


def _check_place(key: AccessKey | BearerKey, peer: str | None) -> None:
    if isinstance(key, AccessKey) and key.this_machine_only and not is_this_machine(peer):
        raise UnknownKey(INVALID)


def _again(request: Request, body: bytes) -> Request:
    """The request with its body put back in front of whatever else its channel says."""
    put_back: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return put_back.pop() if put_back else await request.receive()

    return Request(request.scope, receive)
