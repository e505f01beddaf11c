"""Opens the audit trail for the server and reads it back for `outcrop audit`. Knows the folder; knows no call."""

import json
import re
from datetime import UTC, datetime, timedelta

import typer

from outcrop.cli.tables import print_table
from outcrop.clock import unix_time
from outcrop.errors import InvalidRequest
from outcrop.records.trail import Event, Trail, Wanted, read_trail
from outcrop.settings import Settings

FOLDER = "audit"
_UNITS = {"m": 60, "h": 3600, "d": 86_400}


def open_trail(settings: Settings) -> Trail:
    """The trail in the home of the settings; nothing is made before the first line. Close it."""
    strict = settings.audit_failure == "refuse"
    return Trail(settings.home / FOLDER, unix_time, syncs=settings.audit_sync, strict=strict)


def show_trail(settings: Settings, wanted: Wanted, *, as_json: bool) -> None:
    """Print the events that are wanted, oldest first; lines that cannot be read are counted on standard error."""
    rows, torn = [], 0
    for event in read_trail(settings.home / FOLDER, wanted):
        if event is None:
            torn += 1
        elif as_json:
            typer.echo(json.dumps(event, separators=(",", ":")))
        else:
            rows.append(_row(event))
    if not as_json:
        print_table(("time (UTC)", "who", "operation", "model", "from", "ended"), rows, sought=_named(wanted))
    if torn:
        typer.echo(f"{torn} lines cannot be read: half written when the disk was full or the server killed.", err=True)


def _named(wanted: Wanted) -> dict[str, str | None]:
    """What is looked for, by its name."""
    since = None if wanted.since is None else f"{wanted.since:%Y-%m-%dT%H:%M}"
    return {
        "since": since,
        "user": wanted.user,
        "model": wanted.model,
        "ended": "in an error" if wanted.errors else None,
    }


def instant(text: str, now: float) -> datetime:
    """The instant that a text names, in UTC.

    Raises: InvalidRequest when it names none.
    """
    ago = re.fullmatch(r"(\d{1,6})([mhd])", text)
    try:
        if ago:
            return datetime.fromtimestamp(now, UTC) - timedelta(seconds=int(ago[1]) * _UNITS[ago[2]])
        found = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise InvalidRequest(f"'{text[:40]}' is no time; write 2026-11-23, 2026-11-23T06:00, 30m, 12h or 7d.") from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _row(event: Event) -> tuple[str, ...]:
    who = event.get("userIdentity") or {}
    cells = (
        event.get("eventTime"),
        who.get("userName") or who.get("accessKeyId") or who.get("type"),
        event.get("eventName"),
        (event.get("requestParameters") or {}).get("modelId", "-"),
        event.get("sourceIPAddress"),
        event.get("errorCode", "ok"),
    )
    return tuple(str(cell) for cell in cells)
