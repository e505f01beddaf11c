"""A server whose calls are counted and written down, and a judge of pictures that says what a test wants."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from outcrop.api.manner import Manner
from outcrop.catalog.load import Catalog
from outcrop.clock import unix_time
from outcrop.records.metrics import Metrics
from outcrop.records.trail import Trail, Wanted, read_trail
from outcrop.store.bookings import all_bookings, all_entries
from outcrop.store.jobs import Sought, list_jobs
from tests.serving import Serving, serving

SURE, CLEAN = 0.99, 0.01
"""Scores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A server whose calls are counted and written down."""

    server: Serving
    metrics: Metrics
    trail: Path

    def counted(self, name: str, model: str, **labels: str) -> float:
        """What a metric says of a model."""
        return self.metrics.registry.get_sample_value(f"{name}_total", {"ModelId": model, **labels}) or 0

    def events(self) -> list[dict[str, Any]]:
        """The lines of the audit trail."""
        return [dict(event) for event in read_trail(self.trail, Wanted()) if event is not None]

    def last_event(self) -> dict[str, Any]:
        """The last line of the audit trail."""
        *_, last = read_trail(self.trail, Wanted())
        assert last is not None
        return dict(last)

    def books(self) -> tuple[int, int]:
        """How many bookings and entries there are."""
        with self.server.directory.database.reading() as connection:
            return len(all_bookings(connection)), len(list(all_entries(connection)))

    def jobs(self) -> int:
        """How many jobs there are."""
        with self.server.directory.database.reading() as connection:
            return len(list_jobs(connection, Sought()))


class StandIn:
    """A judge that gives the scores it was told, in order, and then finds nothing."""

    def __init__(self) -> None:
        self.scores = deque[float]()
        self.seen = 0

    def __call__(self, image: Image.Image) -> float:
        """The next score."""
        image.load()
        self.seen += 1
        return self.scores.popleft() if self.scores else CLEAN


@contextmanager
def watching(catalog: Catalog, folder: Path, judge: StandIn | None = None) -> Iterator[Watched]:
    """Run such a server, with its trail in a folder, for as long as the block lasts."""
    metrics = Metrics()
    with (
        Trail(folder, unix_time) as trail,
        serving(catalog, manner=Manner(trail=trail, metrics=metrics), judge=judge) as running,
    ):
        yield Watched(server=running, metrics=metrics, trail=folder)
