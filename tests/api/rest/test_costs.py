"""Reports of costs over the REST: the same figures as on the command line, as in the books, and as by hand."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from outcrop.catalog.load import Catalog
from outcrop.catalog.prices import to_micros
from outcrop.cli.costing import show_costs
from outcrop.ledger.report import KEYS
from outcrop.settings import Settings, read_settings
from outcrop.store.bookings import Booking, all_bookings, all_entries
from tests.api.rest.figures import DRAWN, draw
from tests.conftest import CORE, SD35, ULTRA
from tests.serving import ACCOUNT, Serving, serving

WAYS = [["model"], ["day"], ["model", "day"], ["tag:campaign"], ["user", "operation"], ["account", "month", "list"]]


@pytest.fixture(scope="module")
def books(catalog: Catalog) -> Iterator[Serving]:
    """A server on which five pictures were drawn, and one was refused."""
    with serving(catalog) as running:
        for drawing in DRAWN:
            draw(running, drawing)
        assert running.send("POST", f"/model/{CORE}/invoke", b'{"prompt":7}').status == 400
        yield running


def settings_of(server: Serving) -> Settings:
    """Those of a command line on the server's books."""
    return read_settings(environ={"OUTCROP_HOME": str(server.home)})


def test_a_report_by_hand(books: Serving) -> None:
    """Core is $0.04 a picture, Stable Diffusion 3.5 Large $0.08, Ultra $0.14; nothing is paid by credit."""
    report = books.send("GET", "/v1/costs?by=model&by=tag:campaign").json
    figures = [(line["key"], line["pictures"], line["listPrice"], line["billed"]) for line in report["lines"]]
    assert figures == [
        ({"model": SD35, "tag:campaign": "autumn"}, 1, "0.08", "0.08"),
        ({"model": CORE, "tag:campaign": "autumn"}, 1, "0.04", "0.04"),
        ({"model": CORE, "tag:campaign": "spring"}, 2, "0.08", "0.08"),
        ({"model": ULTRA, "tag:campaign": "spring"}, 1, "0.14", "0.14"),
    ]
    total = report["total"]
    assert (total["pictures"], total["listPrice"], total["fromCredit"], total["billed"]) == (5, "0.34", "0", "0.34")


def said(booking: Booking, name: str) -> str:
    """What a picture's line is called."""
    day = datetime.fromtimestamp(booking.reserved_at, UTC).strftime("%Y-%m-%d")
    names = {
        "day": day,
        "month": day[:7],
        "model": booking.model_id,
        "account": booking.account_id,
        "user": f"{booking.account_id}/{booking.user_name}",
        "operation": booking.operation,
        "list": booking.price_list,
    }
    return names[name]


@pytest.mark.parametrize("by", WAYS, ids=",".join)
def test_the_command_line_says_the_same(books: Serving, by: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Line by line, as CSV and as JSON; and the sum is that of the entries in the books."""
    query = "&".join(f"by={name}" for name in by)
    report = books.send("GET", f"/v1/costs?{query}").json
    table = books.send("GET", f"/v1/costs?{query}&format=csv")
    assert table.headers["content-type"].startswith("text/csv")
    show_costs(settings_of(books), by, "", "csv")
    there = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert list(csv.reader(io.StringIO(table.body.decode())))[1:] == there[1:]
    figures = [(line.pop("key"), line.values()) for line in report["lines"]]
    assert [[*key.values(), *("" if one is None else str(one) for one in rest)] for key, rest in figures] == there[1:]

    with books.directory.database.reading() as connection:
        entries = all_entries(connection)
        bookings = {booking.id: booking for booking in all_bookings(connection)}
    sums = Counter[str]()
    for entry in entries:
        if entry.kind == "settle" and entry.booking_id is not None:
            sums[json.dumps([said(bookings[entry.booking_id], name) for name in by if name in KEYS])] += entry.amount
    assert sum(sums.values()) == to_micros(report["total"]["listPrice"]) == 340_000
    if all(name in KEYS for name in by):
        assert list(sums.values()) != []
        assert sorted(sums.values()) == sorted(to_micros(row[len(by) + 1]) for row in there[1:])


def test_a_report_without_a_by_is_by_model(books: Serving) -> None:
    """As on the command line."""
    assert books.send("GET", "/v1/costs").json["by"] == ["model"]


@pytest.mark.parametrize(
    ("query", "pictures"),
    [
        ("", 5),
        ("?account=all", 5),
        (f"?account={ACCOUNT}", 5),
        ("?account=test", 5),
        ("?user=tester", 5),
        ("?user=nobody", 0),
        ("?month=2020-01", 0),
        ("?until=2020-01-01", 0),
        ("?since=2020-01-01", 5),
        ("?since=2020-01-01&until=2099-12-31", 5),
        ("?since=2020-01-01&until=2019-01-01", 0),
    ],
)
def test_a_part_of_the_books(books: Serving, query: str, pictures: int) -> None:
    """Of one user, of one account, of a period."""
    assert books.send("GET", f"/v1/costs{query}").json["total"]["pictures"] == pictures


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("account=nobody", 404, "There is no account 'nobody'; `outcrop users list` shows those there are."),
        ("account=all&user=x", 422, "A user belongs to one account; name it in 'account', or leave 'user' out."),
        ("month=2026-11&since=2026-11-01", 422, "Give 'month', or 'since' and 'until', not both."),
        ("month=2026-13", 400, "query/month: '2026-13' does not match"),
        ("since=2026-02-30", 400, "query/since: '2026-02-30' is not a 'date'"),
        ("by=colour", 400, "query/by/0: 'colour' does not match"),
        ("by=day&by=day", 400, "query/by: ['day', 'day'] has non-unique elements"),
        ("colour=red", 400, "there is no parameter 'colour'; allowed are account, by, format"),
        ("month=2026-11&month=2026-12", 400, "query/month: ['2026-11', '2026-12'] is not of type 'string'"),
    ],
)
def test_what_cannot_be_reported(books: Serving, query: str, status: int, words: str) -> None:
    """Says what is wrong and what to do."""
    answer = books.send("GET", f"/v1/costs?{query}")
    assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json")
    assert words in answer.json["detail"]
