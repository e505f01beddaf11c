"""Requests to a server and its streams of events, tried again where that is safe. Knows HTTP; knows no resource."""

import contextlib
import http.client
import json
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, final
from urllib.parse import quote, urlencode, urlsplit

from outcrop import errors
from outcrop.client.place import Place
from outcrop.client.signing import signed_headers
from outcrop.clock import UnixTime, pause, unix_time
from outcrop.errors import OutcropError, Throttled, Unavailable

TIMEOUT_S: Final = 60
"""As long as nothing at all may come; a stream of events says something sooner."""
TRIES: Final = 6
FIRST_PAUSE_S, MOST_PAUSE_S = 0.25, 8.0
PASSING: Final = frozenset({429, 502, 503, 504})
"""Statuses after which the same request may succeed."""
SAFE: Final = frozenset({"GET", "PUT", "DELETE"})
"""Methods that change no more when they come twice; others need a key that says they are the same."""

ERRORS: Final[dict[str, type[OutcropError]]] = {
    kind.__name__: kind
    for kind in (
        *(errors.InvalidRequest, errors.MalformedRequest, errors.NoSuchModel, errors.NoSuchResource),
        *(errors.NoCredentials, errors.BadCredentials, errors.UnknownKey, errors.BadSignature, errors.ExpiredKey),
        *(errors.Denied, errors.AlreadyThere, errors.NoRoom, errors.Unsupported, errors.ModelFailed),
        *(errors.BudgetSpent, errors.Throttled, errors.Loading, errors.Unavailable, errors.StorageFailed),
    )
}
"""What the server calls a problem to the error that it is here."""

Object = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that a stream tells."""

    name: str
    data: Object


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    """A request as it goes over the wire, but for who signs it and when."""

    method: str
    target: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def safe(self) -> bool:
        """Whether it may be sent again when nobody knows what became of it."""
        return self.method in SAFE or "Idempotency-Key" in self.headers


@final
class Wire:
    """A server, asked on a connection for each request."""

    def __init__(self, place: Place, now: UnixTime = unix_time, rest: Callable[[float], None] = pause) -> None:
        """`rest` waits some seconds before something is tried again."""
        self._place = place
        self._now = now
        self._rest = rest
        self._trust = ssl.create_default_context(cafile=place.authority) if place.secure else None

    def ask(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: object = None, key: str = ""
    ) -> Object:
        """What the server answers, an object. `key` names a request that may be sent more than once.

        Raises: the domain error that the server names; Unavailable when it cannot be reached.
        """
        answer = self._send(_request(method, path, query, body, key))
        content = json.loads(answer.body) if answer.body else {}
        assert isinstance(content, dict)
        return content

    def fetch(self, path: str, query: Mapping[str, str] | None = None) -> bytes:
        """What the server keeps there.

        Raises: as `ask`.
        """
        return self._send(_request("GET", path, query, None, "")).body

    def events(self, path: str, query: Mapping[str, str]) -> Iterator[Event]:
        """What a stream tells, until it ends or breaks; whoever listens asks again then, and hears the present state.

        Raises: the domain error that the server names; Unavailable when it cannot be reached.
        """
        sent = _request("GET", path, query, None, "", accept="text/event-stream")
        connection = self._connection()
        try:
            response = self._exchange(connection, sent)
            if response.status != 200:
                raise _error(_Reply(status=response.status, headers=dict(response.headers), body=response.read()))
            yield from _events(response)
        except (OSError, http.client.HTTPException) as error:
            raise Unavailable(f"The stream from {self._place.url} broke: {_reason(error)}.") from error
        finally:
            connection.close()

    def _send(self, sent: _Sent) -> _Reply:
        for attempt in range(TRIES):
            last = attempt == TRIES - 1
            try:
                answer = self._once(sent)
            except (OSError, http.client.HTTPException) as error:
                if last or not sent.safe:
                    raise Unavailable(f"{self._place.url} cannot be reached: {_reason(error)}.") from error
                self._rest(_patience(attempt, None))
                continue
            if answer.status < 400:
                return answer
            if last or not (sent.safe and answer.status in PASSING):
                raise _error(answer)
            self._rest(_patience(attempt, answer.headers.get("retry-after")))
        raise AssertionError("the last try returns or raises")

    def _once(self, sent: _Sent) -> _Reply:
        connection = self._connection()
        try:
            response = self._exchange(connection, sent)
            headers = {name.lower(): value for name, value in response.getheaders()}
            if response.length is None and not response.chunked:  # cut off amid its headers: http.client sees no end
                raise http.client.IncompleteRead(b"")
            return _Reply(status=response.status, headers=headers, body=response.read())
        finally:
            connection.close()

    def _exchange(self, connection: http.client.HTTPConnection, sent: _Sent) -> http.client.HTTPResponse:
        who = signed_headers(self._place, sent.method, sent.target, sent.body, self._now())
        connection.request(sent.method, sent.target, sent.body or None, {**sent.headers, **who})
        return connection.getresponse()

    def _connection(self) -> http.client.HTTPConnection:
        parts = urlsplit(self._place.url)
        assert parts.hostname is not None
        if self._trust is not None:
            return http.client.HTTPSConnection(parts.hostname, parts.port, timeout=TIMEOUT_S, context=self._trust)
        return http.client.HTTPConnection(parts.hostname, parts.port, timeout=TIMEOUT_S)


def _request(
    method: str, path: str, query: Mapping[str, str] | None, body: object, key: str, accept: str = ""
) -> _Sent:
    headers: dict[str, str] = {}
    if body is not None:
        headers["Content-Type"] = "application/json"
    if key:
        headers["Idempotency-Key"] = key
    if accept:
        headers["Accept"] = accept
    written = quote(path, safe="/:~") + (f"?{urlencode(query, quote_via=quote)}" if query else "")
    return _Sent(
        method=method,
        target=written,
        body=b"" if body is None else json.dumps(body).encode(),
        headers=headers,
    )


def _events(response: http.client.HTTPResponse) -> Iterator[Event]:
    """Source: HTML Living Standard, "Server-sent events", section 9.2.6; ids are not needed here."""
    name, lines = "message", list[str]()
    for raw in response:
        line = raw.decode("utf-8").rstrip("\r\n")
        if not line:
            if lines:
                with contextlib.suppress(ValueError):
                    yield Event(name=name, data=json.loads("\n".join(lines)))
            name, lines = "message", []
        elif line.startswith("event:"):
            name = line.removeprefix("event:").strip()
        elif line.startswith("data:"):
            lines.append(line.removeprefix("data:").removeprefix(" "))


def _error(answer: _Reply) -> OutcropError:
    try:
        told = json.loads(answer.body)
        code, detail = str(told.get("code", "")), str(told["detail"])
    except (ValueError, KeyError, AttributeError, TypeError):
        return Unavailable(f"The server answered {answer.status} without saying why.")
    if code == Throttled.__name__:
        return Throttled(detail, float(answer.headers.get("retry-after", 1)))
    return ERRORS.get(code, Unavailable)(detail)


def _patience(attempt: int, asked: str | None) -> float:
    own = min(FIRST_PAUSE_S * float(2**attempt), MOST_PAUSE_S)
    return max(own, float(asked)) if asked is not None and asked.isdigit() else own


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error or type(error).__name__)
