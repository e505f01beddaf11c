"""Writes reports of costs as a table, CSV, JSON or a chart. Knows reports; knows no options."""

import csv
import json
import sys
from collections.abc import Callable, Sequence

import typer

from outcrop.catalog.prices import dollars, to_dollars
from outcrop.cli.accounting import opened
from outcrop.cli.tables import print_table
from outcrop.errors import InvalidRequest
from outcrop.ledger.chart import draw_bars
from outcrop.ledger.cost_chart import charted
from outcrop.ledger.month import ALWAYS, read_month
from outcrop.ledger.report import KEYS, Line, report
from outcrop.settings import Settings
from outcrop.store.costs import Span
from outcrop.units import Micros

NO_OWN_COST = (
    "Own cost: of pictures that were drawn while a list in OUTCROP_HOME/own-costs held; see the documentation."
)


def show_costs(settings: Settings, by: Sequence[str], month: str, form: str) -> None:
    """Write what the delivered pictures cost.

    Raises: InvalidRequest when there is no such month, or nothing of that name to report by.
    """
    unknown = [name for name in by if name not in KEYS and not name.startswith("tag:")]
    if unknown:
        raise InvalidRequest(f"There are no costs by '{unknown[0][:40]}'; give {', '.join(KEYS)} or tag:NAME.")
    asked = read_month(month) if month else ALWAYS
    with opened(settings) as (database, _), database.reading() as connection:
        found = report(connection, Span(since=asked.since, until=asked.until), by)
    headings = [*by, "pictures", "list price", "from credit", "billed", "engine s", "own cost"]
    match form:
        case "csv":
            csv.writer(sys.stdout, lineterminator="\n").writerows([headings, *map(_exact, found)])
        case "json":
            typer.echo(json.dumps([dict(zip(headings, _exact(line), strict=True)) for line in found], indent=2))
        case "svg":
            typer.echo(draw_bars(charted(found, by, asked.name)), nl=False)
        case _:
            print_table(headings, [*map(_shown, found), *_sum(found, len(by))], sought={"month": month or None})
            if any(line.own_of < line.pictures for line in found):
                typer.echo(NO_OWN_COST)


def _exact(line: Line) -> list[str]:
    amounts = (line.cost, line.credit, Micros(line.cost - line.credit))
    return [
        *line.key,
        str(line.pictures),
        *map(to_dollars, amounts),
        f"{line.engine_ms / 1000:.3f}",
        _own(line, to_dollars),
    ]


def _shown(line: Line) -> list[str]:
    amounts = (line.cost, line.credit, Micros(line.cost - line.credit))
    return [
        *line.key,
        str(line.pictures),
        *map(dollars, amounts),
        f"{line.engine_ms / 1000:.1f}",
        _own(line, dollars) or "-",
    ]


def _own(line: Line, written: Callable[[Micros], str]) -> str:
    """What the pictures cost here; nothing where that is known of none of them."""
    return written(line.own) if line.own_of else ""


def _sum(found: Sequence[Line], keys: int) -> list[list[str]]:
    """The last line of a table with several."""
    if len(found) < 2:
        return []
    total = Line(
        key=("in all", *[""] * (keys - 1)),
        pictures=sum(line.pictures for line in found),
        cost=Micros(sum(line.cost for line in found)),
        credit=Micros(sum(line.credit for line in found)),
        engine_ms=sum(line.engine_ms for line in found),
        own=Micros(sum(line.own for line in found)),
        own_of=sum(line.own_of for line in found),
    )
    return [_shown(total)]
