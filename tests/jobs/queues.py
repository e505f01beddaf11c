"""Queues for the tests of jobs, and jobs to put into them. Knows every implementation of the seam."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from outcrop.jobs.database_queue import DatabaseQueue
from outcrop.jobs.leases import Watch
from outcrop.jobs.queue import Queue
from outcrop.store.accounts import Account, add_account
from outcrop.store.database import Database
from outcrop.store.jobs import Job

A, B, C = "111111111111", "222222222222", "333333333333"
KIND, OTHER = "a kind", "another kind"
NOON = 1_000_000_000


@dataclass(slots=True)
class Time:
    """Two clocks that stand still until they are set: the machine's, and one that only ever goes on."""

    unix: float = NOON
    monotonic: float = 0

    def pass_(self, seconds: float) -> None:
        """Both go on."""
        self.unix += seconds
        self.monotonic += seconds


@dataclass(slots=True)
class Opened:
    """A queue, and all that it knows of the world."""

    database: Database
    time: Time
    dead: set[str] = field(default_factory=set)

    def database_queue(self) -> Queue:
        """The queue as one more process opens it."""
        return DatabaseQueue(self.database, lambda: self.time.unix, self._watch())

    def _watch(self) -> Watch:
        return Watch(lambda: self.time.monotonic, lambda worker: worker in self.dead)


QUEUES: Mapping[str, Callable[[Opened], Queue]] = {"database": Opened.database_queue}
"""Every implementation of the seam: one more line is one more run of the contract."""


def job(number: int, account: str = A, **given: Any) -> Job:  # noqa: ANN401 - fields of a job
    """Some job of an account."""
    values: dict[str, Any] = {"id": f"job{number:09d}", "kind": KIND, "account_id": account, "user_name": "tester"}
    values |= {"model_id": "a model", "digest": "a digest", "request": {"n": number}, "priority": "standard"}
    return Job(**values | {"created_at": NOON, "due_at": NOON, "changed_at": NOON} | given)


def add_accounts(database: Database) -> None:
    """Three accounts."""
    with database.writing() as connection:
        for account in (A, B, C):
            add_account(connection, Account(id=account, name=f"of {account}", created_at=0))
