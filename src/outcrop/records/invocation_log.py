"""Logs of invocations: taken from the calls without holding one up, written in batches by a thread of its own.

What cannot be written is counted, said in the server's log and, after some tries, dropped: no call waits for its log
and none fails by it. Knows where objects are put; knows no call's meaning.

Source: Amazon Bedrock User Guide, "Model invocation logging", for the names of the objects.
"""

import gzip
import json
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Condition, Thread
from typing import Final, Self, final

from outcrop.assets.buckets import Buckets, S3Uri
from outcrop.clock import UnixTime, new_id
from outcrop.errors import OutcropError
from outcrop.records.invocation import Destination, Invocation, record_of
from outcrop.records.meter import Delivered, Meter

MOST_BYTES: Final = 256 * 2**20
"""Of bodies that may wait to be written; a call beyond is not logged."""
MOST_CALLS: Final = 10_000
FLUSH_S: Final = 30.0
"""How long a record waits for others of its hour."""
BATCH_BYTES: Final = 5 * 2**20
"""Of records: so many are written without waiting for more."""
TRIES: Final = 3
CLOSE_S: Final = 20.0
"""How long a server that stops waits for its logs."""
FRESH_S: Final = 5.0
"""How long what an account wants logged is remembered."""

NOT_WANTED: Final = Destination(bucket="", prefix="", text=False, images=False)
"""What an account has that wants no log."""

logger = logging.getLogger("outcrop.records")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Folder:
    """Where the records of an hour go."""

    account: str
    bucket: str
    name: str

    def place(self, name: str) -> S3Uri:
        """A name in it.

        Raises: InvalidRequest when its account has named a bucket or prefix that there cannot be.
        """
        return S3Uri.read(f"s3://{self.bucket}/{self.name}/{name}")


@final
class _Batch:
    """Records of one folder that wait to be written together."""

    def __init__(self, folder: _Folder, began: float) -> None:
        self.folder = folder
        self.began = began
        self.lines: list[bytes] = []
        self.size = 0
        self.tries = 0

    def add(self, line: bytes) -> None:
        """Let one more wait."""
        self.lines.append(line)
        self.size += len(line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What the log works with."""

    buckets: Buckets
    destination: Callable[[str], Destination | None]
    """Account to where it wants its calls logged; None for those that do not."""
    metrics: Meter
    now: UnixTime
    flush_s: float = FLUSH_S
    fresh_s: float = FRESH_S


@final
class InvocationLog:
    """Takes calls and writes records; close it, and all that it has taken is written."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._waiting: deque[Invocation] = deque()
        self._size = 0
        self._closing = False
        self._changed = Condition()
        self._known: dict[str, tuple[float, Destination]] = {}
        self._batches: dict[_Folder, _Batch] = {}
        self._thread = Thread(target=self._work, name="outcrop-invocation-log", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join(CLOSE_S)
        if self._thread.is_alive():
            logger.error("Invocations are not logged: what keeps them did not answer within %s seconds.", CLOSE_S)

    def take(self, invocation: Invocation) -> None:
        """Take a call, at once and whatever happens to it."""
        if self._remembered(invocation.account) is NOT_WANTED:
            return  # as most accounts are: nothing is held, and no thread woken
        with self._changed:
            fits = self._size + invocation.size <= MOST_BYTES and len(self._waiting) < MOST_CALLS
            if fits:
                self._waiting.append(invocation)
                self._size += invocation.size
                self._changed.notify()
        if not fits:
            self._means.metrics.count_delivery("logs", succeeded=False)
            logger.warning("%s is not logged: too many invocations wait to be.", invocation.request_id)

    def wants(self, account: str) -> bool:
        """Whether calls of an account are logged now; may wait for what keeps that."""
        return self._wanted(account) is not None

    def _work(self) -> None:
        closing = False
        while not closing:
            invocation = self._next()
            closing = invocation is None and self._closing
            try:
                if invocation is not None:
                    self._take_in(invocation)
                self._flush(everything=closing)
            except Exception:  # one call's log that fails unexpectedly must not end the logs of all others
                logger.exception("An invocation is not logged")
                self._means.metrics.count_delivery("logs", succeeded=False)

    def _next(self) -> Invocation | None:
        """The next call, or None when there is none and it is time to look at the batches, or to end."""
        with self._changed:
            if not self._waiting and not self._closing:
                self._changed.wait(self._means.flush_s if self._batches else None)
            if not self._waiting:
                return None
            invocation = self._waiting.popleft()
            self._size -= invocation.size
            return invocation

    def _take_in(self, invocation: Invocation) -> None:
        wanted = self._wanted(invocation.account)
        if wanted is None:
            return
        folder = _folder(invocation, wanted)
        record = record_of(invocation, wanted)
        for side, body in record.large.items():
            place = self._put(folder, f"data/{invocation.request_id}_{side}.json.gz", body, "large data")
            if place is not None:
                record.content[side][f"{side}BodyS3Path"] = str(place)
        line = json.dumps(record.content, separators=(",", ":")).encode() + b"\n"
        self._batches.setdefault(folder, _Batch(folder, self._means.now())).add(line)

    def _wanted(self, account: str) -> Destination | None:
        wanted = self._remembered(account)
        if wanted is None:
            wanted = self._means.destination(account) or NOT_WANTED
            self._known[account] = self._means.now(), wanted
        return None if wanted is NOT_WANTED else wanted

    def _remembered(self, account: str) -> Destination | None:
        """What an account wants, NOT_WANTED among it; None when nobody has asked of late."""
        asked, wanted = self._known.get(account, (0.0, None))
        return wanted if 0 <= self._means.now() - asked < self._means.fresh_s else None

    def _flush(self, *, everything: bool) -> None:
        """Write the batches that are due."""
        now = self._means.now()
        for batch in list(self._batches.values()):
            if everything or batch.size >= BATCH_BYTES or not 0 <= now - batch.began < self._means.flush_s:
                self._write(batch, last=everything)

    def _write(self, batch: _Batch, *, last: bool) -> None:
        stamp = datetime.fromtimestamp(batch.began, UTC).strftime("%Y%m%dT%H%M%S%f")[:-3]
        name = f"{stamp}Z_{new_id().replace('-', '')[:16]}.json.gz"
        del self._batches[batch.folder]
        if self._put(batch.folder, name, b"".join(batch.lines), "logs") is not None:
            return
        if last or batch.tries + 1 >= TRIES:
            logger.error("%s invocations of account %s are not logged.", len(batch.lines), batch.folder.account)
        else:
            batch.tries += 1
            batch.began = self._means.now()
            self._batches[batch.folder] = batch

    def _put(self, folder: _Folder, name: str, content: bytes, kind: Delivered) -> S3Uri | None:
        """Write an object; tells where it is, or None when it could not be written."""
        try:
            place = folder.place(name)
            self._means.buckets.put(folder.account, place, gzip.compress(content, mtime=0))
        except OutcropError as error:
            logger.warning("The invocation log of account %s cannot be written: %s", folder.account, error)
            self._means.metrics.count_delivery(kind, succeeded=False)
            return None
        self._means.metrics.count_delivery(kind, succeeded=True)
        return place


def _folder(invocation: Invocation, wanted: Destination) -> _Folder:
    hour = datetime.fromtimestamp(invocation.at, UTC).strftime("%Y/%m/%d/%H")
    prefix = wanted.prefix.strip("/")
    path = f"AWSLogs/{invocation.account}/BedrockModelInvocationLogs/{invocation.region}/{hour}"
    return _Folder(account=invocation.account, bucket=wanted.bucket, name=f"{prefix}/{path}" if prefix else path)
