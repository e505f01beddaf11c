"""What the audit trail says of a call, in CloudTrail's words: who, when, from where, what, and how it ended.

Knows a request's head; never looks at a body, and keeps no message that may quote one.

Source: AWS CloudTrail record contents; published events of Amazon Bedrock.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, final
from urllib.parse import unquote

from starlette.requests import Request
from starlette.routing import Match, Route
from starlette.types import Scope

from outcrop import errors
from outcrop.api.identity import Caller
from outcrop.api.noting import noted_of
from outcrop.api.problems import code_of, message_of
from outcrop.api.rest.problems import is_rest
from outcrop.clock import UnixTime, new_id
from outcrop.records.trail import Event, Trail

VERSION: Final = "1.09"
SOURCE: Final = "bedrock.amazonaws.com"
OWN_SOURCE: Final = "outcrop"
"""Of the operations that are Outcrop's own."""
UNKNOWN: Final = "Unknown"
NOT_KEPT: Final = "Not kept here, as it may quote the request."
MAX_CHARS: Final = 1024

# Messages that are made of our own words, names, numbers and ARNs alone.
_SAYABLE: Final = (
    *(errors.Denied, errors.NoSuchModel, errors.NoCredentials, errors.UnknownKey, errors.BadSignature),
    *(errors.ExpiredKey, errors.Throttled, errors.Loading, errors.Overdue, errors.Unavailable, errors.Unsupported),
    *(errors.Cancelled, errors.AlreadyThere, errors.NotInTime, errors.Withheld),
)
_READING: Final = ("Get", "List", "Invoke", "Converse", "Count", "Detect")
_CLAIMED: Final = re.compile(r"AWS4-HMAC-SHA256 +Credential=([A-Z0-9]{16,128})/")


@final
class Audit:
    """Writes each call to the trail."""

    def __init__(self, trail: Trail, routes: Sequence[Route], region: str, now: UnixTime) -> None:
        self._trail = trail
        self._routes = routes
        self._region = region
        self._now = now

    async def write(self, scope: Scope, request_id: str, caller: Caller | None, error: Exception | None) -> None:
        """Write how a call ended.

        Raises: Unavailable when the trail cannot be written and must be.
        """
        event = self._event(Request(scope), request_id, caller, error)
        if self._trail.syncs:
            await asyncio.to_thread(self._trail.write, event)
        else:
            self._trail.write(event)  # tens of microseconds: a thread would cost more

    def _event(self, request: Request, request_id: str, caller: Caller | None, error: Exception | None) -> Event:
        operation, parameters = self._asked(request.scope)
        ending: dict[str, Any] = {}
        if error is not None:
            said = message_of(error) if isinstance(error, _SAYABLE) else NOT_KEPT
            ending = {"errorCode": code_of(error), "errorMessage": said[:MAX_CHARS]}
        told = {
            "userIdentity": _who(request, caller),
            "eventSource": OWN_SOURCE if is_rest(request.scope["path"]) else SOURCE,
            "eventName": operation,
            "sourceIPAddress": request.client.host if request.client else UNKNOWN,
            "userAgent": request.headers.get("user-agent", "")[:MAX_CHARS],
            **ending,
            "requestParameters": parameters or None,
            "responseElements": None,
            **_beside(request, error),
            "requestID": request_id,
            "readOnly": operation.startswith(_READING),
            "eventType": "AwsApiCall",
            "recipientAccountId": caller.user.account_id if caller else None,
        }
        return event_of(told, self._region, self._now())

    def _asked(self, scope: Scope) -> tuple[str, dict[str, str]]:
        """The operation's name, and what the path says it is about; a refused call has not been routed."""
        for route in self._routes:
            match, found = route.matches(scope)
            if match is Match.FULL:
                return route.name, {_camel(k): unquote(v)[:MAX_CHARS] for k, v in found["path_params"].items()}
        return UNKNOWN, {}


def event_of(said: Mapping[str, Any], region: str, at: float) -> Event:
    """What is said of something as an event, with what every event has. Units: `at` in seconds since 1970."""
    return {
        "eventVersion": VERSION,
        "eventTime": datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "awsRegion": region,
        **said,
        "eventID": new_id(),
        "managementEvent": True,
        "eventCategory": "Management",
    }


def _who(request: Request, caller: Caller | None) -> dict[str, str]:
    if caller is None:
        # Nobody has shown that they have this key; it says whose key was tried.
        claimed = _CLAIMED.match(request.headers.get("authorization", ""))
        return {"type": UNKNOWN} | ({"accessKeyId": claimed[1]} if claimed else {})
    user = caller.user
    return {
        "type": "IAMUser",
        "principalId": user.id,
        "arn": user.arn,
        "accountId": user.account_id,
        "accessKeyId": caller.key_id,
        "userName": user.name,
    }


def _beside(request: Request, error: Exception | None) -> dict[str, dict[str, Any]]:
    """What whoever answered has noted, such as where a call was passed on to; what a filter held back."""
    told = {**noted_of(request), **(error.record if isinstance(error, errors.Withheld) else {})}
    return {"additionalEventData": told} if told else {}


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.title, others))
