"""Queries on the webhooks of accounts. Knows rows; tells nobody anything."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping, delete, insert, select, update

from outcrop.store.database import Connection
from outcrop.store.job_tables import webhooks


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountWebhook:
    """Where an account wants to be told how its jobs ended."""

    account_id: str
    name: str
    url: str
    secret: bytes
    """Sealed."""
    events: Sequence[str]
    """Which ends it is told of."""
    created_at: int


def secret_name(account_id: str, name: str) -> str:
    """Under what name the secret of a webhook is sealed."""
    return f"webhook/{account_id}/{name}"


def put_webhook(connection: Connection, webhook: AccountWebhook) -> None:
    """Keep a webhook, in place of the one of its name."""
    values: dict[str, object] = {"url": webhook.url, "secret": webhook.secret, "created_at": webhook.created_at}
    values["events"] = json.dumps(list(webhook.events))
    same = (webhooks.c.account_id == webhook.account_id) & (webhooks.c.name == webhook.name)
    if connection.execute(update(webhooks).where(same).values(values)).rowcount == 0:
        key = {"account_id": webhook.account_id, "name": webhook.name}
        connection.execute(insert(webhooks).values(key | values))


def find_webhook(connection: Connection, account_id: str, name: str) -> AccountWebhook | None:
    """An account's webhook of that name."""
    query = select(webhooks).where(webhooks.c.account_id == account_id, webhooks.c.name == name)
    row = connection.execute(query).mappings().first()
    return None if row is None else _webhook(row)


def list_webhooks(connection: Connection, account_id: str | None) -> list[AccountWebhook]:
    """An account's webhooks by name; of every account, where none is named."""
    query = select(webhooks).order_by(webhooks.c.account_id, webhooks.c.name)
    whose = query if account_id is None else query.where(webhooks.c.account_id == account_id)
    return [_webhook(row) for row in connection.execute(whose).mappings()]


def delete_webhook(connection: Connection, account_id: str, name: str) -> None:
    """Forget a webhook."""
    connection.execute(delete(webhooks).where(webhooks.c.account_id == account_id, webhooks.c.name == name))


def _webhook(row: RowMapping) -> AccountWebhook:
    return AccountWebhook(**{**row, "events": tuple(json.loads(row["events"]))})
