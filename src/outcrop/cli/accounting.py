"""Checks the books, and keeps credits and budgets, for the command line. Knows the ledger; knows no options."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import get_args

import typer

from outcrop.catalog.load import Catalog
from outcrop.catalog.prices import dollars, to_micros
from outcrop.cli.directory import open_directory
from outcrop.cli.kept_prices import with_kept_lists
from outcrop.cli.tables import day_and_time, print_table
from outcrop.cli.wiring import open_catalog
from outcrop.clock import unix_time
from outcrop.errors import ImpossibleBooking, InvalidRequest
from outcrop.ledger.allowance import used_in
from outcrop.ledger.books import Books, open_books
from outcrop.ledger.budgets import begins, ends
from outcrop.ledger.refunding import refund
from outcrop.ledger.report import run_out
from outcrop.settings import Settings
from outcrop.store.accounts import find_account
from outcrop.store.budgets import Budget, Scope, delete_budget, list_budgets, put_budget
from outcrop.store.credit_pools import CreditPool, list_pools
from outcrop.store.database import Connection, Database
from outcrop.store.inference_profiles import find_profile, find_profile_named
from outcrop.units import Micros

NAME_CHARS = 48
SHOWN = ("ultra", "core")
"""Models whose pictures make an amount of credit plain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Credit as it is asked for on the command line."""

    name: str
    dollars: str
    since: datetime | None
    until: datetime | None
    models: tuple[str, ...]
    accounts: tuple[str, ...]
    place: int | None


@contextmanager
def opened(settings: Settings) -> Iterator[tuple[Database, Books]]:
    """The database and the books, as another process than the server's."""
    with (
        open_directory(settings) as directory,
        open_books(directory.database, unix_time) as books,
    ):
        yield directory.database, books


def prove(settings: Settings) -> None:
    """Say every contradiction in the books.

    Raises: ImpossibleBooking when there is one.
    """
    found = 0
    with opened(settings) as (_, books):
        for found, fault in enumerate(books.each_fault(), start=1):  # noqa: B007 - the last number is how many there are
            typer.echo(fault)
    if found:
        raise ImpossibleBooking(f"The books have {found} contradictions; nothing was changed.")
    typer.echo("The books are right: every balance is the sum of its entries.")


def refund_pictures(settings: Settings, ids: Sequence[str]) -> None:
    """Give back what was paid for pictures.

    Raises: InvalidRequest when one was not paid for; NoSuchResource when there is none of an id.
    """
    with opened(settings) as (database, books):
        found = refund(database, books, ids)
    for booking in found:
        credit = f", {dollars(booking.credit)} of it to credit" if booking.credit else ""
        typer.echo(f"{booking.id}: {dollars(booking.price)} given back{credit}.")


def show_credits(settings: Settings) -> None:
    """Print every pool."""
    catalog, now = open_catalog(settings), int(unix_time())
    with opened(settings) as (database, _), database.reading() as connection:
        catalog = with_kept_lists(catalog, database)
        rows = [
            (
                pool.name,
                dollars(pool.amount),
                dollars(pool.left),
                day_and_time(pool.ends_at),
                str(run_out(connection, pool, now) or "-"),
                _pictures(pool, catalog),
            )
            for pool in list_pools(connection)
        ]
    print_table(("pool", "granted", "left", "ends (UTC)", "runs out", "about"), rows)


def add_credit(settings: Settings, grant: Grant) -> None:
    """Grant credit.

    Raises: InvalidRequest when a part is wrong; NoSuchModel; AlreadyThere when a pool has its name.
    """
    since, until = (
        None if day is None else int(day.replace(tzinfo=UTC).timestamp()) for day in (grant.since, grant.until)
    )
    catalog, granted = open_catalog(settings), _money(grant.dollars)
    start = int(unix_time()) if since is None else since
    if until is not None and until <= start:
        raise InvalidRequest("The pool would end before it starts; give a later --until.")
    with opened(settings) as (database, books):
        with database.reading() as connection:
            accounts = tuple(_account(connection, name) for name in grant.accounts)
        pool = CreditPool(
            name=_name(grant.name),
            amount=granted,
            left=granted,
            starts_at=start,
            ends_at=until,
            place=grant.place,
            models=tuple(catalog.model_named(model).id for model in grant.models),
            accounts=accounts,
        )
        books.grant(pool)
        catalog = with_kept_lists(catalog, database)
    typer.echo(f"Credit of {dollars(granted)} is in the pool '{pool.name}': about {_pictures(pool, catalog)}.")


