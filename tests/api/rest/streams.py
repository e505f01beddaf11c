"""A reader of server-sent events over plain HTTP. Knows the format; knows no job."""

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.serving import SIGNED, Serving


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One event."""

    event: str
    data: dict[str, Any]


@contextmanager
def stream(server: Serving, path: str) -> Iterator[Iterator[Sent]]:
    """The events of a stream, as they come, until it ends."""
    connection = server.connect()
    try:
        connection.request("GET", path, None, SIGNED)
        response = connection.getresponse()
        assert (response.status, response.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
        yield events(response)
    finally:
        connection.close()


def events(response: http.client.HTTPResponse) -> Iterator[Sent]:
    """Read events; comments and the time after which to come again are passed over."""
    fields: dict[str, str] = {}
    while line := response.readline():
        name, _, value = line.decode().rstrip("\n").partition(": ")
        if name:
            fields[name] = value
        else:
            if "event" in fields:
                yield Sent(event=fields["event"], data=json.loads(fields["data"]))
            fields = {}
