"""`outcrop jobs`: what waits, what failed and why, and what to do about it."""

from functools import partial
from pathlib import Path

import pytest

from outcrop.catalog.load import Catalog
from outcrop.cli.queueing import cancel_job, retry_job, show_job, show_jobs
from outcrop.clock import now, unix_time
from outcrop.errors import AlreadyThere, InvalidRequest, NoSuchResource
from outcrop.flow import Flow
from outcrop.jobs.async_invoke import KIND, request_of, task_of
from outcrop.jobs.desk import open_queue
from outcrop.jobs.making import Maker, Planned
from outcrop.jobs.queue import Ending, nothing
from outcrop.ledger.books import open_books
from outcrop.settings import Settings
from outcrop.store.bookings import all_bookings
from outcrop.store.database import Connection, Database, open_database
from outcrop.store.jobs import Job
from tests.conftest import CORE
from tests.jobs.queues import job
from tests.serving import ACCOUNT, directory_of


@pytest.fixture
def settings(tmp_path: Path, catalog: Catalog, flow: Flow) -> Settings:
    """Those of a home with two jobs that wait, the first of which has its price set aside."""
    with directory_of(tmp_path) as directory, open_books(directory.database, unix_time) as books:
        maker, queue = Maker(catalog=catalog, flow=flow, books=books), open_queue(directory.database, unix_time, now)
        for number in (1, 2):
            request = request_of("0" * 64, {"s3Uri": "s3://pictures"}, {})  # type: ignore[arg-type]  # a digest
            waiting = job(number, ACCOUNT, kind=KIND, model_id=CORE, request=request)
            planned = maker.plan(task_of(waiting, b'{"prompt": "a fox"}'))
            queue.add(waiting, partial(_reserve, maker, planned) if number == 1 else nothing)
    return Settings(home=tmp_path)


def _reserve(maker: Maker, planned: Planned, connection: Connection) -> None:
    maker.reserve(connection, planned)


def take(database: Database) -> Job:
    """Take the first job, as a server that still lives."""
    taken = open_queue(database, unix_time, now).take("somebody", [KIND])
    assert taken is not None
    return taken


def test_jobs_are_listed(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """The newest first, those of a state and account, as many as are wanted."""
    show_jobs(settings, None, None, 50)
    shown = capsys.readouterr().out
    assert shown.index("job000000002") < shown.index("job000000001")
    show_jobs(settings, "test", "queued", 1)
    assert "job000000001" not in capsys.readouterr().out
    show_jobs(settings, None, "dead", 50)
    assert "There are none with state 'dead'." in capsys.readouterr().out
    with pytest.raises(InvalidRequest, match="no state 'lost'; there are queued, running"):
        show_jobs(settings, None, "lost", 50)
    with pytest.raises(NoSuchResource, match="no account 'nobody'"):
        show_jobs(settings, "nobody", None, 50)


def test_a_job_is_shown(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """With its place while it waits."""
    show_job(settings, "job000000002")
    shown = capsys.readouterr().out
    assert CORE in shown
    assert "place         2" in shown
    assert "assets        none" in shown
    assert "unknown: none was done yet" in shown
    with pytest.raises(NoSuchResource, match="no job nobody"):
        show_job(settings, "nobody")


def test_a_job_that_waits_is_cancelled_and_given_back(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """And begun anew, once."""
    cancel_job(settings, "job000000001")
    assert capsys.readouterr().out == "Job job000000001 is cancelled.\n"
    with open_database(settings.home) as database, open_books(database, unix_time) as books:
        with database.reading() as connection:
            assert [booking.state for booking in all_bookings(connection)] == ["released"]
        assert books.faults() == []
    retry_job(settings, "job000000001")
    assert capsys.readouterr().out == "Job job000000001 waits again.\n"
    with pytest.raises(AlreadyThere, match="is queued"):
        retry_job(settings, "job000000001")


def test_a_job_that_is_worked_on_ends_when_its_server_hears(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """Until then it says so."""
    with open_database(settings.home) as database:
        taken = take(database)
        cancel_job(settings, taken.id)
        assert "is to end as soon as its server hears" in capsys.readouterr().out
        show_jobs(settings, None, "running", 50)
        assert "running, to end" in capsys.readouterr().out


def test_a_dead_job_says_why(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """In the list as far as there is room, and whole when it is shown."""
    with open_database(settings.home) as database:
        reason = "The S3 is away. " * 20
        assert open_queue(database, unix_time, now).end(take(database), Ending(state="dead", reason=reason), nothing)
    show_jobs(settings, None, "dead", 50)
    assert "The S3 is away." in capsys.readouterr().out
    show_job(settings, "job000000001")
    assert reason in capsys.readouterr().out
