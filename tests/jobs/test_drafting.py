"""Whoever orders drafts and finals may be killed at any point: a set is there whole or not at all, and each once."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from outcrop.clock import unix_time
from outcrop.ledger.books import open_books
from outcrop.store.assets import SoughtAssets, list_assets
from outcrop.store.bookings import all_bookings
from outcrop.store.database import open_database
from outcrop.store.drafts import drafts_of, finals_of, list_sets
from outcrop.store.jobs import Sought, list_jobs
from tests.cli.programs import environment
from tests.jobs.crashing import NEVER
from tests.jobs.ordering import DRAFTS, FINALS, POINTS
from tests.serving import ACCOUNT, directory_of

ROOT = Path(__file__).parents[2]


def check(home: Path) -> None:
    """What was ordered is there, and nothing else: one set, its drafts and finals, an asset and a booking each."""
    with open_database(home) as database, open_books(database, unix_time) as books:
        assert books.faults() == []
        with database.reading() as connection:
            (made,) = list_sets(connection, ACCOUNT, None, 10)
            drafts, finals = drafts_of(connection, made.id), finals_of(connection, made.id)
            jobs, bookings = list_jobs(connection, Sought()), all_bookings(connection)
            assets = list_assets(connection, SoughtAssets(account_id=ACCOUNT, most=100))
    assert [draft.number for draft in drafts] == list(range(1, DRAFTS + 1))
    assert [final.number for final in finals] == list(FINALS)
    ordered = sorted([*(draft.job_id for draft in drafts), *(final.job_id for final in finals)])
    assert sorted(job.id for job in jobs) == sorted(asset.job_id or "" for asset in assets) == ordered
    assert {(job.state, job.set_id) for job in jobs} == {("done", made.id)}
    assert sorted(one.request_id.partition(".")[0] for one in bookings) == ordered
    assert {one.state for one in bookings} == {"settled"}
    parents = {asset.job_id: [one.role for one in asset.parents] for asset in assets}
    assert [parents[final.job_id] for final in finals] == [["draft"]] * len(FINALS)


@pytest.mark.slow
def test_an_order_survives_its_process(toy_folder: Path, tmp_path: Path) -> None:
    """Killed before and after each thing that it does, and begun again under its key."""
    environ = environment(tmp_path, PYTHONPATH=f"{ROOT / 'src'}:{ROOT}")
    command = [sys.executable, "-m", "tests.jobs.ordering", str(toy_folder)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environ, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number, (point, nth) in enumerate(POINTS):
            home = tmp_path / str(number)
            with directory_of(home):
                pass
            for then, ends in ((point, -signal.SIGKILL), (NEVER, 0)):
                process.stdin.write(f"{home}\t{then}\t{nth}\n")
                process.stdin.flush()
                assert int(process.stdout.readline()) == ends, (point, nth)
            check(home)
        process.stdin.close()
        assert process.wait() == 0
