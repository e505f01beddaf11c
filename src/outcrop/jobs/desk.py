"""Where jobs are handed in and worked on: puts the parts together, for a server and for whoever looks after jobs."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from outcrop.assets.buckets import Buckets
from outcrop.assets.darkroom import Darkroom
from outcrop.assets.library import Library
from outcrop.assets.rendition_cache import RenditionCache
from outcrop.assets.store import Store
from outcrop.clock import Clock, UnixTime, new_id, random_bytes
from outcrop.jobs import async_invoke, batch, pictures
from outcrop.jobs.async_invoke import AsyncInvoke
from outcrop.jobs.batch import Batch
from outcrop.jobs.board import Board
from outcrop.jobs.crew import open_crew
from outcrop.jobs.database_queue import CALL, DatabaseQueue
from outcrop.jobs.endings import note_ending
from outcrop.jobs.leases import Watch
from outcrop.jobs.lookout import open_lookout
from outcrop.jobs.making import Maker
from outcrop.jobs.pictures import Pictures
from outcrop.jobs.queue import Queue
from outcrop.jobs.reporting import open_reporting
from outcrop.jobs.worker import Work, Worker
from outcrop.store.calls import hearing
from outcrop.store.database import Database

PLACES: Final[Mapping[str, int]] = {async_invoke.KIND: 8, batch.KIND: 2, pictures.KIND: 16}
"""How many jobs of a kind a server works on at once: enough of them that the engine can draw them together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelves:
    """Where bytes are kept for jobs."""

    store: Store
    """What they are made from."""
    pictures: Store
    """What they leave in the library."""
    renditions: RenditionCache
    """What was made of that for whoever wanted it otherwise."""
    buckets: Buckets
    """Where their output goes."""
    spool: Path
    """The folder in which output grows until it is whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """All that is needed to hand in a job, and to ask after one."""

    queue: Queue
    maker: Maker
    shelves: Shelves
    library: Library
    darkroom: Darkroom
    board: Board


def open_queue(database: Database, now: UnixTime, clock: Clock, board: Board | None = None) -> Queue:
    """The jobs of a database; the board hears which of them this process changes."""
    watch = Watch(clock, lambda worker: not database.owners.lives(worker))
    return DatabaseQueue(database, now, watch, (board or Board()).changed, partial(note_ending, new_id=new_id))


def open_library(database: Database, shelves: Shelves, now: UnixTime) -> Library:
    """The assets of a database."""
    return Library(database, shelves.pictures, shelves.renditions, now, random_bytes)


def works_of(maker: Maker, shelves: Shelves, library: Library, board: Board, clock: Clock) -> dict[str, Work]:
    """What there is to do for each kind of job."""
    return {
        async_invoke.KIND: AsyncInvoke(maker=maker, store=shelves.store, buckets=shelves.buckets),
        batch.KIND: Batch(maker=maker, buckets=shelves.buckets, spool=shelves.spool, clock=clock),
        pictures.KIND: Pictures(maker=maker, store=shelves.store, library=library, board=board),
    }


@contextmanager
def open_desk(database: Database, maker: Maker, shelves: Shelves, clock: Clock) -> Iterator[Desk]:
    """A desk whose jobs are worked on for as long as the block lasts."""
    board, name = Board(), new_id()
    queue = open_queue(database, maker.books.now, clock, board)
    library = open_library(database, shelves, maker.books.now)
    darkroom = Darkroom(library, shelves.renditions, maker.flow.mark_rendition)
    worker = Worker(name, queue, works_of(maker, shelves, library, board, clock), clock)
    with (
        database.owners.living(name),
        open_crew(worker, queue, PLACES, clock),
        hearing(database, CALL, queue.ring),
        open_lookout(database, board, name),
        open_reporting(database, board),
    ):
        yield Desk(queue=queue, maker=maker, shelves=shelves, library=library, darkroom=darkroom, board=board)
