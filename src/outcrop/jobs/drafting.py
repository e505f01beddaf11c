"""Draft sets: many cheap drafts of one prompt, a choice among them, and finals that keep their composition.

A set is handed in whole or not at all, and every draft and every final is a picture job of it. Knows no wire.
"""

from base64 import b32encode
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from outcrop.assets.asset_ids import new_asset_id
from outcrop.assets.library import check_deliverable
from outcrop.catalog.card import ModelCard
from outcrop.errors import AlreadyThere, InvalidRequest, NoSuchResource
from outcrop.jobs.canonical import canonical
from outcrop.jobs.desk import Desk
from outcrop.jobs.draft_bodies import check_drafts, check_finals, draft_body, final_body
from outcrop.jobs.handing_in import Ready, Wanted, hand_in_all, made_ready
from outcrop.jobs.making import Task
from outcrop.jobs.once import Once, Overtaken
from outcrop.jobs.pictures import About
from outcrop.store.accounts import User
from outcrop.store.assets import Asset, Parent, assets_of_job, pin_assets
from outcrop.store.database import Connection
from outcrop.store.drafts import (
    Draft,
    DraftSet,
    Finished,
    Pick,
    add_final,
    add_set,
    drafts_of,
    finals_of,
    find_set,
    find_set_of_request,
    picks_of,
    put_picks,
)
from outcrop.store.jobs import ENDS, find_job
from outcrop.units import MAX_SEED, Micros

MOST: Final = 16
"""Drafts of a set."""
ROLE: Final = "draft"
"""What a draft is to the final that grew from it."""
TRIES: Final = 8
"""How often a request is decided anew because another one came in between."""

