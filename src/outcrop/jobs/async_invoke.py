"""An asynchronous invocation: what InvokeModel would answer, written to a bucket. Knows its layout there; no wire.

Below the place that was asked for, in a folder of the invocation's own id: the pictures, `image-1.png` and so on, and
last `output.json`, the body that InvokeModel would have answered. Who finds that finds all of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from outcrop.assets.buckets import Buckets, S3Uri
from outcrop.assets.store import Digest, Store
from outcrop.engine.engine import Priority
from outcrop.jobs.making import Maker, Task
from outcrop.jobs.queue import Booked
from outcrop.jobs.worker import Hand
from outcrop.store.database import Connection
from outcrop.store.jobs import Job

KIND: Final = "async-invoke"
PRIORITY: Final[Priority] = "standard"
OUTPUT: Final = "output.json"


def request_of(digest: Digest, output: Mapping[str, str], tags: Mapping[str, str]) -> dict[str, object]:
    """What such a job is asked for: the digest of its body, where its output goes, and what its bookings say of it."""
    return {"input": digest, "output": dict(output), "tags": dict(tags)}


def task_of(job: Job, body: bytes) -> Task:
    """What such a job is to make."""
    return Task.of(job, f"{job.id}.{job.round}", body, job.request["tags"])


@dataclass(frozen=True, slots=True, kw_only=True)
class AsyncInvoke:
    """The work on asynchronous invocations."""

    maker: Maker
    store: Store
    buckets: Buckets

    def do(self, job: Job, hand: Hand) -> Booked:
        """Draw the pictures, then write them; what was written before is written over with the same.

        Raises: whatever domain error says why it cannot be done.
        """
        planned = self.maker.plan_invocation(task_of(job, self.store.get(Digest(job.request["input"]))))
        made = self.maker.make(planned, hand)
        folder = S3Uri.read(job.request["output"]["s3Uri"]).below(job.id)
        for number, picture in made.pictures.items():
            place = folder.below(f"image-{number}.{picture.plan.output_format}")
            self.buckets.put(job.account_id, place, picture.file)
        self.buckets.put(job.account_id, folder.below(OUTPUT), made.answer)
        return lambda connection: made.pay_within(connection, self.maker.books)

    def give_up(self, connection: Connection, job: Job) -> None:
        """Give back what is set aside for it."""
        self.maker.books.give_up_within(connection, job.id)
