"""Keeps what InvokeModel has drawn in the library, where the operator wants that. Knows no body and no price.

The picture is paid for and on its way: what cannot be kept is said in the log, and the answer leaves all the same.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from outcrop.assets.library import Library
from outcrop.errors import OutcropError
from outcrop.flow import Picture
from outcrop.jobs.kept import kept_of
from outcrop.ledger.books import Order
from outcrop.store.assets import Parent, find_asset_of_digest
from outcrop.store.database import Connection, Failure

SOURCE: Final = "source"
"""What an asset was to a picture that was drawn from its file."""
CAMPAIGN: Final = "campaign"
LONGEST: Final = 128
"""Characters of a tag's name, and of a campaign."""

logger = logging.getLogger("outcrop.assets")


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """Keeps pictures in a library."""

    library: Library

    def keep(self, order: Order, pictures: Sequence[Picture]) -> None:
        """Keep the pictures of a request, with the tags that it was booked under and what they were drawn from."""
        try:
            self._keep(order, pictures)
        except (*Failure, OutcropError) as error:
            logger.error("the pictures of request %s were not kept: %s", order.request_id, error)  # noqa: TRY400 - all said

    def _keep(self, order: Order, pictures: Sequence[Picture]) -> None:
        new = [
            kept_of(picture, self.library.put(picture.file), order.account_id, order.user_name) for picture in pictures
        ]
        with self.library.database.writing() as connection:
            for one, picture in zip(new, pictures, strict=True):
                parents = _sources(connection, order.account_id, picture)
                about = replace(one, campaign=_campaign(order.tags), tags=_tags(order.tags), parents=parents)
                self.library.keep(connection, about)


def _sources(connection: Connection, account_id: str, picture: Picture) -> tuple[Parent, ...]:
    """The account's asset whose file came with the request, if one has it."""
    start = picture.plan.start
    if start is None or start.image.file is None:
        return ()
    found = find_asset_of_digest(connection, account_id, start.image.file)
    return () if found is None else (Parent(asset_id=found.id, role=SOURCE),)


def _campaign(tags: Mapping[str, str]) -> str | None:
    named = tags.get(CAMPAIGN, "")
    return named if named.isprintable() and 0 < len(named) <= LONGEST else None


def _tags(tags: Mapping[str, str]) -> Mapping[str, str]:
    """Those that an asset may have."""
    return {
        name: value
        for name, value in tags.items()
        if name != CAMPAIGN and len(name) <= LONGEST and ":" not in name and (name + value).isprintable()
    }