def show_budgets(settings: Settings) -> None:
    """Print every budget."""
    now = int(unix_time())
    with opened(settings) as (database, _), database.writing() as connection:  # the first to ask counts
        rows = [
            (
                budget.name,
                budget.scope + (f" {budget.value}" if budget.value else ""),
                budget.period,
                dollars(budget.ceiling),
                dollars(used_in(connection, budget, begins(budget, now))),
                day_and_time(ends(budget, begins(budget, now))),
            )
            for budget in list_budgets(connection)
        ]
    print_table(("budget", "for", "per", "limit", "used", "begins anew (UTC)"), rows)


def set_budget(settings: Settings, name: str, amount: str, whom: tuple[str, str], warn_at: Sequence[int]) -> None:
    """Make a budget or change its ceiling.

    Raises: InvalidRequest when an argument is wrong.
    """
    if not all(0 < part <= 100 for part in warn_at):
        raise InvalidRequest("Warnings are per cents from 1 to 100.")
    scope, period = whom
    with opened(settings) as (database, _), database.writing() as connection:
        kind, value = _scope(connection, scope)
        budget = Budget(
            name=_name(name),
            scope=kind,
            value=value,
            period="day" if period == "day" else "month" if period == "month" else "all",
            ceiling=_money(amount),
            warn_at=tuple(sorted(warn_at)),
        )
        put_budget(connection, budget)
    typer.echo(f"The budget '{name}' holds from now on.")


def remove_budget(settings: Settings, name: str) -> None:
    """Delete a budget.

    Raises: InvalidRequest when there is none of that name.
    """
    with opened(settings) as (database, _), database.writing() as connection:
        if not delete_budget(connection, name):
            raise InvalidRequest(f"There is no budget '{name[:80]}'; `outcrop budgets list` shows those there are.")
    typer.echo(f"The budget '{name}' is gone.")


def _scope(connection: Connection, text: str) -> tuple[Scope, str]:
    kind, _, value = text.partition("=")
    if text == "all":
        return "all", ""
    if kind.startswith("tag:") and kind != "tag:":
        return "tag", f"{kind.removeprefix('tag:')}={value}"
    if kind in get_args(Scope) and kind != "tag" and value:
        name, _, user = value.partition("/")
        account_id = _account(connection, name)
        match kind:
            case "account":
                return "account", account_id
            case "user":
                return "user", f"{account_id}/{user}"
            case _:
                return "profile", f"{account_id}/{_profile(connection, account_id, user)}"
    raise InvalidRequest(
        f"'{text[:80]}' is nobody; give all, account=NAME, user=ACCOUNT/NAME, profile=ACCOUNT/NAME or tag:NAME=VALUE."
    )


def _profile(connection: Connection, account_id: str, named: str) -> str:
    found = find_profile_named(connection, account_id, named) or find_profile(connection, account_id, named)
    if found is None:
        raise InvalidRequest(
            f"The account has no inference profile '{named[:80]}'; its ListInferenceProfiles shows those it has."
        )
    return found.id


def _account(connection: Connection, name: str) -> str:
    account = find_account(connection, name)
    if account is None:
        raise InvalidRequest(f"There is no account '{name[:80]}'; `outcrop users list` shows those there are.")
    return account.id


def _pictures(pool: CreditPool, catalog: Catalog) -> str:
    """How many pictures a pool still pays for, by models that it covers."""
    cards = [catalog.model_named(name) for name in SHOWN]
    counts = [
        f"{pool.left // max(catalog.prices.price(card.id), 1)} {card.alias}"
        for card in cards
        if not pool.models or card.id in pool.models
    ]
    return " or ".join(counts) + " pictures left" if counts else "-"


def _money(text: str) -> Micros:
    try:
        return to_micros(text.removeprefix("$"))
    except ValueError as error:
        raise InvalidRequest(f"{error} Write US dollars, as in 12.50.") from None


def _name(text: str) -> str:
    if not 0 < len(text) <= NAME_CHARS or not text.isprintable():
        raise InvalidRequest(f"'{text[:80]}' is no name; use 1 to {NAME_CHARS} characters.")
    return text
