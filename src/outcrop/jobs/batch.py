"""A batch: records from JSON Lines in a bucket, drawn in their order, their results beside a manifest in another.

Below the place that was asked for, in a folder of the job's own id: of each input file one of its name with `.out`,
and last `manifest.json.out`. Until then the output grows in a spool, which is also how far the batch has come. Knows
its layout and its records; knows no wire.
"""

import json
import logging
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Final, final

from outcrop.assets.buckets import Buckets, S3Uri
from outcrop.clock import Clock
from outcrop.engine.engine import Priority
from outcrop.errors import (
    BudgetSpent,
    Cancelled,
    InvalidRequest,
    ModelFailed,
    NoSuchModel,
    NoSuchResource,
    OutcropError,
    Overdue,
    Throttled,
    Unavailable,
    Unsupported,
)
from outcrop.jobs.canonical import canonical
from outcrop.jobs.making import Made, Maker, Started, Task
from outcrop.jobs.queue import MOST_ATTEMPTS, Booked
from outcrop.jobs.records import Record, failed, has_succeeded, lines, read_record, succeeded
from outcrop.jobs.spool import Spool, open_spool
from outcrop.jobs.worker import UNEXPECTED, Hand
from outcrop.store.database import Connection, Failure
from outcrop.store.jobs import Job

KIND: Final = "model-invocation-job"
PRIORITY: Final[Priority] = "batch"
MANIFEST: Final = "manifest.json.out"
WINDOW: Final = 48
"""Records under way at once: as many as two engines draw together, and half as many that wait while those are written:
an engine that has ended a pass finds the next one whole."""
TOGETHER: Final = 8
"""Records whose lines wait for the disk together, where so many are done at once."""
NOTED: Final = 20
"""Records after which the job notes how far it has come, and hears whether it is still whose it was."""
CODES: Final[dict[type[OutcropError], int]] = {
    InvalidRequest: 400,
    BudgetSpent: 400,
    NoSuchModel: 400,
    Unsupported: 424,
    ModelFailed: 424,
    Unavailable: 503,
    Overdue: 503,
}
"""Error of a record to its code; any other one of the domain is not the record's own: it ends or puts off the batch."""
DEFECT: Final = 500
"""The code of a record at which something breaks that nobody foresaw."""
EVERYBODYS: Final = (*Failure, OSError, MemoryError)
"""What no domain error says and yet is no record's own: the next one would meet it, too."""

