"""A job of any kind as it is handed in: what two equal requests have in common, and when it came. Knows no kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from outcrop.engine.engine import Priority
from outcrop.jobs.canonical import canonical
from outcrop.store.accounts import User
from outcrop.store.jobs import Job


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """What is handed in."""

    id: str
    kind: str
    model_id: str
    request: Mapping[str, Any]
    """What is to be done, in the words of its kind."""
    same: object
    """All of the request that made it, in JSON: another request under its token has another one."""
    priority: Priority
    name: str | None = None
    token: str | None = None
    set_id: str | None = None

    def of(self, user: User, at: float) -> Job:
        """The job as a user hands it in at a moment. Units: seconds since 1970."""
        moment = int(at)
        return Job(
            id=self.id,
            kind=self.kind,
            account_id=user.account_id,
            user_name=user.name,
            model_id=self.model_id,
            name=self.name,
            token=self.token,
            digest=sha256(canonical(self.same).encode()).hexdigest(),
            request=self.request,
            set_id=self.set_id,
            priority=self.priority,
            created_at=moment,
            due_at=moment,
            changed_at=moment,
        )
