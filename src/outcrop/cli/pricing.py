"""Shows, checks, adds and ends price lists for `outcrop prices`. Knows the lists; knows no options."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import typer

from outcrop.api.rest.price_lists import described, with_one_more
from outcrop.catalog.own_costs import OwnCostList
from outcrop.catalog.prices import PriceList, Prices, Rate, dollars
from outcrop.cli.kept_prices import with_kept_lists
from outcrop.cli.tables import day_and_time, print_table
from outcrop.cli.wiring import open_catalog
from outcrop.clock import day_of, unix_time
from outcrop.errors import InvalidRequest
from outcrop.ledger.own_lists import LONGEST, Content, Known, OwnLists, read_document
from outcrop.settings import Settings
from outcrop.store.database import open_database
from outcrop.store.price_lists import Kind
from outcrop.units import ModelId

HOUR_MS = 3_600_000
ORIGINS = {"shipped": "Outcrop", "file": "a file", "database": "the database"}


@contextmanager
def opened(settings: Settings) -> Iterator[tuple[OwnLists, Prices]]:
    """All lists, and the prices that hold today."""
    catalog = open_catalog(settings)
    with open_database(settings.home, settings.database) as database:
        prices = with_kept_lists(catalog, database).prices
        yield OwnLists(catalog=catalog, database=database, now=unix_time), prices


def show_lists(settings: Settings, *, kind: Kind | None, day: date | None, model: str | None) -> None:
    """Print every list, or those of a kind or for a model, and what holds on a day.

    Raises: NoSuchModel.
    """
    with opened(settings) as (lists, today):
        prices = today if day is None else today.on(day)
        wanted = None if model is None else lists.catalog.model_named(model).id
        known = [one for one in lists.all() if kind in {None, one.kind} and _has(one, wanted)]
    holding = _holding_costs(known, day or day_of(unix_time()))
    rows = [
        (
            one.listed.name,
            one.kind,
            one.listed.holds_from.isoformat(),
            ORIGINS[one.listed.origin],
            _state(one, prices, one is holding),
        )
        for one in known
    ]
    sought = {"kind": kind, "model": model}
    print_table(("list", "of", "from (UTC)", "kept in", "holds"), rows, sought=sought)


def show_list(settings: Settings, name: str, form: str) -> None:
    """Write one list.

    Raises: NoSuchResource when there is none of that name.
    """
    with opened(settings) as (lists, prices):
        known = lists.find(name)
    if form == "json":
        typer.echo(json.dumps(described(known, prices), indent=2))
    else:
        _print(known, prices)


def check_list(settings: Settings, file: str) -> None:
    """Say what a list would be.

    Raises: InvalidRequest, NoSuchModel, AlreadyThere or NoRoom when it cannot be added; OSError when it cannot be read.
    """
    content = _read(file)
    with opened(settings) as (lists, prices):
        known = lists.check(content)
    _print(known, with_one_more(prices, known))
    typer.echo("It can be added; nothing was kept.")


def add_list(settings: Settings, file: str) -> None:
    """Keep a list.

    Raises: as `check_list`.
    """
    content = _read(file)
    with opened(settings) as (lists, prices):
        known = lists.add(content)
    _print(known, with_one_more(prices, known))
    typer.echo(f"The list '{known.listed.name}' is kept; what is booked stays as it is.")


def retire_list(settings: Settings, name: str) -> None:
    """End a list.

    Raises: NoSuchResource; InvalidRequest when it is not in the database.
    """
    with opened(settings) as (lists, _):
        lists.retire(name)
    typer.echo(f"The list '{name}' holds no more; what is booked by it stays as it is.")


def remove_list(settings: Settings, name: str) -> None:
    """Forget a list.

    Raises: NoSuchResource; InvalidRequest when it is not in the database; AlreadyThere when it was used.
    """
    with opened(settings) as (lists, _):
        lists.remove(name)
    typer.echo(f"The list '{name}' is gone.")


def _read(name: str) -> Content:
    if name == "-":
        content = sys.stdin.buffer.read(4 * LONGEST)
    else:
        with Path(name).open("rb") as file:
            content = file.read(4 * LONGEST)
    try:
        return read_document(content.decode("utf-8"))
    except UnicodeDecodeError:
        raise InvalidRequest(f"{name} is not written in UTF-8.") from None


def _has(known: Known, model: ModelId | None) -> bool:
    return model is None or (isinstance(known.listed, PriceList) and model in known.listed.rates)


def _holding_costs(known: list[Known], day: date) -> Known | None:
    """The list of own costs that holds on a day."""
    holding = [
        one for one in known if one.kind == "own-costs" and one.retired_at is None and one.listed.holds_from <= day
    ]
    return holding[-1] if holding else None


def _state(known: Known, prices: Prices, holds_costs: bool) -> str:  # noqa: FBT001 - one of three parts of a line
    if known.retired_at is not None:
        return f"no more, since {day_and_time(known.retired_at)}"
    listed = known.listed
    if isinstance(listed, OwnCostList):
        return "yes" if holds_costs else "not on that day"
    held = sum(prices.of(model) == listed for model in listed.rates)
    return f"for {held} of {len(listed.rates)} models"


def _print(known: Known, prices: Prices) -> None:
    listed = known.listed
    typer.echo(f"{listed.name}, from {listed.holds_from} on, kept in {ORIGINS[listed.origin]}.")
    typer.echo(f"Source: {listed.source}.")
    if known.retired_at is not None:
        typer.echo(f"It was retired on {day_and_time(known.retired_at)} (UTC).")
    if isinstance(listed, OwnCostList):
        typer.echo(f"An hour of the engine at work costs {dollars(listed.cost(HOUR_MS))}.")
        return
    rows = [
        (model, _work(rate), dollars(rate.price), "yes" if prices.of(model) == listed else "no")
        for model, rates in listed.rates.items()
        for rate in rates
    ]
    print_table(("model", "pictures", "price", "holds today"), rows)


def _work(rate: Rate) -> str:
    parts = [
        "" if rate.max_pixels is None else f"up to {rate.max_pixels:,} pixels",
        "" if rate.max_steps is None else f"up to {rate.max_steps} steps",
        rate.quality or "",
    ]
    return ", ".join(filter(None, parts)) or "all"
