"""The server of the latency benchmark: `outcrop serve` in a process of its own that tells how long each picture took.

`python -m benchmarks.latency_server toy|real HOME` prints its address and key, then a line of JSON for every picture.
Authentication, policies of every kind, ledger, audit and quotas are on. The toy engine paints a few blurred spots,
which takes it about a millisecond.
"""

import contextlib
import gc
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import final

from tests.toy_engine import TOY_MEANS, toy_pixels

from outcrop.access.first_start import only_key
from outcrop.api.app import create_app
from outcrop.api.manner import Manner
from outcrop.catalog.load import Catalog
from outcrop.cli.auditing import open_trail
from outcrop.cli.limiting import open_limits
from outcrop.cli.making import open_maker
from outcrop.cli.serving import address, listen, make_server, open_callers
from outcrop.cli.wiring import open_catalog, open_shelves
from outcrop.clock import now, unix_time
from outcrop.engine.engine import OWN, Drawn, Engine, Errand, Event, Listener, Started, Step, Ticket
from outcrop.engine.process import ProcessEngine
from outcrop.flow import Flow
from outcrop.jobs.desk import open_desk
from outcrop.ledger.books import open_books
from outcrop.plan import Plan
from outcrop.settings import Settings

UNLIMITED = 1_000_000


@final
class AtOnce:
    """An engine that paints at once, from a thread of its own as every engine does."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="at-once")

    def submit(self, plan: Plan, listen: Listener, errand: Errand = OWN) -> "AtOnce":
        """Take a picture; returns at once."""
        del errand
        self._thread.submit(self._draw, plan, listen)
        return self

    def cancel(self) -> None:
        """Nothing: it is there already."""

    def close(self) -> None:
        """Stop."""
        self._thread.shutdown()

    @staticmethod
    def _draw(plan: Plan, listen: Listener) -> None:
        began = now()
        listen(Started())
        for done in range(plan.steps):
            listen(Step(done=done + 1, total=plan.steps))
        pixels = toy_pixels(plan.prompt.written, plan.seed, plan.native)
        took = now() - began
        listen(Drawn(pixels=pixels, engine_s=took, busy_s=took, means=TOY_MEANS))


@final
class Reporting:
    """An engine that prints how long each picture took, one after the other."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._engine_s = 0.0
        self._began: float | None = None

    def clock(self) -> float:
        """The flow looks at its clock when finishing begins and when it ends, and at no other time."""
        at = now()
        if self._began is None:
            self._began = at
        else:
            print(json.dumps([self._engine_s, at - self._began]), flush=True)
            self._began = None
        return at

    def submit(self, plan: Plan, listen: Listener, errand: Errand = OWN) -> Ticket:
        """Hand the picture on, and listen in."""

        def hear(event: Event) -> None:
            if isinstance(event, Drawn):
                self._engine_s = event.engine_s
            listen(event)

        return self._engine.submit(plan, hear, errand)

    def close(self) -> None:
        """Stop the engine."""
        self._engine.close()


def main(kind: str, home: Path) -> None:
    """Serve until told to stop."""
    settings = Settings(home=home, port=0, requests_per_minute=UNLIMITED)
    catalog = open_catalog(settings)
    engine = Reporting(_engine(kind, catalog, settings.threads))
    with (
        contextlib.suppress(KeyboardInterrupt),
        open_callers(settings) as directory,
        open_books(directory.database, unix_time) as books,
        listen(settings.host, settings.port) as listener,
        Flow(engine, engine.clock) as flow,
        open_trail(settings) as trail,
        open_desk(
            directory.database,
            open_maker(settings, catalog, flow, books, directory.database),
            open_shelves(settings),
            now,
        ) as desk,
    ):
        manner = Manner(limits=open_limits(settings, catalog.models), in_flight=settings.in_flight, trail=trail)
        app = create_app(
            catalog=catalog,
            flow=flow,
            directory=directory,
            books=books,
            desk=desk,
            region=settings.region,
            manner=manner,
        )
        key = only_key(directory)
        assert key
        reached = {"url": address(listener, tls=False), "key_id": key.id, "secret": key.secret}
        print(json.dumps(reached), flush=True)
        gc.freeze()  # as `outcrop serve` does
        make_server(app, None).run(sockets=[listener])


def _engine(kind: str, catalog: Catalog, threads: int) -> Engine:
    return AtOnce() if kind == "toy" else ProcessEngine(catalog.checkpoints, threads)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
