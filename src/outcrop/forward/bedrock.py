"""Passes calls on to Amazon Bedrock with the operator's credentials. Knows HTTP; knows no client, price or picture.

A call has a connection of its own, so that it is never sent on one that the other side is just closing, and closing it
is how a call ends that nobody waits for.
"""

import asyncio
import contextlib
import logging
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final
from urllib.parse import quote

import httpx2

from outcrop import __version__
from outcrop.errors import ModelFailed, NotInTime, RefusedElsewhere, Throttled, Unavailable
from outcrop.forward.credentials import Signer
from outcrop.forward.refusals import refusal
from outcrop.forward.upstream import Answer, Call

MAX_BYTES: Final = 25_000_000
"""Of an answer's body, by Bedrock's service model."""
CONNECT_S: Final = 5.0
CONNECTS: Final = 3
"""How often a connection is tried. What comes after it is never repeated here: Bedrock may have drawn already, and
clients repeat by themselves what they may."""

UNREACHABLE: Final = "Amazon Bedrock cannot be reached from this server. Try your request again in a moment."

_SEEN: Final = ("content-type",)
_SEEN_PREFIX: Final = "x-amzn-bedrock-"

logger = logging.getLogger("outcrop.forward")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where Bedrock is, and how long it may take."""

    region: str
    endpoint: str
    """Scheme and host alone."""
    timeout_s: float
    """From the call's beginning to the last byte of its answer."""
    calls: int
    """How many may be under way; whoever comes then is told to come again."""


@final
class Bedrock:
    """Amazon Bedrock in a region."""

    def __init__(self, place: Place, signer: Signer) -> None:
        self._place = place
        self._signer = signer
        self._tls: ssl.SSLContext = httpx2.create_ssl_context()  # reads the system's authorities: once is enough
        self._under_way = 0

    @property
    def region(self) -> str:
        """The region in which calls are answered."""
        return self._place.region

    async def invoke(self, call: Call) -> Answer:
        """Pass a call on and wait for its answer; cancelling this closes the connection.

        Raises: RefusedElsewhere in Bedrock's words; NotInTime, Unavailable, Throttled or ModelFailed where there is no
        answer of its own.
        """
        if self._under_way >= self._place.calls:
            raise Throttled(f"Too many requests, please wait before trying again: {self._under_way} are passed on now.")
        self._under_way += 1
        try:
            async with asyncio.timeout(self._place.timeout_s):
                return await self._invoke(call)
        except TimeoutError:
            raise NotInTime(f"Amazon Bedrock did not answer within {self._place.timeout_s:g} seconds.") from None
        finally:
            self._under_way -= 1

    async def _invoke(self, call: Call) -> Answer:
        url = f"{self._place.endpoint}/model/{quote(call.model, safe='')}/invoke"
        sent = {"user-agent": f"outcrop/{__version__}", "accept-encoding": "identity", **call.headers}
        signed = await asyncio.to_thread(self._signer.signed, url, sent, call.body)
        try:
            for _ in range(CONNECTS - 1):
                with contextlib.suppress(httpx2.ConnectError, httpx2.ConnectTimeout):
                    return await self._send(url, signed, call.body)
            return await self._send(url, signed, call.body)
        except httpx2.TransportError as error:
            logger.error("Amazon Bedrock cannot be reached: %s: %s", type(error).__name__, error)  # noqa: TRY400
            raise Unavailable(UNREACHABLE) from None

    async def _send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        timeout = httpx2.Timeout(None, connect=CONNECT_S)
        async with (
            httpx2.AsyncClient(verify=self._tls, timeout=timeout, follow_redirects=False) as client,
            client.stream("POST", url, headers=headers, content=body) as response,
        ):
            try:
                content = await _body(response)
            except httpx2.TransportError as error:
                # The picture was made, and is lost: a client that repeated this would pay AWS for two.
                raise ModelFailed("The connection to Amazon Bedrock broke while its answer came.") from error
            return _answer(response.status_code, response.headers, content)


async def _body(response: httpx2.Response) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in response.aiter_bytes():
        size += len(chunk)
        if size > MAX_BYTES:
            raise ModelFailed(f"Amazon Bedrock's answer is longer than {MAX_BYTES:,} bytes.")
        chunks.append(chunk)
    return b"".join(chunks)


def _answer(status: int, headers: Mapping[str, str], body: bytes) -> Answer:
    names = {name.lower(): value for name, value in headers.items()}
    request_id = names.get("x-amzn-requestid", "")[:128]
    if status != 200:
        error = refusal(status, names, body)
        if not isinstance(error, RefusedElsewhere):
            logger.error("Amazon Bedrock answered %s (request %s): %s", status, request_id or "-", _start(body))
        raise error
    seen = {name: value for name, value in names.items() if name in _SEEN or name.startswith(_SEEN_PREFIX)}
    return Answer(request_id=request_id, headers=seen, body=body)


def _start(body: bytes) -> str:
    """The beginning of a body as a line of a log can hold it."""
    return ascii(body[:500].decode("utf-8", "replace"))
