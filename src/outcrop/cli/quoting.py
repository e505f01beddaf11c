"""Writes what pictures would cost, as tables, CSV or JSON. Knows quotes and bodies; knows no options, books nothing."""

import csv
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import typer

from outcrop.access.accounts import LOCAL
from outcrop.api.enquiry import enquiry as asked_by
from outcrop.catalog.card import ModelCard
from outcrop.catalog.load import Catalog
from outcrop.catalog.prices import Work, dollars, to_dollars
from outcrop.cli.kept_prices import with_kept_lists
from outcrop.cli.tables import day_and_time, print_table
from outcrop.cli.wiring import open_catalog
from outcrop.clock import random_seed, unix_time
from outcrop.errors import InvalidRequest
from outcrop.ledger.quote import Charged, Payer, Quote, Wanted, described, quote
from outcrop.ledger.standing import standing
from outcrop.request import Quality
from outcrop.settings import Settings
from outcrop.store.accounts import find_account
from outcrop.store.database import Connection, open_database
from outcrop.units import Micros

MAX_BYTES = 25_000_000
"""As much of a body as the wire takes."""
CANDIDATES = 4
"""Of how many variations the price is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enquiry:
    """What is asked for on the command line."""

    model: str
    body: str = ""
    """A file, or - for standard input; empty goes by the following fields."""
    number: int = 1
    aspect_ratio: str = "1:1"
    steps: int = 0
    quality: Quality = "standard"
    user: str = ""
    """Account and user, with a slash between; empty is the user of a first start."""
    tags: tuple[str, ...] = ()


def show_quote(settings: Settings, enquiry: Enquiry, form: str) -> None:
    """Write what an enquiry would cost.

    Raises: InvalidRequest when the body or an argument is wrong; NoSuchModel; Unsupported when the body asks for what
    is not built; OSError when the body cannot be read.
    """
    catalog, now = open_catalog(settings), int(unix_time())
    with open_database(settings.home, settings.database) as database:
        catalog = with_kept_lists(catalog, database)
        asked = _wanted(enquiry, catalog)
        with database.reading() as connection:
            found = quote(asked, _payer(connection, enquiry), catalog, standing(connection, now))
    match form:
        case "csv":
            offers = [(each.model, to_dollars(each.price), to_dollars(each.total)) for each in found.offers]
            headings = ("model", "a picture", f"{asked.pictures} pictures")
            csv.writer(sys.stdout, lineterminator="\n").writerows([headings, *offers])
        case "json":
            typer.echo(json.dumps(described(found, CANDIDATES), indent=2))
        case _:
            _print(found)


def _wanted(enquiry: Enquiry, catalog: Catalog) -> Wanted:
    card = catalog.model_named(enquiry.model)
    if enquiry.body:
        return asked_by(_read(enquiry.body), card, catalog, random_seed)
    return Wanted(
        model=card.id,
        operation=next(iter(card.operations), ""),
        work=Work(pixels=_pixels(enquiry.aspect_ratio, card), steps=enquiry.steps, quality=enquiry.quality),
        pictures=enquiry.number,
        passed_on=card.tier.backend != "engine",
    )


def _pixels(aspect_ratio: str, card: ModelCard) -> int:
    if aspect_ratio not in card.sizes:
        raise InvalidRequest(f"The aspect ratio '{aspect_ratio[:40]}' is none of {', '.join(card.sizes)}.")
    return card.sizes[aspect_ratio].pixels


def _read(name: str) -> bytes:
    if name == "-":
        body = sys.stdin.buffer.read(MAX_BYTES + 1)
    else:
        with Path(name).open("rb") as file:
            body = file.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        raise InvalidRequest(f"The body has more than {MAX_BYTES:,} bytes, the most that is taken.")
    return body


def _payer(connection: Connection, enquiry: Enquiry) -> Payer:
    name, _, user = (enquiry.user or f"{LOCAL}/{LOCAL}").partition("/")
    account = find_account(connection, name)
    if account is None and enquiry.user:
        raise InvalidRequest(f"There is no account '{name[:80]}'; `outcrop users list` shows those there are.")
    pairs = [text.partition("=") for text in enquiry.tags]
    wrong = [text for text, (name, sign, _) in zip(enquiry.tags, pairs, strict=True) if not name or not sign]
    if wrong:
        raise InvalidRequest(f"'{wrong[0][:80]}' is no tag; write it as in campaign=spring.")
    tags = {name: value for name, _, value in pairs}
    return Payer(account_id="" if account is None else account.id, user_name=user, tags=tags)


def _print(found: Quote) -> None:
    offer, count = found.offer, found.wanted.pictures
    typer.echo(f"{offer.name}: {_product(count, 'picture', offer.price)}, on the list '{offer.price_list}'.")
    if found.wanted.passed_on:
        typer.echo(
            "It is passed on to Amazon Bedrock: as many are set aside as may come, and those that come are paid."
        )
    each = "" if count == 1 else " of each"
    typer.echo(f"{_product(CANDIDATES, 'candidate', offer.total, each)}.")
    rows = [(one.name, one.model, dollars(one.price), dollars(one.total)) for one in found.offers]
    print_table(("the same on", "model id", "a picture", f"{count} pictures" if count > 1 else "1 picture"), rows)
    if found.credit:
        drawn = [(one.pool, dollars(one.amount), dollars(one.left)) for one in found.credit]
        print_table(("from credit", "drawn", "left then"), drawn)
    typer.echo(f"Billed: {dollars(found.billed)}.")
    if found.budgets:
        headings = ("budget", "limit", "left then", "such pictures now", "begins anew (UTC)")
        print_table(headings, [_row(charged) for charged in found.budgets])
    if found.refusal:
        typer.echo(f"It would be refused: {found.refusal}")


def _product(count: int, noun: str, price: Micros, each: str = "") -> str:
    """`4 pictures = 4 x $0.04 = $0.16`."""
    if count == 1:
        return f"1 {noun}{each} = {dollars(price)}"
    return f"{count} {noun}s{each} = {count} x {dollars(price)} = {dollars(Micros(price * count))}"


def _row(charged: Charged) -> tuple[str, ...]:
    left = "passed" if charged.refusal else dollars(Micros(charged.left))
    pictures, anew = str(charged.pictures), day_and_time(charged.begins_anew)
    return (charged.budget, dollars(charged.ceiling), left, pictures, anew)
