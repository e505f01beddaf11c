"""The audit trail, read over the REST from its end: for whoever may see what an account or a user has done.

Knows CloudTrail's words of an event; writes none.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from starlette.responses import JSONResponse, Response

from outcrop.access.directory import Directory
from outcrop.api.rest.asking import Asked
from outcrop.api.rest.period import period
from outcrop.api.rest.whose import whose
from outcrop.errors import StorageFailed, Unsupported
from outcrop.ledger.allowance import FOREVER
from outcrop.records.trail import Event, Trail, Wanted, part_of
from outcrop.records.trail_backwards import Place, page_back

Object = dict[str, object]
PAGE: Final = 50
"""How many there are on a page where nothing is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditTrail:
    """What has been asked of this server, and by whom."""

    directory: Directory
    region: str
    trail: Trail | None
    """None where none is kept."""

    def doing(self) -> Mapping[str, Callable[[Asked], Response]]:
        """Each operation by its name."""
        return {"ListAuditEvents": self.list_all}

    def list_all(self, asked: Asked) -> Response:
        """ListAuditEvents: those of a user, of an account or of all, the newest first, a page at a time.

        Raises: Denied; NoSuchResource when there is no such account; InvalidRequest when parameters contradict;
        Unsupported where no trail is kept; StorageFailed when it cannot be read.
        """
        wanted = self._wanted(asked)
        if self.trail is None:
            raise Unsupported("This server keeps no audit trail; whoever runs it can set 'audit' to true.")
        cursor = asked.parameters.get("cursor")
        before = None if cursor is None else Place.read(cursor)
        try:
            page = page_back(self.trail.folder, wanted, before, asked.parameters.get("limit", PAGE))
        except OSError as error:
            raise StorageFailed(f"The audit trail cannot be read: {error.strerror}; try again.") from None
        following = None if page.following is None else str(page.following)
        return JSONResponse({"events": [_described(event) for event in page.events], "nextCursor": following})

    def _wanted(self, asked: Asked) -> Wanted:
        theirs, when, given = (
            whose(asked, self.directory.database, self.region),
            period(asked.parameters),
            asked.parameters,
        )
        return Wanted(
            since=datetime.fromtimestamp(when.since, UTC) if when.since else None,
            until=datetime.fromtimestamp(when.until, UTC) if when.until != FOREVER else None,
            account=theirs.account_id,
            name=theirs.user_name,
            operation=given.get("operation"),
            model=given.get("model"),
            errors=given.get("outcome") == "refused",
        )


def _described(event: Event) -> Object:
    """An event in the REST's words; what a line does not say, or says in another form, is null."""
    who, about = part_of(event, "userIdentity"), part_of(event, "requestParameters")
    return {
        "id": _text(event, "eventID"),
        "at": _text(event, "eventTime"),
        "operation": _text(event, "eventName"),
        "account": _text(who, "accountId"),
        "user": _text(who, "userName"),
        "key": _text(who, "accessKeyId"),
        "address": _text(event, "sourceIPAddress"),
        "userAgent": _text(event, "userAgent"),
        "about": {name: value for name, value in about.items() if isinstance(value, str)},
        "error": _text(event, "errorCode"),
        "message": _text(event, "errorMessage"),
        "request": _text(event, "requestID"),
    }


def _text(event: Event, name: str) -> str | None:
    found = event.get(name)
    return found if isinstance(found, str) else None
