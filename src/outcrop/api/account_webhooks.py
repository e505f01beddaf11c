"""Keeps webhooks of accounts, for whoever asks for it. Knows what may be kept; knows no wire, and sends nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from outcrop.access.directory import Directory
from outcrop.errors import BadSettings, InvalidRequest
from outcrop.jobs.endings import EVENTS
from outcrop.records.webhook import Webhook, check_url, new_secret
from outcrop.store.database import Connection
from outcrop.store.job_events import drop_addressee
from outcrop.store.webhooks import AccountWebhook, delete_webhook, list_webhooks, put_webhook, secret_name

MOST: Final = 100
"""Webhooks of an account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedWebhook:
    """A webhook as it is asked for."""

    account_id: str
    name: str
    url: str
    events: Sequence[str] = field(default=EVENTS)
    new_secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptWebhook:
    """What has become of it."""

    webhook: AccountWebhook
    secret: str | None
    """Told this once: None where it has the one that it had."""
    made: bool


def keep_webhook(directory: Directory, wanted: WantedWebhook, *, private: bool) -> KeptWebhook:
    """Make a webhook, or put another in the place of the one of its name, which keeps its secret.

    `private` allows private networks, and plain HTTP.

    Raises: InvalidRequest when its URL may not be called, or there are too many.
    """
    account, name, secret = wanted.account_id, wanted.name, new_secret(directory.random)
    try:
        check_url(Webhook(url=wanted.url, secret=b"", private=private))
    except BadSettings as error:
        raise InvalidRequest(str(error)) from None
    with directory.database.writing() as connection:
        there = {one.name: one for one in list_webhooks(connection, account)}
        kept = there.get(name)
        if kept is None and len(there) >= MOST:
            raise InvalidRequest(f"An account has at most {MOST} webhooks; delete one.")
        stays = None if wanted.new_secret or kept is None else kept.secret
        webhook = AccountWebhook(
            account_id=account,
            name=name,
            url=wanted.url,
            secret=stays or directory.seal.close(secret, secret_name(account, name)),
            events=tuple(wanted.events),
            created_at=int(directory.now()) if kept is None else kept.created_at,
        )
        put_webhook(connection, webhook)
    return KeptWebhook(webhook=webhook, secret=secret if stays is None else None, made=kept is None)


def forget_webhook(connection: Connection, webhook: AccountWebhook) -> None:
    """Delete a webhook: it is told nothing any more, not even what was due."""
    delete_webhook(connection, webhook.account_id, webhook.name)
    drop_addressee(connection, (webhook.account_id, webhook.name))
