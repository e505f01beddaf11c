"""Looks after webhooks for the command line. Knows what is kept of them and the screen; knows no options."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import typer

from outcrop.access.directory import Directory
from outcrop.api.account_webhooks import WantedWebhook, forget_webhook, keep_webhook
from outcrop.cli.directory import open_directory
from outcrop.cli.tables import day_and_time, print_table
from outcrop.clock import moment_of, new_id
from outcrop.errors import InvalidRequest, NoSuchResource
from outcrop.jobs.endings import EVENTS
from outcrop.records.webhook import Message, Webhook, read_secret, send
from outcrop.settings import Settings
from outcrop.store.accounts import find_account
from outcrop.store.database import Connection
from outcrop.store.job_events import JobEvent, list_job_events, repeat_job_event
from outcrop.store.webhooks import AccountWebhook, find_webhook, list_webhooks, secret_name

NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,48}")
TEST: Final = "webhook.test"
MOST_KNOWN: Final = 100_000
"""Messages of a webhook that are looked through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """Which webhook is meant."""

    account: str
    """By its name or number."""
    name: str


def show_webhooks(settings: Settings, account: str | None) -> None:
    """Print every webhook.

    Raises: NoSuchResource when there is no such account.
    """
    with open_directory(settings) as directory, directory.database.reading() as connection:
        whose = None if account is None else _account(connection, account)
        rows = [
            (
                one.name,
                one.account_id,
                one.url,
                " ".join(one.events) if set(one.events) != set(EVENTS) else "all",
                str(sum(message.sent_at is None for message in _messages(connection, one))),
            )
            for one in list_webhooks(connection, whose)
        ]
    print_table(("webhook", "account", "url", "events", "not taken"), rows, sought={"account": account})


def add_webhook(settings: Settings, hook: Hook, url: str, events: Sequence[str], *, new_secret: bool) -> None:
    """Make a webhook or put another in its place, and print its secret where it has a new one.

    Raises: InvalidRequest when a part is wrong; NoSuchResource when there is no such account.
    """
    if NAME.fullmatch(hook.name) is None:
        raise InvalidRequest(
            f"'{hook.name[:80]}' is no name; use 1 to 48 letters, digits, dots, dashes and underlines."
        )
    unknown = next((event for event in events if event not in EVENTS), None)
    if unknown is not None:
        raise InvalidRequest(f"There is no event '{unknown[:40]}'; there are {', '.join(EVENTS)}.")
    with open_directory(settings) as directory:
        with directory.database.reading() as connection:
            account_id = _account(connection, hook.account)
        wanted = WantedWebhook(
            account_id=account_id, name=hook.name, url=url, events=tuple(events) or EVENTS, new_secret=new_secret
        )
        kept = keep_webhook(directory, wanted, private=settings.private_webhooks)
    typer.echo(f"The webhook '{hook.name}' of {account_id} is {'made' if kept.made else 'changed'}.", err=True)
    if kept.secret is not None:
        typer.echo("Its secret is shown this once; whoever verifies the messages needs it.", err=True)
        typer.echo(kept.secret)


def remove_webhook(settings: Settings, hook: Hook) -> None:
    """Delete a webhook.

    Raises: NoSuchResource when there is none of that name.
    """
    with open_directory(settings) as directory, directory.database.writing() as connection:
        forget_webhook(connection, _webhook(connection, hook))
    typer.echo(f"The webhook '{hook.name}' is gone; it is told nothing any more.")


def show_messages(settings: Settings, hook: Hook, most: int, *, failed: bool) -> None:
    """Print what a webhook was told, or only what it has not taken.

    Raises: NoSuchResource when there is none of that name.
    """
    with open_directory(settings) as directory, directory.database.reading() as connection:
        found = _messages(connection, _webhook(connection, hook))
    rows = [
        (one.id, one.event, one.job_id, day_and_time(one.at), _became(one), str(one.attempts), one.reason)
        for one in found
        if one.sent_at is None or not failed
    ]
    sought = {"webhook": hook.name, "taken": "no" if failed else None}
    print_table(("message", "event", "job", "ended", "taken", "attempts", "why not"), rows[:most], sought=sought)


def send_test(settings: Settings, hook: Hook) -> None:
    """Send a webhook a message that says nothing but that it is one.

    Raises: NoSuchResource when there is none of that name; Unavailable when it is not taken, with the reason.
    """
    with open_directory(settings) as directory:
        with directory.database.reading() as connection:
            kept = _webhook(connection, hook)
        at = int(directory.now())
        body = {"type": TEST, "timestamp": moment_of(at), "data": {"webhook": kept.name}}
        message = Message(id=new_id(), at=at, body=json.dumps(body).encode())
        send(_opened(directory, kept, private=settings.private_webhooks), message)
    typer.echo(f"The webhook '{hook.name}' has taken a message of the type {TEST}.")


def repeat_messages(settings: Settings, hook: Hook, messages: Sequence[str], *, failed: bool) -> None:
    """Have a webhook be told messages once more, or all that it has not taken and is not told any more.

    Raises: InvalidRequest when none are named; NoSuchResource when there is no such webhook or message.
    """
    if bool(messages) == failed:
        raise InvalidRequest("Name messages by their ids, or give --failed for all that were not taken.")
    with open_directory(settings) as directory, directory.database.writing() as connection:
        kept = _webhook(connection, hook)
        lost = [one.id for one in _messages(connection, kept) if one.sent_at is None and one.due_at is None]
        wanted, at = list(dict.fromkeys(messages)) or lost, int(directory.now())
        for message in wanted:
            if repeat_job_event(connection, (kept.account_id, kept.name), message, at) is None:
                raise NoSuchResource(
                    f"The webhook was told nothing under the id {message[:40]} of late; `outcrop webhooks show "
                    f"{hook.name}` shows the ids."
                )
    typer.echo(f"{len(wanted)} messages are due; a server of this database sends them within seconds.")


def _opened(directory: Directory, kept: AccountWebhook, *, private: bool) -> Webhook:
    secret = directory.seal.open(kept.secret, secret_name(kept.account_id, kept.name))
    return Webhook(url=kept.url, secret=read_secret(secret), private=private)


def _became(message: JobEvent) -> str:
    if message.sent_at is not None:
        return day_and_time(message.sent_at)
    return "given up" if message.due_at is None else f"next try {day_and_time(message.due_at)}"


def _messages(connection: Connection, webhook: AccountWebhook) -> list[JobEvent]:
    return list_job_events(connection, (webhook.account_id, webhook.name), MOST_KNOWN)


def _webhook(connection: Connection, hook: Hook) -> AccountWebhook:
    found = find_webhook(connection, _account(connection, hook.account), hook.name)
    if found is None:
        raise NoSuchResource(f"There is no webhook '{hook.name[:80]}'; `outcrop webhooks list` shows them.")
    return found


def _account(connection: Connection, named: str) -> str:
    account = find_account(connection, named)
    if account is None:
        raise NoSuchResource(f"There is no account '{named[:80]}'; `outcrop users list` shows them.")
    return account.id
