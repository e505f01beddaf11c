"""A picture job: what InvokeModel would draw, kept as assets. Knows its own request; knows no wire and no caller."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final

from outcrop.assets.library import Library, NewAsset
from outcrop.assets.store import Digest, Store
from outcrop.engine.engine import Priority
from outcrop.errors import Withheld
from outcrop.flow import Picture
from outcrop.jobs.board import Board
from outcrop.jobs.kept import kept_of
from outcrop.jobs.making import Maker, Task
from outcrop.jobs.queue import Booked
from outcrop.jobs.reviewing import hold
from outcrop.jobs.worker import Hand
from outcrop.store.assets import Held, Parent
from outcrop.store.database import Connection
from outcrop.store.jobs import Job
from outcrop.units import Micros

KIND: Final = "pictures"
ALL_WITHHELD: Final = "What was drawn may be sexually explicit, so it was not kept; change the prompt or the seed."
PRIORITY: Final[Priority] = "standard"


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a picture job says of its pictures, beside what is to be drawn."""

    tags: Mapping[str, str] = field(default_factory=dict)
    """What the pictures are tagged with."""
    booked: Mapping[str, str] = field(default_factory=dict)
    """What their bookings say: the tags, the campaign, and those of the profile that the request came through."""
    campaign: str | None = None
    parents: tuple[Parent, ...] = ()
    webhook: str | None = None
    """The name of the account's webhook that is told of its end."""


def request_of(digest: Digest, about: About, price: Micros) -> dict[str, Any]:
    """What such a job is asked for: the digest of its body, what is said of its pictures, and what they cost."""
    return {
        "input": digest,
        "tags": dict(about.tags),
        "booked": dict(about.booked),
        "campaign": about.campaign,
        "parents": [[parent.asset_id, parent.role] for parent in about.parents],
        "webhook": about.webhook,
        "price": price,
    }


def about_of(job: Job) -> About:
    """What was said of a job's pictures when it was handed in."""
    asked = job.request
    return About(
        tags=asked["tags"],
        booked=asked["booked"],
        campaign=asked["campaign"],
        parents=tuple(Parent(asset_id=asset, role=role) for asset, role in asked["parents"]),
        webhook=asked["webhook"],
    )


def task_of(job: Job, body: bytes) -> Task:
    """What such a job is to make."""
    return Task.of(job, f"{job.id}.{job.round}", body, job.request["booked"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """The work on picture jobs."""

    maker: Maker
    store: Store
    """Where bodies are."""
    library: Library
    board: Board
    """Where it is to be seen how far it has come."""

    def do(self, job: Job, hand: Hand) -> Booked:
        """Draw the pictures, keep their bytes; whoever did so before kept the same ones.

        Raises: whatever domain error says why it cannot be done.
        """
        held = self._held(job)
        planned = self.maker.plan(task_of(job, self.store.get(Digest(job.request["input"]))))
        planned = replace(planned, held=held)
        shown = not held and self.maker.screening.looking.judge is None  # a preview of what may be withheld is that too
        try:
            made = self.maker.make(planned, hand, partial(self.board.listener, job.id, lease=job.lease, previews=shown))
        finally:
            self.board.forget(job.id)
        if not made.pictures:
            raise Withheld(ALL_WITHHELD, stage="output image", categories=("sexual",))
        new = [
            self._asset(job, number, picture, "held" if held else None)  # bytes first: an asset never lacks its own
            for number, picture in made.pictures.items()
        ]

        def booked(connection: Connection) -> None:
            made.pay_within(connection, self.maker.books)
            for one, booking in zip(new, made.delivered, strict=True):
                asset = self.library.keep(connection, one)
                if held:
                    hold(connection, asset, booking)

        return booked

    def give_up(self, connection: Connection, job: Job) -> None:
        """Give back what is set aside for it."""
        self.maker.books.give_up_within(connection, job.id)

    def _held(self, job: Job) -> bool:
        about = about_of(job)
        return self.maker.holding.holds(job.account_id, job.model_id, about.tags, about.campaign)

    def _asset(self, job: Job, number: int, picture: Picture, held: Held | None) -> NewAsset:
        """What the library is to keep of a picture, whose bytes it keeps at once."""
        about = about_of(job)
        return replace(
            kept_of(picture, self.library.put(picture.file), job.account_id, job.user_name),
            job_id=job.id,
            number=number,
            set_id=job.set_id,
            campaign=about.campaign,
            name=job.name,
            tags=about.tags,
            parents=about.parents,
            held=held,
        )
