"""Comparisons: a grid of pictures of which two things differ, such as model and seed, handed in whole or not at all.

Every cell is a picture job of the comparison. Knows no wire, and does not ask what a cell's body says.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any

from outcrop.assets.asset_ids import new_asset_id
from outcrop.errors import AlreadyThere, InvalidRequest, NoSuchResource
from outcrop.jobs.canonical import canonical
from outcrop.jobs.desk import Desk
from outcrop.jobs.handing_in import Ready, Wanted, made_ready
from outcrop.jobs.once import Once
from outcrop.jobs.pictures import About
from outcrop.store.accounts import User
from outcrop.store.comparisons import (
    Axis,
    Comparison,
    add_comparison,
    find_comparison,
    find_comparison_of_request,
)
from outcrop.units import Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What a cell is drawn from."""

    model_id: str
    body: Mapping[str, Any]
    """As InvokeModel takes it, of one picture."""
    booked: Mapping[str, str] = field(default_factory=dict)
    """What its booking says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedComparison:
    """A grid that somebody wants to see."""

    name: str
    down: Axis
    across: Axis
    cells: Sequence[Cell]
    """Row by row."""
    tags: Mapping[str, str] = field(default_factory=dict)
    campaign: str | None = None
    new_job_id: Callable[[], str]
    token: str | None = None
    """What the request calls itself: however often it comes, it makes one comparison."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A comparison that was asked for."""

    comparison: Comparison
    warned: tuple[str, ...] = ()
    """Categories that the account's policy warns of and its prompts are about; none where the request came before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparing:
    """Makes comparisons."""

    desk: Desk
    random: Callable[[int], bytes]

    def begin(self, user: User, wanted: WantedComparison) -> Begun:
        """Hand in all pictures of a grid, their price set aside; a request that comes again changes nothing.

        Raises: InvalidRequest when there are more or fewer cells than rows times columns, or one is of several
        pictures; whatever InvokeModel would have for a body; AlreadyThere when the token was used for another request,
        or what it made has been deleted; BudgetSpent; NoRoom; StorageFailed.
        """
        _check_count(wanted)
        digest = sha256(canonical(_told(wanted)).encode()).hexdigest()
        once = Once(
            desk=self.desk,
            account_id=user.account_id,
            token=wanted.token,
            digest=digest,
            find=find_comparison_of_request,
        )
        before = once.before()
        if before is not None:
            return Begun(comparison=_still_there(before))
        at = self.desk.maker.books.now()
        new_id = new_asset_id(at, self.random)
        ready = self._ready(user, new_id, wanted)
        new = Comparison(
            id=new_id,
            account_id=user.account_id,
            user_name=user.name,
            created_at=int(at),
            token=wanted.token,
            digest=digest,
            name=wanted.name,
            down=wanted.down,
            across=wanted.across,
            jobs=tuple(one.job.id for one in ready),
            price=Micros(sum(one.price for one in ready)),
        )

        there = once.hand_in(ready, new, lambda connection: add_comparison(connection, new))
        warned = dict.fromkeys(category for one in ready for category in one.planned.warned)
        return Begun(comparison=there, warned=tuple(warned))

    def find(self, account_id: str, comparison_id: str) -> Comparison:
        """An account's comparison.

        Raises: NoSuchResource when it has none of that id.
        """
        with self.desk.library.database.reading() as connection:
            found = find_comparison(connection, account_id, comparison_id)
        if found is None:
            raise NoSuchResource(
                f"There is no comparison '{comparison_id[:40]}' in this account; GET /v1/comparisons lists them."
            )
        return found

    def _ready(self, user: User, comparison_id: str, wanted: WantedComparison) -> list[Ready]:
        """The job of each cell, which nobody has added."""
        found = []
        for number, cell in enumerate(wanted.cells, 1):
            about = About(tags=wanted.tags, booked=cell.booked, campaign=wanted.campaign)
            job = Wanted(
                id=wanted.new_job_id(), model_id=cell.model_id, body=cell.body, about=about, set_id=comparison_id
            )
            ready = made_ready(self.desk, user, job)
            if len(ready.planned.plans) > 1:
                raise InvalidRequest(f"Cell {number} asks for {len(ready.planned.plans)} pictures; ask for one a cell.")
            found.append(ready)
        return found


def _told(wanted: WantedComparison) -> dict[str, object]:
    """What two equal requests have in common."""
    return {
        "name": wanted.name,
        "down": asdict(wanted.down),
        "across": asdict(wanted.across),
        "cells": [[cell.model_id, dict(cell.body)] for cell in wanted.cells],
        "tags": dict(wanted.tags),
        "campaign": wanted.campaign,
    }


def _still_there(made: Comparison) -> Comparison:
    if made.deleted_at is not None:
        raise AlreadyThere("What this request made has been deleted; another Idempotency-Key makes another one.")
    return made


def _check_count(wanted: WantedComparison) -> None:
    rows, columns = len(wanted.down.values), len(wanted.across.values)
    if len(wanted.cells) != rows * columns:
        raise InvalidRequest(
            f"{rows} rows of {columns} pictures are {rows * columns} cells, and there are {len(wanted.cells)}; "
            "give every cell, row by row."
        )
