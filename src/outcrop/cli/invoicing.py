"""Writes the invoice of a month, as a table, CSV, JSON or a page. Knows invoices; knows no options."""

import csv
import json
import sys
from collections.abc import Iterator, Mapping

import typer

from outcrop.catalog.prices import dollars, to_dollars
from outcrop.cli.tables import print_table
from outcrop.cli.wiring import open_catalog
from outcrop.clock import unix_time
from outcrop.errors import InvalidRequest
from outcrop.ledger.invoice import Invoice, described, invoice, signed
from outcrop.ledger.invoice_page import invoice_page
from outcrop.ledger.month import read_month
from outcrop.settings import Settings
from outcrop.store.accounts import find_account, list_accounts
from outcrop.store.database import open_database

HEADINGS = ("account", "model", "operation", "price list", "price", "pictures", "amount", "own cost")


def show_invoice(settings: Settings, month: str, account: str, form: str) -> None:
    """Write the invoice of an account, or of all together.

    Raises: InvalidRequest when there is no such month or account; ImpossibleBooking when the books contradict
    themselves.
    """
    asked = read_month(month)
    with open_database(settings.home, settings.database) as database, database.reading() as connection:
        whose = find_account(connection, account) if account else None
        if account and whose is None:
            raise InvalidRequest(f"There is no account '{account[:80]}'; `outcrop users list` shows those there are.")
        found = invoice(connection, asked, None if whose is None else whose.id)
        names = {one.id: one.name for one in list_accounts(connection)}
    match form:
        case "csv":
            csv.writer(sys.stdout, lineterminator="\n").writerows([HEADINGS, *_rows(found), *_credits(found)])
        case "json":
            typer.echo(json.dumps(described(found), indent=2))
        case "html":
            models = {card.id: card.name for card in open_catalog(settings).models.values()}
            typer.echo(invoice_page(found, models, names, unix_time()), nl=False)
        case _:
            _print(found, names)


def _rows(found: Invoice) -> Iterator[tuple[str, ...]]:
    for line in found.lines:
        own = "" if line.own_cost is None else to_dollars(line.own_cost)
        price, pictures = to_dollars(line.price), str(line.pictures)
        yield (
            line.account_id,
            line.model_id,
            line.operation,
            line.price_list,
            price,
            pictures,
            signed(line.amount),
            own,
        )


def _credits(found: Invoice) -> Iterator[tuple[str, ...]]:
    """Lines below 0, so that the column of amounts adds up to what is billed."""
    for pool, amount in found.credit:
        yield (found.account_id or "", "", "credit", pool, "", "", signed(-amount), "")


def _print(found: Invoice, names: Mapping[str, str]) -> None:
    whom = "all accounts" if found.account_id is None else f"account {names[found.account_id]} ({found.account_id})"
    typer.echo(f"Invoice {found.month.name}, {whom}")
    rows = [
        (
            names.get(line.account_id, line.account_id),
            line.model_id,
            line.operation,
            dollars(line.price),
            str(line.pictures),
            dollars(line.amount),
            "-" if line.own_cost is None else dollars(line.own_cost),
        )
        for line in found.lines
    ]
    print_table(("account", "model", "operation", "each", "pictures", "amount", "own cost"), rows)
    sums = [(f"{found.pictures} pictures", dollars(found.total))]
    sums += [(f"from credit '{pool}'", dollars(-amount)) for pool, amount in found.credit]
    sums.append(("to pay", dollars(found.billed)))
    known = f" of {found.own_of} of {found.delivered}" if found.own_of else ""
    sums.append((f"own cost{known}", dollars(found.own_cost) if found.own_of else "not known"))
    print_table(("in all", "US dollars"), sums)