Refine = Callable[[str], str]
"""Rewords a prompt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedDrafts:
    """What somebody wants drafts of."""

    prompt: str
    negative_prompt: str = ""
    count: int
    """1 to `MOST`."""
    seed: int | None = None
    """The first draft's, from 1, each further one's being one more; None takes the first by chance."""
    aspect_ratio: str = "1:1"
    tags: Mapping[str, str] = field(default_factory=dict)
    booked: Mapping[str, str] = field(default_factory=dict)
    """What their bookings say."""
    campaign: str | None = None
    token: str | None = None
    """What the request calls itself: however often it comes, it makes one set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedFinals:
    """Which drafts somebody wants finished, and how."""

    numbers: Sequence[int]
    strength: float
    """How far to leave the draft, above 0 and up to 1."""
    refine: Refine | None = None
    """None keeps the drafts' prompt."""
    booked: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafting:
    """Makes draft sets and finishes them."""

    desk: Desk
    random: Callable[[int], bytes]

    def draft(self, user: User, card: ModelCard, finish_on: ModelCard, wanted: WantedDrafts) -> DraftSet:
        """Hand in a set of drafts, the price of all of them set aside; a request that comes again changes nothing.

        Raises: Unsupported when a model cannot draft or finish; whatever InvokeModel would have for a body;
        AlreadyThere when the token was used for another request; BudgetSpent; NoRoom; StorageFailed.
        """
        catalog = self.desk.maker.catalog
        check_drafts(card, catalog)
        check_finals(finish_on, catalog)
        digest = sha256(canonical([card.id, finish_on.id, _told(wanted)]).encode()).hexdigest()
        once = Once(
            desk=self.desk, account_id=user.account_id, token=wanted.token, digest=digest, find=find_set_of_request
        )
        before = once.before()
        if before is not None:
            return before
        at = self.desk.maker.books.now()
        set_id, seeds = new_asset_id(at, self.random), self._seeds(wanted)
        ready = [self._draft(user, set_id, card, wanted, seed) for seed in seeds]
        new = DraftSet(
            id=set_id,
            account_id=user.account_id,
            user_name=user.name,
            created_at=int(at),
            token=wanted.token,
            digest=digest,
            model_id=card.id,
            finish_on=finish_on.id,
            prompt=wanted.prompt,
            negative_prompt=wanted.negative_prompt,
            aspect_ratio=wanted.aspect_ratio,
            campaign=wanted.campaign,
            price=Micros(sum(one.price for one in ready)),
            price_if_all=Micros(wanted.count * self._price_on(user, finish_on, wanted)),
            tags=wanted.tags,
        )
        drafts = [
            Draft(number=number, seed=seed, job_id=one.job.id)
            for number, (seed, one) in enumerate(zip(seeds, ready, strict=True), 1)
        ]

        return once.hand_in(ready, new, lambda connection: add_set(connection, new, drafts))

    def find(self, account_id: str, set_id: str) -> DraftSet:
        """An account's set.

        Raises: NoSuchResource when it has none of that id.
        """
        with self.desk.library.database.reading() as connection:
            found = find_set(connection, set_id)
        if found is None or found.account_id != account_id:
            raise NoSuchResource(f"There is no draft set '{set_id[:40]}' in this account; GET /v1/drafts lists them.")
        return found

    def choose(self, of: DraftSet, picks: Sequence[Pick]) -> None:
        """Choose drafts, in place of those that were chosen; retention leaves those alone that are there.

        Raises: InvalidRequest when the set has no such draft, or one is named twice.
        """
        with self.desk.library.database.writing() as connection:
            drafts = {draft.number: draft for draft in drafts_of(connection, of.id)}
            _check_numbers([pick.number for pick in picks], drafts)
            put_picks(connection, of.id, picks)
            chosen = [asset.id for pick in picks for asset in assets_of_job(connection, drafts[pick.number].job_id)]
            pin_assets(connection, chosen, pinned=True)

    def finish(self, user: User, of: DraftSet, on: ModelCard, wanted: WantedFinals) -> None:
        """Hand in the finals of drafts, all or none; what was finished in that way before is left as it is.

        A final that ended without a result begins anew. Without numbers, the drafts that are chosen are finished.

        Raises: Unsupported when the model cannot finish; InvalidRequest when nothing is named or chosen, or the set has
        no such draft; AlreadyThere when a draft is not there yet, or never will be; Denied when one is held;
        BudgetSpent; NoRoom; StorageFailed.
        """
        check_finals(on, self.desk.maker.catalog)
        for _ in range(TRIES):
            try:
                self._finish(user, of, on, wanted)
            except Overtaken:
                continue
            return
        raise AlreadyThere(f"Draft set {of.id} is being finished by others as well; ask again.")

    def _finish(self, user: User, of: DraftSet, on: ModelCard, wanted: WantedFinals) -> None:
        drafts, numbers = self._meant(of, wanted)
        with self.desk.library.database.reading() as connection:
            there = {final.way: final for final in finals_of(connection, of.id)}
        finals = self._finals(of, on, numbers, wanted)
        new = [final for final in finals if final.way not in there]
        ready = [self._final(user, of, final, drafts[final.number], wanted) for final in new]

        def booked(connection: Connection) -> None:
            if {final.way for final in finals_of(connection, of.id)} & {final.way for final in new}:
                raise Overtaken
            for final in new:
                add_final(connection, of.id, final)

        if ready:
            hand_in_all(self.desk, ready, booked)
        self._begin_anew([there[final.way].job_id for final in finals if final.way in there])

    def _meant(self, of: DraftSet, wanted: WantedFinals) -> tuple[Mapping[int, Draft], Sequence[int]]:
        """The drafts of a set by their numbers, and the numbers of those that are to be finished."""
        with self.desk.library.database.reading() as connection:
            drafts = {draft.number: draft for draft in drafts_of(connection, of.id)}
            numbers = wanted.numbers or [pick.number for pick in picks_of(connection, of.id)]
        if not numbers:
            raise InvalidRequest("Nothing is picked; say which drafts to finish, by their numbers.")
        _check_numbers(numbers, drafts)
        return drafts, numbers

    def _finals(self, of: DraftSet, on: ModelCard, numbers: Sequence[int], wanted: WantedFinals) -> list[Finished]:
        """What is asked for, each under a job of its own."""
        prompt = of.prompt if wanted.refine is None else wanted.refine(of.prompt)
        return [
            Finished(
                number=number,
                model_id=on.id,
                strength=wanted.strength,
                refined=wanted.refine is not None,
                prompt=prompt,
                job_id=self._job_id(),
            )
            for number in numbers
        ]

    def _draft(self, user: User, set_id: str, card: ModelCard, wanted: WantedDrafts, seed: int) -> Ready:
        return made_ready(
            self.desk,
            user,
            Wanted(
                id=self._job_id(),
                model_id=card.id,
                body=draft_body(wanted.prompt, wanted.negative_prompt, wanted.aspect_ratio, seed),
                about=About(tags=wanted.tags, booked=wanted.booked, campaign=wanted.campaign),
                priority="interactive",
                set_id=set_id,
            ),
        )

    def _price_on(self, user: User, card: ModelCard, wanted: WantedDrafts) -> int:
        """What one of the pictures would cost on a model."""
        task = Task(
            name="price",
            job="price",
            account_id=user.account_id,
            user_name=user.name,
            model_id=card.id,
            body=canonical(draft_body(wanted.prompt, wanted.negative_prompt, wanted.aspect_ratio, 1)).encode(),
            priority="standard",
        )
        return sum(plan.price for plan in self.desk.maker.plan(task).plans)

    def _final(self, user: User, of: DraftSet, final: Finished, draft: Draft, wanted: WantedFinals) -> Ready:
        asset = self._there(draft)
        file = self.desk.library.read(asset)
        return made_ready(
            self.desk,
            user,
            Wanted(
                id=final.job_id,
                model_id=final.model_id,
                body=final_body(final.prompt, of.negative_prompt, draft.seed, file, final.strength),
                about=About(
                    tags=of.tags,
                    booked=wanted.booked,
                    campaign=of.campaign,
                    parents=(Parent(asset_id=asset.id, role=ROLE),),
                ),
                set_id=of.id,
            ),
        )

    def _there(self, draft: Draft) -> Asset:
        """The picture of a draft."""
        with self.desk.library.database.reading() as connection:
            job, assets = find_job(connection, draft.job_id), assets_of_job(connection, draft.job_id)
        assert job is not None, "a draft's job outlives it"
        if assets:
            check_deliverable(assets[0])
            return assets[0]
        why = "was deleted" if job.state == "done" else f"is {job.state}{f': {job.reason}' if job.reason else ''}"
        later = "" if job.state in ENDS else "; finish it once it is there"
        raise AlreadyThere(f"Draft {draft.number} {why}{later}.")

    def _begin_anew(self, job_ids: Sequence[str]) -> None:
        """Have those of some jobs drawn again that ended without a result."""
        with self.desk.library.database.reading() as connection:
            jobs = [find_job(connection, job_id) for job_id in job_ids]
        for job in jobs:
            if job is not None and job.state in ENDS and job.state != "done":
                with suppress(AlreadyThere):  # somebody else has begun it anew
                    self.desk.queue.retry(job.id)

    def _seeds(self, wanted: WantedDrafts) -> list[int]:
        """Each one more than the last, beginning again at 1: 0 would leave it to the model."""
        first = int.from_bytes(self.random(8)) if wanted.seed is None else wanted.seed - 1
        return [1 + (first + index) % MAX_SEED for index in range(wanted.count)]

    def _job_id(self) -> str:
        return b32encode(self.random(10)).decode().lower()[:12]


def _told(wanted: WantedDrafts) -> dict[str, object]:
    """What two equal requests have in common."""
    told = {name: getattr(wanted, name) for name in WantedDrafts.__slots__ if name not in {"token", "booked"}}
    return told | {"tags": dict(wanted.tags)}


def _check_numbers(numbers: Sequence[int], drafts: Mapping[int, Draft]) -> None:
    for number in numbers:
        if number not in drafts:
            raise InvalidRequest(f"There is no draft {number}; the set has 1 to {len(drafts)}.")
    if len(set(numbers)) < len(numbers):
        raise InvalidRequest("A draft is named twice; name each once.")
