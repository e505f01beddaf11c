"""A machine's clock that jumps an hour, either way, at any step of a picture job loses and doubles nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from outcrop.assets.darkroom import Darkroom
from outcrop.assets.library import Library
from outcrop.assets.retention import A_DAY_S, Retention, Rule
from outcrop.catalog.load import Catalog
from outcrop.clock import now
from outcrop.errors import Loading
from outcrop.flow import Flow
from outcrop.jobs.board import Board
from outcrop.jobs.desk import Desk, open_library, open_queue, works_of
from outcrop.jobs.endings import EVENTS
from outcrop.jobs.handing_in import Wanted, hand_in, made_ready
from outcrop.jobs.making import Maker
from outcrop.jobs.pictures import KIND, About
from outcrop.jobs.queue import Ending, nothing
from outcrop.jobs.worker import Worker
from outcrop.ledger.books import open_books
from outcrop.store.assets import SoughtAssets, list_assets
from outcrop.store.bookings import all_bookings
from outcrop.store.job_events import list_job_events
from outcrop.store.jobs import Sought, list_jobs
from outcrop.store.webhooks import AccountWebhook, put_webhook
from tests.conftest import CORE
from tests.jobs.crashing import shelves_of
from tests.marking import marks
from tests.serving import ACCOUNT, TESTER, directory_of
from tests.toy_engine import ToyEngine

AN_HOUR_S = 3600
BEGIN = 1_790_000_000
FOX = {"prompt": "a fox"}


@dataclass(slots=True)
class Place:
    """A desk whose clock can be set, and one who works at it when told to."""

    desk: Desk
    worker: Worker
    time: list[float]
    seen: list[str] = field(default_factory=list)

    def hand_in(self, number: int) -> None:
        """Hand in a picture job; a webhook is to be told how it ends."""
        wanted = Wanted(id=f"job{number:09d}", model_id=CORE, body=FOX, about=About(webhook="hook"), token=str(number))
        self.seen.append(hand_in(self.desk, made_ready(self.desk, TESTER, wanted)).id)

    def work(self) -> None:
        """End every job that is due."""
        self.worker.attend()
        while (job := self.worker.take([KIND])) is not None:
            self.worker.see_to(job)

    def check(self) -> None:
        """Each job has ended once: with an asset, a settled booking and a message of its own."""
        with self.desk.library.database.reading() as connection:
            jobs, bookings = list_jobs(connection, Sought(newest_first=False)), all_bookings(connection)
            assets = list_assets(connection, SoughtAssets(account_id=ACCOUNT))
            events = list_job_events(connection, (ACCOUNT, "hook"), 100)
        ordered = sorted(set(self.seen))
        assert [(job.id, job.state) for job in jobs] == [(job, "done") for job in ordered]
        assert sorted(asset.job_id or "" for asset in assets) == ordered
        assert sorted((one.request_id.partition(".")[0], one.state) for one in bookings) == [
            (job, "settled") for job in ordered
        ]
        assert sorted(event.job_id for event in events) == ordered
        assert self.desk.maker.books.faults() == []


@pytest.fixture
def place(tmp_path: Path, catalog: Catalog) -> Iterator[Place]:
    """One with a webhook."""
    time, shelves, board = [float(BEGIN)], shelves_of(tmp_path), Board()

    def unix() -> float:
        return time[0]

    with (
        directory_of(tmp_path, unix) as directory,
        open_books(directory.database, unix) as books,
        Flow(ToyEngine(), now, marks=marks()) as flow,
    ):
        database, library = directory.database, open_library(directory.database, shelves, unix)
        queue, maker = open_queue(database, unix, now), Maker(catalog=catalog, flow=flow, books=books)
        desk = Desk(
            queue=queue,
            maker=maker,
            shelves=shelves,
            library=library,
            darkroom=Darkroom(library, shelves.renditions),
            board=board,
        )
        hook = AccountWebhook(account_id=ACCOUNT, name="hook", url="", secret=b"", events=EVENTS, created_at=0)
        with database.writing() as connection:
            put_webhook(connection, hook)
        worker = Worker("one", queue, works_of(maker, shelves, library, board, now), now)
        with database.owners.living("one"):
            yield Place(desk=desk, worker=worker, time=time)


@pytest.mark.parametrize("first", [AN_HOUR_S, -AN_HOUR_S])
@pytest.mark.parametrize("second", [AN_HOUR_S, -AN_HOUR_S])
def test_a_job_ends_once(place: Place, first: float, second: float) -> None:
    """Whether the clock jumps while it waits, while it is drawn, or both; the same order again is the same job."""
    place.hand_in(1)
    place.time[0] += first
    place.hand_in(1)
    taken = place.worker.take([KIND])
    assert taken is not None
    place.time[0] += second
    assert place.desk.queue.lost() == []
    place.worker.see_to(taken)
    place.hand_in(2)
    place.work()
    place.check()


@pytest.mark.parametrize("jump", [AN_HOUR_S, -AN_HOUR_S])
def test_a_job_that_is_put_off_comes_back(place: Place, jump: float) -> None:
    """At once where the clock says that it waits longer than anything may."""
    place.hand_in(1)
    taken = place.worker.take([KIND])
    assert taken is not None
    assert place.desk.queue.put_off(taken, str(Loading("The model is loaded.", 1)))
    place.time[0] += jump
    again = place.desk.queue.take("two", [KIND])
    assert again is not None
    assert not place.desk.queue.end(taken, Ending(state="done"), nothing)
    assert place.desk.queue.put_back(again, counted=False)
    place.hand_in(1)
    place.worker.see_to(taken)  # under a lease that has gone: it draws, and books nothing
    place.work()
    place.check()


@pytest.mark.parametrize("jump", [AN_HOUR_S, -AN_HOUR_S])
def test_what_is_kept_stays_for_as_long_as_it_should(place: Place, jump: float) -> None:
    """An hour is no day: what a rule keeps for a day is there after the jump, and goes when that day is over."""
    library, rule = place.desk.library, Retention(rules=(Rule(days=1),))
    place.hand_in(1)
    place.work()
    place.time[0] += jump
    assert library.expire(ACCOUNT, rule) == 0
    place.check()
    place.hand_in(2)
    place.work()
    place.time[0] = BEGIN + A_DAY_S + 1 + max(jump, 0)
    assert library.expire(ACCOUNT, rule) == 2
    assert _left(library) == 0
    with library.database.reading() as connection:
        assert [one.state for one in all_bookings(connection)] == ["settled"] * 2
    assert place.desk.maker.books.faults() == []


def _left(library: Library) -> int:
    with library.database.reading() as connection:
        return len(list_assets(connection, SoughtAssets(account_id=ACCOUNT)))
