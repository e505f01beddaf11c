"""What a request makes of several jobs, once, however often it comes. Knows no draft set and no comparison."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from outcrop.errors import AlreadyThere
from outcrop.jobs.desk import Desk
from outcrop.jobs.handing_in import Ready, hand_in_all
from outcrop.store.database import Connection


class Overtaken(Exception):
    """Somebody else has done what was about to be done: look again."""


class Made(Protocol):
    """What a request has made, such as a set of drafts."""

    @property
    def digest(self) -> str:
        """Of what two equal requests have in common."""
        ...


T = TypeVar("T", bound=Made)


@dataclass(frozen=True, slots=True, kw_only=True)
class Once(Generic[T]):
    """A request of an account, by what it calls itself."""

    desk: Desk
    account_id: str
    token: str | None
    """None: it does not say, and makes another one each time."""
    digest: str
    find: Callable[[Connection, str, str], T | None]
    """What an account's request of a token has made."""

    def before(self) -> T | None:
        """What the same request has made.

        Raises: AlreadyThere when the token was used for another request.
        """
        if self.token is None:
            return None
        with self.desk.library.database.reading() as connection:
            there = self.find(connection, self.account_id, self.token)
        if there is not None and there.digest != self.digest:
            raise AlreadyThere("The Idempotency-Key was used for another request.")
        return there

    def hand_in(self, ready: Sequence[Ready], new: T, add: Callable[[Connection], None]) -> T:
        """Add jobs and what they are part of, all or none; answers with what there is then.

        Raises: AlreadyThere when the token was used for another request; NoSuchResource; NoRoom; BudgetSpent;
        StorageFailed.
        """

        def booked(connection: Connection) -> None:
            if self.token is not None and self.find(connection, self.account_id, self.token):
                raise Overtaken
            add(connection)

        try:
            hand_in_all(self.desk, ready, booked)
        except Overtaken:
            there = self.before()
            assert there is not None, "what overtook this request has made it"
            return there
        return new
