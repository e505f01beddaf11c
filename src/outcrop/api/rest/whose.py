"""Whose figures a request is about: a user's, an account's or those of the whole installation. Knows no figure."""

from dataclasses import dataclass
from typing import Final

from outcrop.access.arns import outcrop_arn
from outcrop.api.rest.asking import Asked
from outcrop.errors import InvalidRequest, NoSuchResource
from outcrop.store.accounts import find_account
from outcrop.store.costs import Span
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
            return outcrop_arn(region, "", "installation")
        name = "account" if self.user_name is None else f"user/{self.user_name}"
        return outcrop_arn(region, self.account_id, name)

    def span(self, since: int, until: int) -> Span:
        """Their pictures from one moment to before another."""
        return Span(since=since, until=until, account_id=self.account_id, user_name=self.user_name)


EVERYBODY: Final = Whose(account_id=None)


def whose(asked: Asked, database: Database, region: str) -> Whose:
    """Whose figures a request asks for with `account` and `user`, if it may: without them those of its own account.

    Raises: Denied when it may not; NoSuchResource when there is no such account; InvalidRequest when a user is named
    of no account.
    """
    account, user = asked.parameters.get("account"), asked.parameters.get("user")
    if account == ALL:
        if user is not None:
            raise InvalidRequest("A user belongs to one account; name it in 'account', or leave 'user' out.")
        found = EVERYBODY
    else:
        found = Whose(account_id=account_id_of(asked, account, database, region), user_name=user)
    asked.require(found.arn(region))
    return found


def account_id_of(asked: Asked, named: str | None, database: Database, region: str) -> str:
    """The number of an account by its number or name; None is the one of whoever asks.

    Raises: NoSuchResource when there is none; Denied in its place to whoever may not see all accounts, and so does not
    learn which there are.
    """
    if named is None:
        return asked.caller.user.account_id
    with database.reading() as connection:
        account = find_account(connection, named)
    if account is None:
        asked.require(EVERYBODY.arn(region))
        raise NoSuchResource(f"There is no account '{named[:80]}'; `outcrop users list` shows those there are.")
    return account.id
