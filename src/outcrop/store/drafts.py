"""Queries on draft sets, their drafts, choices and finals. Knows rows; knows no price and no picture.

What is guaranteed here: one request makes one set, and a draft has one final in each way of finishing it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from sqlalchemy import RowMapping, delete, insert, select

from outcrop.store.database import Connection
from outcrop.store.draft_tables import draft_finals, draft_picks, draft_sets, drafts
from outcrop.units import Micros

THOUSANDTHS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One draft of a set."""

    number: int
    """From 1."""
    seed: int
    job_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSet:
    """What was asked for as drafts."""

    id: str
    """Sorts by when it was made."""
    account_id: str
    user_name: str
    created_at: int
    token: str | None
    """What the request that made it called itself."""
    digest: str
    """What two equal requests have in common."""
    model_id: str
    finish_on: str
    """The model that finals are drawn on where nobody names one."""
    prompt: str
    negative_prompt: str
    aspect_ratio: str
    campaign: str | None
    price: Micros
    """That of its drafts."""
    price_if_all: Micros
    """That of as many pictures on the model that finals are drawn on."""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A draft that was chosen."""

    number: int
    rank: int
    """1 is the best."""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """What a draft became."""

    number: int
    """The draft's."""
    model_id: str
    strength: float
    """How far it leaves the draft, in whole thousandths."""
    refined: bool
    """Whether the prompt was reworded for it."""
    prompt: str
    job_id: str

    @property
    def way(self) -> tuple[int, str, int, bool]:
        """Of which draft it is, and how that was finished."""
        return (self.number, self.model_id, round(self.strength * THOUSANDTHS), self.refined)


def add_set(connection: Connection, new: DraftSet, its_drafts: Sequence[Draft]) -> None:
    """Add a set with its drafts, whose jobs are there."""
    values = {name: getattr(new, name) for name in (one.name for one in fields(DraftSet))}
    connection.execute(insert(draft_sets).values(values | {"tags": json.dumps(dict(new.tags), sort_keys=True)}))
    connection.execute(insert(drafts), [asdict(one) | {"set_id": new.id} for one in its_drafts])


def find_set(connection: Connection, set_id: str) -> DraftSet | None:
    """The set of that id, whoever has it."""
    row = connection.execute(select(draft_sets).where(draft_sets.c.id == set_id)).mappings().first()
    return None if row is None else _set(row)


def find_set_of_request(connection: Connection, account_id: str, token: str) -> DraftSet | None:
    """The set that a request of that token has made."""
    same = (draft_sets.c.account_id == account_id) & (draft_sets.c.token == token)
    row = connection.execute(select(draft_sets).where(same)).mappings().first()
    return None if row is None else _set(row)


def list_sets(connection: Connection, account_id: str, before: str | None, most: int) -> list[DraftSet]:
    """An account's sets, newest first; `before` is the id after which to go on."""
    query = select(draft_sets).where(draft_sets.c.account_id == account_id).order_by(draft_sets.c.id.desc())
    if before is not None:
        query = query.where(draft_sets.c.id < before)
    return [_set(row) for row in connection.execute(query.limit(most)).mappings()]


def drafts_of(connection: Connection, set_id: str) -> list[Draft]:
    """A set's drafts, by their numbers."""
    query = select(drafts.c.number, drafts.c.seed, drafts.c.job_id).where(drafts.c.set_id == set_id)
    return [Draft(**row) for row in connection.execute(query.order_by(drafts.c.number)).mappings()]


def picks_of(connection: Connection, set_id: str) -> list[Pick]:
    """Which drafts of a set are chosen, the best first."""
    columns = (draft_picks.c.number, draft_picks.c.rank, draft_picks.c.note)
    query = select(*columns).where(draft_picks.c.set_id == set_id)
    ordered = query.order_by(draft_picks.c.rank, draft_picks.c.number)
    return [Pick(**row) for row in connection.execute(ordered).mappings()]


def put_picks(connection: Connection, set_id: str, picks: Sequence[Pick]) -> None:
    """Choose drafts of a set, in place of those that were chosen."""
    connection.execute(delete(draft_picks).where(draft_picks.c.set_id == set_id))
    if picks:
        connection.execute(insert(draft_picks), [asdict(pick) | {"set_id": set_id} for pick in picks])


def finals_of(connection: Connection, set_id: str) -> list[Finished]:
    """What drafts of a set became, by their numbers."""
    same = draft_finals.c.set_id == set_id
    query = select(draft_finals).where(same).order_by(draft_finals.c.number, draft_finals.c.job_id)
    return [_final(row) for row in connection.execute(query).mappings()]


def add_final(connection: Connection, set_id: str, final: Finished) -> None:
    """Add a final, whose job is there; a draft that was finished in that way has it already, and is not asked for."""
    number, model_id, strength_milli, refined = final.way
    values: dict[str, Any] = {"set_id": set_id, "number": number, "model_id": model_id, "refined": refined}
    values |= {"strength_milli": strength_milli, "prompt": final.prompt, "job_id": final.job_id}
    connection.execute(insert(draft_finals).values(values))


def _set(row: RowMapping) -> DraftSet:
    return DraftSet(**{**row, "tags": json.loads(row["tags"])})


def _final(row: RowMapping) -> Finished:
    return Finished(
        number=row["number"],
        model_id=row["model_id"],
        strength=row["strength_milli"] / THOUSANDTHS,
        refined=row["refined"],
        prompt=row["prompt"],
        job_id=row["job_id"],
    )
