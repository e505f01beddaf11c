"""Budgets are watched: each warning once, as an event and, where there is a webhook, told until it is heard."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from outcrop.cli.watching import SECRET_FILE, look, open_watch, open_webhook, show_events
from outcrop.errors import BadSettings, Unavailable
from outcrop.records.webhook import DELAYS_S, LEASE_S, Message, Webhook
from outcrop.settings import Settings, read_settings
from outcrop.store.budget_events import BudgetEvent, SoughtEvents, claim_event, events_due, list_events
from outcrop.store.budgets import Budget, begin_use, delete_budget, give_back, put_budget, use
from outcrop.store.database import Database
from outcrop.units import Micros
from tests.cli.programs import run
from tests.databases import Place
from tests.records.test_webhook import receiver

DAY = 86_400
WEBHOOK = Webhook(url="https://hooks.example.com/", secret=b"")


class Told:
    """A webhook's other side, which takes nothing as often as it is told to."""

    def __init__(self, refusals: int = 0) -> None:
        self.bodies: list[dict[str, object]] = []
        self.ids: list[str] = []
        self.refusals = refusals

    def __call__(self, webhook: Webhook, message: Message) -> None:
        """Take a message, or not."""
        assert webhook is WEBHOOK
        self.ids.append(message.id)
        if self.refusals:
            self.refusals -= 1
            raise Unavailable("The webhook answered 500.")
        self.bodies.append(json.loads(message.body))


@pytest.fixture
def database(place: Place) -> Iterator[Database]:
    """With a budget of a dollar a day that warns at 50 and at 80 per cent."""
    with place.open() as database:
        budget(database, 1_000_000)
        with database.writing() as connection:
            begin_use(connection, "b", 0, Micros(0))
        yield database


def budget(database: Database, ceiling: int) -> Budget:
    """Make it, or give it another ceiling."""
    made = Budget(name="b", scope="all", period="day", ceiling=Micros(ceiling), warn_at=(50, 80))
    with database.writing() as connection:
        put_budget(connection, made)
    return made


def spend(database: Database, amount: int) -> None:
    """As a booking does."""
    with database.writing() as connection:
        if amount < 0:
            give_back(connection, "b", 0, Micros(-amount))
        else:
            assert use(
                connection, Budget(name="b", scope="all", period="day", ceiling=Micros(10**9)), 0, Micros(amount)
            )


def events(database: Database) -> list[BudgetEvent]:
    """The oldest first."""
    with database.reading() as connection:
        return list_events(connection, SoughtEvents(most=100))[::-1]


def test_each_part_warns_once(database: Database) -> None:
    """However often one looks, and whatever is given back and spent again; a new ceiling warns anew."""
    for amount, parts in ((499_999, []), (1, [50]), (-400_000, [50]), (400_000, [50]), (400_000, [50, 80])):
        spend(database, amount)
        look(database, None, lambda: 1000.0)
        look(database, None, lambda: 1000.0)
        assert [event.part for event in events(database)] == parts
    first, second = events(database)
    assert (first.used, second.used, first.due_at, first.attempts) == (500_000, 900_000, None, 0)
    budget(database, 1_100_000)
    look(database, None, lambda: 3000.0)
    assert [(event.part, event.ceiling) for event in events(database)[2:]] == [(50, 1_100_000), (80, 1_100_000)]


def test_both_parts_at_once_are_two_events(database: Database) -> None:
    """And the next day none, as nobody has spent anything."""
    spend(database, 900_000)
    look(database, None, lambda: 2000.0)
    assert [event.part for event in events(database)] == [50, 80]
    look(database, None, lambda: DAY + 2000.0)
    assert len(events(database)) == 2


def test_a_webhook_is_told(database: Database) -> None:
    """Once, with all that it says."""
    told = Told()
    spend(database, 600_000)
    for _ in range(3):
        look(database, WEBHOOK, lambda: 1000.0, told)
    (body,) = told.bodies
    assert body == {
        "id": told.ids[0],
        "type": "budget.warning",
        "timestamp": "1970-01-01T00:16:40Z",
        "data": {
            "budget": "b",
            "for": "all",
            "whom": "",
            "period": "day",
            "percent": 50,
            "limit": "1",
            "used": "0.6",
            "currency": "USD",
            "beginsAnew": "1970-01-02T00:00:00Z",
        },
    }
    (event,) = events(database)
    assert (event.sent_at, event.due_at, event.attempts, event.reason) == (1000, None, 1, "")


