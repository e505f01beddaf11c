"""Writes how a credit pool was used up, as a table, CSV, JSON or a chart. Knows pools; knows no options."""

import csv
import json
import sys
from collections.abc import Sequence
from datetime import date

import typer

from outcrop.catalog.prices import dollars, to_dollars
from outcrop.cli.tables import print_table
from outcrop.clock import day_of, unix_time
from outcrop.errors import InvalidRequest
from outcrop.ledger import entries
from outcrop.ledger.burn_down import PoolDay, burn_down
from outcrop.ledger.chart import Balance, draw_balance
from outcrop.ledger.invoice import signed
from outcrop.ledger.report import run_out
from outcrop.settings import Settings
from outcrop.store.credit_pools import CreditPool, list_pools
from outcrop.store.database import open_database
from outcrop.store.movements import days_of_pool

HEADINGS = ("day", "drawn", "ended", "left")
AHEAD_DAYS = 366
"""Further than this a run-out is not drawn: a line that long says nothing."""


def show_pool(settings: Settings, name: str, form: str) -> None:
    """Write a pool's days.

    Raises: InvalidRequest when there is no such pool.
    """
    now = int(unix_time())
    with open_database(settings.home, settings.database) as database, database.reading() as connection:
        pool = next((one for one in list_pools(connection) if one.name == name), None)
        if pool is None:
            raise InvalidRequest(
                f"There is no credit pool '{name[:80]}'; `outcrop credits list` shows those there are."
            )
        days = burn_down(days_of_pool(connection, entries.pool(name)), day_of(now))
        ends = run_out(connection, pool, now)
    match form:
        case "csv":
            csv.writer(sys.stdout, lineterminator="\n").writerows([HEADINGS, *map(_exact, days)])
        case "json":
            told = [dict(zip(HEADINGS, _exact(day), strict=True)) for day in days]
            content = {"pool": name, "left": to_dollars(pool.left), "runsOut": ends and ends.isoformat(), "days": told}
            typer.echo(json.dumps(content, indent=2))
        case "svg":
            typer.echo(draw_balance(_balance(pool, days, ends)), nl=False)
        case _:
            print_table(HEADINGS, [_shown(day) for day in days])
            pace = "at the pace of the last seven days it runs out on " + str(ends) if ends else "it does not run out"
            typer.echo(f"{dollars(pool.left)} of {dollars(pool.amount)} are left; {pace}.")


def _balance(pool: CreditPool, days: Sequence[PoolDay], ends: date | None) -> Balance:
    ahead = (ends - days[-1].day).days if ends and days else 0
    runs_out = f", runs out on {ends}" if ends else ""
    return Balance(
        title=f"Credit '{pool.name}': {dollars(pool.left)} of {dollars(pool.amount)} left{runs_out}",
        labels=tuple(day.day.isoformat() for day in days),
        values=tuple(day.left for day in days),
        ahead=ahead if 0 < ahead <= AHEAD_DAYS else None,
    )


def _exact(day: PoolDay) -> tuple[str, ...]:
    return (day.day.isoformat(), signed(day.drawn), to_dollars(day.ended), to_dollars(day.left))


def _shown(day: PoolDay) -> tuple[str, ...]:
    return (day.day.isoformat(), dollars(day.drawn), dollars(day.ended), dollars(day.left))
