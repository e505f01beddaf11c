"""Drafts ordered on this machine, by its own user, in its own books: what a server does, without one."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, final

from outcrop.access.accounts import LOCAL, find_user
from outcrop.access.first_start import set_up
from outcrop.cli.directory import open_directory
from outcrop.cli.draft_orders import Advance, DraftOrder, FinishOrder
from outcrop.cli.kept_prices import open_prices
from outcrop.cli.making import open_maker
from outcrop.cli.wiring import open_catalog, open_flow, open_shelves
from outcrop.clock import now, random_bytes, unix_time
from outcrop.errors import InvalidRequest
from outcrop.jobs.desk import Desk, open_desk
from outcrop.jobs.draft_described import described
from outcrop.jobs.draft_sheet import draft_sheet
from outcrop.jobs.drafting import Drafting, WantedDrafts, WantedFinals
from outcrop.ledger.books import open_books
from outcrop.prompting.build import refine
from outcrop.settings import Settings
from outcrop.store.accounts import User
from outcrop.store.drafts import DraftSet, Pick
from outcrop.store.jobs import ENDS

HEARING_S: Final = 0.25
"""Seconds within which the end of a picture, or a Ctrl-C, is noticed."""


@final
class Here:
    """This machine's counter."""

    def __init__(self, desk: Desk, user: User) -> None:
        self._desk = desk
        self._user = user
        self._drafting = Drafting(desk=desk, random=random_bytes)

    def draft(self, order: DraftOrder) -> Mapping[str, Any]:
        """Order drafts.

        Raises: InvalidRequest, NoSuchModel, Unsupported, BudgetSpent.
        """
        catalog = self._desk.maker.catalog
        card = catalog.model_named(order.model)
        if card.finish_on is None:
            raise InvalidRequest(f"{card.name} names no model that its drafts are finished on; draft on another.")
        wanted = WantedDrafts(
            prompt=order.prompt,
            negative_prompt=order.negative_prompt,
            count=order.count,
            seed=order.seed,
            aspect_ratio=order.aspect_ratio,
            booked={} if order.campaign is None else {"campaign": order.campaign},
            campaign=order.campaign,
        )
        return self._told(self._drafting.draft(self._user, card, catalog.model(card.finish_on), wanted))

    def finish(self, order: FinishOrder) -> Mapping[str, Any]:
        """Order finals of drafts that are there.

        Raises: NoSuchResource, NoSuchModel, InvalidRequest, Unsupported, AlreadyThere, BudgetSpent.
        """
        of = self._set(order.set_id)
        card = self._desk.maker.catalog.model_named(order.model or of.finish_on)
        wanted = WantedFinals(
            numbers=order.numbers,
            strength=card.tier.finish_strength if order.strength is None else order.strength,
            refine=refine if order.refine else None,
            booked=dict(of.tags) | ({} if of.campaign is None else {"campaign": of.campaign}),
        )
        self._drafting.finish(self._user, of, card, wanted)
        return self._told(of)

    def choose(self, set_id: str, numbers: Sequence[int], note: str) -> None:
        """Choose drafts.

        Raises: NoSuchResource; InvalidRequest when the set has no such draft.
        """
        picks = [Pick(number=number, rank=rank, note=note) for rank, number in enumerate(numbers, 1)]
        self._drafting.choose(self._set(set_id), picks)

    def seen_through(self, set_id: str, advance: Advance) -> Mapping[str, Any]:
        """Wait for all that was ordered of a set.

        Raises: NoSuchResource.
        """
        of = self._set(set_id)
        while True:
            told = self._told(of)
            pictures: list[Mapping[str, Any]] = [*told["drafts"], *told["finals"]]
            ended = sum(one["state"] in ENDS for one in pictures)
            advance(ended, len(pictures))
            if ended == len(pictures):
                return told
            self._desk.queue.wait(HEARING_S)

    def sheet(self, set_id: str) -> bytes:
        """A set's contact sheet, a WebP.

        Raises: NoSuchResource; StorageFailed.
        """
        return draft_sheet(self._desk.library, self._set(set_id))

    def content(self, asset: str) -> bytes:
        """A picture's file.

        Raises: NoSuchResource; Denied when it is held; StorageFailed.
        """
        library = self._desk.library
        with library.database.reading() as connection:
            found = library.find(connection, self._user.account_id, asset)
        return library.read(found)

    def _set(self, set_id: str) -> DraftSet:
        return self._drafting.find(self._user.account_id, set_id)

    def _told(self, of: DraftSet) -> Mapping[str, Any]:
        with self._desk.library.database.reading() as connection:
            return described(connection, self._desk, of)


@contextmanager
def open_here(settings: Settings) -> Iterator[Here]:
    """This machine's counter, whose jobs are worked on for as long as the block lasts; what is left then is kept.

    Raises: BadSettings, BadCheckpoint; InvalidRequest when the user of the first start was deleted.
    """
    catalog, shelves = open_catalog(settings), open_shelves(settings)
    with (
        open_directory(settings) as directory,
        open_prices(catalog, directory.database) as catalog,
        open_books(directory.database, unix_time, catalog.own_costs) as books,
        open_flow(settings, catalog) as flow,
        open_desk(
            directory.database, open_maker(settings, catalog, flow, books, directory.database), shelves, now
        ) as desk,
    ):
        set_up(directory)
        with directory.database.reading() as connection:
            user = find_user(connection, LOCAL, LOCAL)
        yield Here(desk, user)
