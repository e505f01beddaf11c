"""Whose figures a request is about: a user's, an account's or those of the whole installation. Knows no figure."""

from dataclasses import dataclass
from typing import Final

from outcrop.access.arns import outcrop_arn
from outcrop.api.rest.asking import Asked
from outcrop.errors import InvalidRequest, NoSuchResource
from outcrop.store.accounts import find_account
from outcrop.store.bookings import Booking
from outcrop.store.database import Database

ALL: Final = "all"
"""In place of an account: every one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """A user, an account, or all of them."""

    account_id: str | None
    """None is every account."""
    user_name: str | None = None
    """None is every user."""

    def arn(self, region: str) -> str:
        """What policies know them by."""
        if self.account_id is None:
            return installation_arn(region)
        name = "account" if self.user_name is None else f"user/{self.user_name}"
        return outcrop_arn(region, self.account_id, name)

    def has(self, booking: Booking) -> bool:
        """Whether a picture is theirs."""
        return self.account_id in {None, booking.account_id} and self.user_name in {None, booking.user_name}


def installation_arn(region: str) -> str:
    """What policies know the whole installation by."""
    return outcrop_arn(region, "", "installation")


def whose(asked: Asked, database: Database, region: str) -> Whose:
    """Whose figures a request asks for with `account` and `user`, if it may: without them those of its own account.

    Raises: Denied when it may not; NoSuchResource when there is no such account; InvalidRequest when a user is named
    of no account.
    """
    found = _named(asked, database, region)
    asked.require(found.arn(region))
    return found


def _named(asked: Asked, database: Database, region: str) -> Whose:
    named, user = asked.parameters.get("account"), asked.parameters.get("user")
    if named is None:
        return Whose(account_id=asked.caller.user.account_id, user_name=user)
    if named == ALL:
        if user is not None:
            raise InvalidRequest("A user belongs to one account; name it in 'account', or leave 'user' out.")
        return Whose(account_id=None)
    with database.reading() as connection:
        account = find_account(connection, named)
    if account is None:
        asked.require(installation_arn(region))  # who may not see all accounts does not learn which there are
        raise NoSuchResource(f"There is no account '{named}'; `outcrop users list` shows those there are.")
    return Whose(account_id=account.id, user_name=user)