def test_one_that_does_not_listen_is_told_again(database: Database) -> None:
    """Later each time, under the same id; until it listens, though the budget is gone by then."""
    told, now = Told(refusals=2), [1000.0]
    spend(database, 600_000)
    look(database, WEBHOOK, lambda: now[0], told)
    (event,) = events(database)
    assert (event.attempts, event.due_at, event.reason) == (1, 1000 + DELAYS_S[0], "The webhook answered 500.")
    for wait, attempts in ((DELAYS_S[0] - 1, 1), (1, 2), (DELAYS_S[1] - 1, 2)):
        now[0] += wait
        look(database, WEBHOOK, lambda: now[0], told)
        assert len(told.ids) == attempts
    with database.writing() as connection:
        delete_budget(connection, "b")
    now[0] += 1
    look(database, WEBHOOK, lambda: now[0], told)
    assert len(set(told.ids)) == 1
    (body,) = told.bodies
    assert body["data"] == {
        "budget": "b", "for": "all", "whom": "", "period": "day", "percent": 50, "limit": "1", "used": "0.6",
        "currency": "USD", "beginsAnew": "1970-01-02T00:00:00Z",
    }  # fmt: skip


def test_some_day_nobody_tries_any_more(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    """After one more attempt than there are delays."""
    told, now = Told(refusals=100), [1000.0]
    spend(database, 600_000)
    for wait in (*DELAYS_S, 10**6, 10**6):
        look(database, WEBHOOK, lambda: now[0], told)
        now[0] += wait
    assert len(told.ids) == len(DELAYS_S) + 1
    (event,) = events(database)
    assert (event.due_at, event.sent_at) == (None, None)
    assert "it is not tried any more" in caplog.messages[-1]


def test_two_servers_tell_it_once(database: Database) -> None:
    """Whoever claims an event tells it; one whose server died in the middle is due again."""
    spend(database, 600_000)
    look(database, WEBHOOK, lambda: 1000.0, Told(refusals=1))
    with database.writing() as connection:
        (event,) = events_due(connection, 2000)
        assert claim_event(connection, event, 2000 + LEASE_S)
        assert not claim_event(connection, event, 2000 + LEASE_S)
        assert events_due(connection, 2000 + LEASE_S - 1) == []
        assert len(events_due(connection, 2000 + LEASE_S)) == 1


def test_the_watch_tells_a_real_webhook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Beside a server, over a socket, with a secret of its own; and the list says so."""
    place = Place(home=tmp_path)
    with receiver() as (webhook, kept), place.open() as database:
        budget(database, 1_000_000)
        with database.writing() as connection:
            begin_use(connection, "b", 0, Micros(0))
        spend(database, 600_000)
        settings = Settings(home=tmp_path, webhook={"url": webhook.url, "private": True})
        found = open_webhook(settings)
        assert found == open_webhook(settings)
        assert ((tmp_path / SECRET_FILE).stat().st_mode & 0o777) == 0o600
        look(database, found, lambda: 1000.0)
        with open_watch(settings, database):
            pass
    ((_, headers, body),) = kept
    assert headers["webhook-signature"].startswith("v1,")
    assert json.loads(body)["data"]["percent"] == 50
    show_events(settings)
    (line,) = (line for line in capsys.readouterr().out.splitlines() if "50 %" in line)
    assert "told 1970-01-01 00:16" in line
    secret = run(tmp_path, "budgets", "secret").stdout.strip()
    assert secret == (tmp_path / SECRET_FILE).read_text(encoding="ascii").strip()


@pytest.mark.parametrize(
    "line",
    [
        'webhook = "https://x"',
        "[webhook]\nprivate = true",
        '[webhook]\nurl = "https://x"\nprivate = 1',
        '[webhook]\nurl = "http://x"',
        '[webhook]\nurl = "https://x"\nsecret = "y"',
    ],
)
def test_a_webhook_that_cannot_be_used_is_refused(tmp_path: Path, line: str) -> None:
    """When the server starts."""
    (tmp_path / "outcrop.toml").write_text(line, encoding="utf-8")
    settings = read_settings(environ={"OUTCROP_HOME": str(tmp_path)})
    with pytest.raises(BadSettings, match="webhook"):
        open_webhook(settings)


def test_a_secret_that_is_none_is_refused(tmp_path: Path) -> None:
    """As is a place where none can be kept."""
    settings = Settings(home=tmp_path, webhook={"url": "https://hooks.example.com/"})
    (tmp_path / SECRET_FILE).write_text("whsec_x", encoding="ascii")
    with pytest.raises(BadSettings, match="secret is none"):
        open_webhook(settings)
    (tmp_path / SECRET_FILE).unlink()
    (tmp_path / SECRET_FILE).mkdir()
    with pytest.raises(BadSettings, match="cannot be kept"):
        open_webhook(settings)
    assert open_webhook(Settings(home=tmp_path)) is None