logger = logging.getLogger("outcrop.jobs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The work on batches."""

    maker: Maker
    buckets: Buckets
    spool: Path
    clock: Clock

    def do(self, job: Job, hand: Hand) -> Booked:
        """Draw what is not drawn yet; write the output of every file, and the manifest last.

        Raises: Cancelled when it was told to stop; NoSuchResource when its input is gone; whatever domain error is no
        record's own. Where it ends with that, the output so far is written.
        """
        files = inputs_of(self.buckets, job)
        run = Run(self, job, hand)
        try:
            run.total = sum(1 for place in files for _ in lines(self.buckets.chunks(job.account_id, place)))
            run.note()
            with hand.stopping(run.stop):
                for number, place in enumerate(files):
                    run.file(number, place)
        except Exception as error:  # a defect, too, leaves behind what was drawn before it
            if _ends(hand, error):  # what is drawn is paid: it does not stay behind
                run.publish(files)
                if hand.job.attempts < MOST_ATTEMPTS:  # a note may say that it got on, and the attempts begin anew
                    run.note()
            raise
        finally:
            run.stop()
        run.publish(files)
        run.note()
        return lambda connection: self.give_up(connection, job)  # nothing is left, unless a record was cut off

    def give_up(self, connection: Connection, job: Job) -> None:
        """Give back what is still set aside for it."""
        self.maker.books.give_up_within(connection, job.id)


def _ends(hand: Hand, error: Exception) -> bool:
    """Whether a batch ends with an error: stopped, worked on for as long as it may, its input gone, or tried enough."""
    last = hand.job.attempts >= MOST_ATTEMPTS
    return hand.why in {None, "cancelled"} and (last or isinstance(error, Cancelled | InvalidRequest | NoSuchResource))


def inputs_of(buckets: Buckets, job: Job) -> list[S3Uri]:
    """The files of a batch's input: the one that is named, or those of JSON Lines in the folder that is.

    Raises: InvalidRequest when there are none; StorageFailed when nobody can tell.
    """
    named = S3Uri.read(job.request["input"]["s3Uri"])
    found = [place for place in buckets.below(job.account_id, named) if place == named or place.key.endswith(".jsonl")]
    if not found:
        raise InvalidRequest(f"No S3 objects found under S3 URL {named}")
    return found


Pending = deque[tuple[Record, Started | Exception]]
"""Records under way, in the order of the input."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What has become of a record: its line, and what that means for the books."""

    line: bytes
    success: bool
    delivered: Mapping[str, int] = field(default_factory=dict)
    """As `Made` has it."""
    released: Sequence[str] = ()
    """Ids of the bookings of pictures that there are not."""


@final
class Run:
    """One worker's work on a batch."""

    def __init__(self, batch: Batch, job: Job, hand: Hand) -> None:
        self.batch = batch
        self.job = job
        self.hand = hand
        self.total = int(job.progress.get("total", 0))
        self.success = self.error = 0
        self._written = 0
        """Lines that are this worker's own."""
        self._noted = 0
        self._opened: set[int] = set()
        self.expired = False
        self._began = batch.clock()
        self._seen: set[bytes] = set()  # digests of the ids there were: a million of them are some tens of MB
        self._under_way: list[Started] = []

    def worked_s(self) -> float:
        """How long the batch has been worked on: no clock that can be set is asked."""
        return float(self.job.progress.get("worked_s", 0)) + self.batch.clock() - self._began

    def progress(self) -> dict[str, float]:
        """How far it has come."""
        counted = {"total": self.total, "success": self.success, "error": self.error}
        return counted | {"worked_s": round(self.worked_s(), 1), "expired": self.expired}

    def manifest(self) -> bytes:
        """What has become of its records."""
        counted = {
            "totalRecordCount": self.total,
            "processedRecordCount": self.success + self.error,
            "successRecordCount": self.success,
            "errorRecordCount": self.error,
            "inputTokenCount": 0,
            "outputTokenCount": 0,
        }
        return json.dumps(counted).encode()

    def file(self, number: int, place: S3Uri) -> None:
        """Draw the records of a file that are not drawn yet."""
        with open_spool(self.spool_of(number)) as spool:
            self._repair(number, spool)
            done, pending = spool.count, Pending()
            for at, line in enumerate(lines(self.batch.buckets.chunks(self.job.account_id, place))):
                record = self._read(at, line)
                if at < done:
                    continue
                self._heed()
                if len(pending) >= WINDOW:
                    self._end(spool, pending)
                began = self._start(number, at, record)
                while isinstance(began, Throttled) and pending:  # others draw as well: fewer at once, then
                    self._end(spool, pending)
                    began = self._start(number, at, record)
                pending.append((record, began))
            while pending:
                self._end(spool, pending)

    def publish(self, files: Sequence[S3Uri]) -> None:
        """Write the output there is, and then the manifest."""
        account, folder = self.job.account_id, S3Uri.read(self.job.request["output"]["s3Uri"]).below(self.job.id)
        for number, name in enumerate(_names(self.job, files)):
            if self.spool_of(number).exists():
                if number not in self._opened:  # what an earlier attempt has drawn
                    with open_spool(self.spool_of(number)) as spool:
                        self._repair(number, spool)
                self.batch.buckets.put_file(account, folder.below(f"{name}.out"), self.spool_of(number))
        self.batch.buckets.put(account, folder.below(MANIFEST), self.manifest())

    def spool_of(self, number: int) -> Path:
        """Where the output of a file grows."""
        return self.batch.spool / f"{self.job.id}.{self.job.round}" / f"{number}.jsonl.out"

    def _read(self, at: int, line: bytes | None) -> Record:
        record = read_record(at + 1, line)
        digest = sha256(record.id.encode()).digest()[:16]
        if digest in self._seen and record.wrong is None:
            record = replace(record, wrong=f"The recordId {record.id[:60]!r} stands in an earlier record.")
        self._seen.add(digest)
        return record

    def _start(self, number: int, at: int, record: Record) -> Started | Exception:
        """Begin with a record, or tell what is wrong with it, or with us."""
        if record.wrong is not None:
            return InvalidRequest(record.wrong)
        body = canonical(record.model_input).encode()
        task = Task.of(self.job, f"{self._prefix(number)}{at}", body, self.job.request["tags"])
        try:
            started = self.batch.maker.start(self.batch.maker.plan_invocation(task))
        except EVERYBODYS:
            raise
        except Exception as error:  # noqa: BLE001 - told, and logged where it is none of the domain, at its turn
            return error
        self._under_way.append(started)
        return started

    def _end(self, spool: Spool, pending: Pending) -> None:
        """Wait for the first record; write its line and those of the records behind it that are done, and pay."""
        ended: list[Ended] = []
        try:
            while not ended or (pending and len(ended) < TOGETHER and _is_over(pending[0][1])):
                ended.append(self._ended(*pending.popleft()))
        finally:  # what one of them ends with takes nothing from those before it
            self._write(spool, ended)

    def _ended(self, record: Record, began: Started | Exception) -> Ended:
        """Wait for a record.

        Raises: whatever error is not the record's own.
        """
        try:
            made = self._made(began)
        except OutcropError as error:
            code = next((code for kind, code in CODES.items() if isinstance(error, kind)), None)
            if code is None or self._passes(error):
                raise
            return _failed(record, began, code, str(error))
        except EVERYBODYS:
            raise
        except Exception:
            if self.hand.why is not None:  # what it draws with may be closing
                raise
            logger.exception("record %r of job %s failed unexpectedly; the others go on", record.id, self.job.id)
            return _failed(record, began, DEFECT, UNEXPECTED)
        line = succeeded(record, made.answer)
        return Ended(line=line, success=True, delivered=made.delivered, released=made.withheld)

    def _write(self, spool: Spool, ended: Sequence[Ended]) -> None:
        """Write the lines of records, and then book them."""
        if not ended:
            return
        spool.append([one.line for one in ended])
        good = sum(one.success for one in ended)
        self.success += good
        self.error += len(ended) - good
        self._written += len(ended)
        delivered = {key: took for one in ended for key, took in one.delivered.items()}
        released = [key for one in ended for key in one.released]
        if delivered:
            self.batch.maker.books.deliver(delivered)
        if released:
            self.batch.maker.books.release(released)

    def _made(self, began: Started | Exception) -> Made:
        if not isinstance(began, Started):
            raise began
        try:
            return began.finish()
        finally:
            self._under_way.remove(began)

    def _passes(self, error: OutcropError) -> bool:
        """Whether the same record may well be drawn in a while; not for ever, or it would hold up all others."""
        last = self.hand.job.attempts >= MOST_ATTEMPTS - 1
        return self.hand.why is not None or (isinstance(error, Unavailable | Overdue) and not last)

    def note(self) -> None:
        """Note how far it has come."""
        self.hand.note(self.progress(), further=self._written > 0)
        self._noted = self._written

    def _heed(self) -> None:
        """Note how far it has come now and then; stop when it is to."""
        if self._written - self._noted >= NOTED:
            self.note()
        if self.hand.why is not None:
            raise Cancelled("The batch is to stop.")
        hours = self.job.request["hours"]
        if self.worked_s() > hours * 3600:
            self.expired = True
            raise InvalidRequest(f"The batch has been worked on for {hours} hours, as long as it may.")

    def _repair(self, number: int, spool: Spool) -> None:
        """Take up where the spool ends: what has its line is paid, or given back where the line is an error's."""
        self._opened.add(number)
        left: dict[str, list[str]] = {}
        for booking in self.batch.maker.books.left_of(self.job.id):
            left.setdefault(booking.request_id, []).append(booking.id)

        def see(at: int, line: bytes) -> None:
            there = has_succeeded(line)
            self.success += there
            self.error += not there
            ids = left.get(f"{self._prefix(number)}{at}", [])
            if ids and there:
                self.batch.maker.books.deliver(dict.fromkeys(ids, 0))
            elif ids:
                self.batch.maker.books.release(ids)

        spool.read(see)

    def _prefix(self, number: int) -> str:
        return f"{self.job.id}.{self.job.round}.{number}."

    def stop(self) -> None:
        """Stop what is under way."""
        for started in list(self._under_way):
            started.stop()


def _failed(record: Record, began: Started | Exception, code: int, message: str) -> Ended:
    released = [one.id for one in began.bookings] if isinstance(began, Started) else []
    return Ended(line=failed(record, code, message), success=False, released=released)


def _is_over(began: Started | Exception) -> bool:
    return not isinstance(began, Started) or began.is_over


def _names(job: Job, files: Sequence[S3Uri]) -> Iterator[str]:
    """What the files of a batch's input are called below the place that it names."""
    folder = S3Uri.read(job.request["input"]["s3Uri"]).key
    for place in files:
        inside = place.key.removeprefix(f"{folder}/") if folder else place.key
        yield inside if inside != place.key or not folder else place.key.rpartition("/")[2]
