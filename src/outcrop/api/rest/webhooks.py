"""Webhooks of an account: kept, listed, deleted, what each was told, and that again. Sends nothing.

A secret is told once, when a webhook is made or asks for a new one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from starlette.responses import JSONResponse, Response

from outcrop.access.arns import outcrop_arn
from outcrop.access.directory import Directory
from outcrop.api.account_webhooks import WantedWebhook, forget_webhook, keep_webhook
from outcrop.api.rest.asking import Asked
from outcrop.clock import moment_of
from outcrop.errors import NoSuchResource
from outcrop.jobs.endings import EVENTS
from outcrop.store.database import Connection
from outcrop.store.job_events import JobEvent, list_job_events, repeat_job_event
from outcrop.store.webhooks import AccountWebhook, find_webhook, list_webhooks

Object = dict[str, object]
SHOWN: Final = 100
"""Messages that are shown of a webhook."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhooks:
    """Where accounts want to be told how their jobs ended."""

    directory: Directory
    region: str
    private: bool
    """Whether they may be on private networks, and plain HTTP."""

    def doing(self) -> Mapping[str, Callable[[Asked], Response]]:
        """Each operation by its name."""
        return {
            "ListWebhooks": self.list_all,
            "GetWebhook": self.get,
            "PutWebhook": self.put,
            "DeleteWebhook": self.delete,
            "RepeatMessage": self.repeat,
        }

    def list_all(self, asked: Asked) -> Response:
        """ListWebhooks: those of the caller's account.

        Raises: Denied.
        """
        asked.require(self._arn(asked, "*"))
        with self.directory.database.reading() as connection:
            found = list_webhooks(connection, asked.caller.user.account_id)
        return JSONResponse({"webhooks": [_described(one) for one in found]})

    def get(self, asked: Asked) -> Response:
        """GetWebhook: one of them, and what it was told of late.

        Raises: Denied; NoSuchResource when there is none of that name.
        """
        asked.require(self._arn(asked, asked.parameters["name"]))
        with self.directory.database.reading() as connection:
            kept = self._kept(connection, asked)
            messages = list_job_events(connection, (kept.account_id, kept.name), SHOWN)
        return JSONResponse(_described(kept) | {"messages": [_message(one) for one in messages]})

    def put(self, asked: Asked) -> Response:
        """PutWebhook: make one, or put another in the place of the one of its name; a new one tells its secret.

        Raises: Denied; InvalidRequest when its URL may not be called, or there are too many.
        """
        account, name = asked.caller.user.account_id, asked.parameters["name"]
        asked.require(self._arn(asked, name))
        wanted = WantedWebhook(
            account_id=account,
            name=name,
            url=asked.body["url"],
            events=asked.body.get("events", EVENTS),
            new_secret=asked.body.get("newSecret", False),
        )
        kept = keep_webhook(self.directory, wanted, private=self.private)
        content = _described(kept.webhook) | ({} if kept.secret is None else {"secret": kept.secret})
        # What is told once is kept by nobody on the way.
        return JSONResponse(content, 201 if kept.made else 200, {"Cache-Control": "no-store"})

    def delete(self, asked: Asked) -> Response:
        """DeleteWebhook: it is told nothing any more, not even what was due.

        Raises: Denied; NoSuchResource when there is none of that name.
        """
        asked.require(self._arn(asked, asked.parameters["name"]))
        with self.directory.database.writing() as connection:
            forget_webhook(connection, self._kept(connection, asked))
        return Response(status_code=204)

    def repeat(self, asked: Asked) -> Response:
        """RepeatMessage: have a message sent once more, whatever became of it, under the same id.

        Raises: Denied; NoSuchResource when there is no such webhook, or it was told nothing of that id.
        """
        asked.require(self._arn(asked, asked.parameters["name"]))
        message = asked.parameters["message"]
        with self.directory.database.writing() as connection:
            kept = self._kept(connection, asked)
            due = repeat_job_event(connection, (kept.account_id, kept.name), message, int(self.directory.now()))
        if due is None:
            raise NoSuchResource(f"The webhook '{kept.name}' was told nothing under the id {message[:40]} of late.")
        return JSONResponse(_message(due), 202)

    def _kept(self, connection: Connection, asked: Asked) -> AccountWebhook:
        name = asked.parameters["name"]
        kept = find_webhook(connection, asked.caller.user.account_id, name)
        if kept is None:
            raise NoSuchResource(f"There is no webhook '{name}'; GET /v1/webhooks shows those there are.")
        return kept

    def _arn(self, asked: Asked, name: str) -> str:
        return outcrop_arn(self.region, asked.caller.user.account_id, f"webhook/{name}")


def _described(webhook: AccountWebhook) -> Object:
    return {
        "name": webhook.name,
        "url": webhook.url,
        "events": list(webhook.events),
        "createdAt": moment_of(webhook.created_at),
    }


def _message(event: JobEvent) -> Object:
    return {
        "id": event.id,
        "job": event.job_id,
        "event": event.event,
        "at": moment_of(event.at),
        "attempts": event.attempts,
        "takenAt": None if event.sent_at is None else moment_of(event.sent_at),
        "nextAt": None if event.due_at is None else moment_of(event.due_at),
        "reason": event.reason,
    }
