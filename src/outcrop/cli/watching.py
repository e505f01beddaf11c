"""Watches the budgets beside the server, and tells the operator's webhook what it sees. Knows threads and files.

What is to be told stands in the database before it is told: a server that ends, however, has another one go on.
"""

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from outcrop.catalog.prices import dollars
from outcrop.cli.tables import day_and_time, print_table
from outcrop.clock import UnixTime, new_id, random_bytes, unix_time
from outcrop.errors import BadSettings, Unavailable
from outcrop.ledger.warning import as_json, note_warnings
from outcrop.records.webhook import LEASE_S, Message, Webhook, check_url, new_secret, next_attempt, read_secret, send
from outcrop.rounds import going_round
from outcrop.settings import Settings
from outcrop.store.budget_events import BudgetEvent, SoughtEvents, claim_event, end_attempt, events_due, list_events
from outcrop.store.database import Database, Failure, open_database

logger = logging.getLogger("outcrop.budgets")

SECRET_FILE: Final = "webhook.secret"  # noqa: S105 - the file's name
LOOK_S: Final = 2.0
"""Seconds between two looks at the budgets."""
SHOWN: Final = 100
"""Events that are listed."""

Send = Callable[[Webhook, Message], None]


@contextmanager
def open_watch(settings: Settings, database: Database) -> Iterator[None]:
    """Watch for as long as the block lasts.

    Raises: BadSettings when the webhook of the settings cannot be used.
    """
    webhook = open_webhook(settings)

    def watch() -> None:
        try:
            look(database, webhook, unix_time)
        except Failure as error:  # such as a disk that is full: it may not be at the next look
            logger.error("the budgets cannot be watched: %s", error)  # noqa: TRY400 - the line says it all

    with going_round("outcrop-budgets", watch, LOOK_S):
        yield


def look(database: Database, webhook: Webhook | None, now: UnixTime, send: Send = send) -> None:
    """Note what budgets have come to, and tell the webhook what is due."""
    with database.writing() as connection:
        note_warnings(connection, int(now()), new_id, tell=webhook is not None)
    if webhook is not None:
        with database.reading() as connection:
            due = events_due(connection, int(now()))
        for event in due:
            _tell(database, webhook, event, now, send)


def open_webhook(settings: Settings) -> Webhook | None:
    """The webhook of the settings, with the secret that is kept beside the database, made when it is first needed.

    Raises: BadSettings when a part of it cannot be used.
    """
    if not settings.webhook:
        return None
    url, private = _parts(settings.webhook)
    webhook = Webhook(url=url, secret=read_secret(_secret(settings.home)), private=private)
    check_url(webhook)
    return webhook


def show_events(settings: Settings) -> None:
    """Print the latest warnings, and whether the webhook has been told."""
    with open_database(settings.home, settings.database) as database, database.reading() as connection:
        rows = [
            (
                day_and_time(event.at),
                event.budget,
                f"{event.part} %",
                dollars(event.used),
                dollars(event.ceiling),
                _told(event),
            )
            for event in list_events(connection, SoughtEvents(most=SHOWN))
        ]
    print_table(("seen (UTC)", "budget", "used up to", "used", "limit", "webhook"), rows)


def show_secret(settings: Settings) -> str:
    """The secret under which webhooks are signed.

    Raises: BadSettings when it cannot be kept.
    """
    return _secret(settings.home)


def _tell(database: Database, webhook: Webhook, event: BudgetEvent, now: UnixTime, send: Send) -> None:
    """One attempt, unless another server makes it; the transaction is over before anything is sent."""
    began = int(now())
    with database.writing() as connection:
        if not claim_event(connection, event, began + LEASE_S):
            return
    failed = ""
    try:
        send(webhook, Message(id=event.id, at=began, body=as_json(event)))
    except Unavailable as error:
        failed = str(error)
    sent_at, due_at = (None, next_attempt(event.attempts, int(now()))) if failed else (int(now()), None)
    if failed:
        again = "; it is not tried any more" if due_at is None else ""
        logger.warning("the webhook was not told of the budget '%s': %s%s", event.budget, failed, again)
    with database.writing() as connection:
        end_attempt(connection, event.id, sent_at, due_at, failed)


def _told(event: BudgetEvent) -> str:
    if event.sent_at is not None:
        return f"told {day_and_time(event.sent_at)}"
    if not event.attempts:
        return "-" if event.due_at is None else "due"
    again = "given up" if event.due_at is None else f"again {day_and_time(event.due_at)}"
    return f"{event.attempts} attempts, {again}: {event.reason or 'under way'}"


def _parts(table: Mapping[str, object]) -> tuple[str, bool]:
    known = isinstance(table, dict)  # the settings take whatever stands there
    url, private = (table.get("url"), table.get("private", False)) if known else (None, None)
    if not known or set(table) - {"url", "private"} or not isinstance(url, str) or not isinstance(private, bool):
        raise BadSettings('[webhook] of the settings reads url = "https://…" and, if need be, private = true.')
    return url, private


def _secret(home: Path) -> str:
    file = home / SECRET_FILE
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return file.read_text(encoding="ascii").strip()
        secret = new_secret(random_bytes)
        with os.fdopen(descriptor, "w", encoding="ascii") as opened:
            opened.write(f"{secret}\n")
    except (OSError, ValueError) as error:
        raise BadSettings(f"The webhook's secret cannot be kept in {file}: {error}.") from None
    else:
        return secret
