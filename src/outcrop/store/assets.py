"""Queries on assets: what is kept of pictures beside their bytes. Knows rows; knows no bytes and no place of them.

What is guaranteed here: a job leaves each of its assets once, and what was deleted is not found, save by who asks for
its stub.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, and_, delete, exists, insert, select, update

from outcrop.store.database import Connection
from outcrop.store.tables import asset_parents, asset_tags, assets

AssetKind = Literal["picture", "upload"]
Held = Literal["held", "rejected"]
"""`held` waits for a review, `rejected` has had one."""

THERE: Final = assets.c.deleted_at.is_(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """What an asset was made from."""

    asset_id: str
    role: str
    """What for, such as `draft`, `input` or `mask`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A picture that is kept."""

    id: str
    """Sorts by when it was made."""
    account_id: str
    user_name: str
    kind: AssetKind
    digest: str
    """The SHA-256 of its file; empty in a stub."""
    created_at: int
    deleted_at: int | None = None
    held: Held | None = None
    """Why it is not delivered; None is delivered."""
    pinned: bool = False
    """Whether retention leaves it alone: a choice, or a final."""
    format: str
    """png, jpeg or webp."""
    width: int
    height: int
    size_bytes: int
    model_id: str | None = None
    operation: str | None = None
    seed: int | None = None
    job_id: str | None = None
    number: int | None = None
    """Which of its job's pictures it is, from 1."""
    set_id: str | None = None
    campaign: str | None = None
    phash: int | None = None
    """What alike pictures have nearly in common, 64 bits as a signed number; None while nobody has looked."""
    name: str | None = None
    alt: str | None = None
    """What it shows, for who does not see it."""
    prompt: str | None = None
    negative_prompt: str | None = None
    recipe: str | None = None
    """How it was made, as JSON."""
    tags: Mapping[str, str] = field(default_factory=dict)
    parents: Sequence[Parent] = ()


_OWN: Final = tuple(one.name for one in fields(Asset) if one.name not in {"tags", "parents"})
_COLUMNS: Final = tuple(assets.c[name] for name in _OWN)
_SEARCHED: Final = ("prompt", "name", "alt")
_EMPTIED: Final = (
    *("held", "model_id", "operation", "seed", "set_id", "campaign", "phash"),
    *("name", "alt", "prompt", "negative_prompt", "recipe"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SoughtAssets:
    """Which assets are asked for, newest first."""

    account_id: str | None
    """None is every account."""
    user_name: str | None = None
    words: Sequence[str] = ()
    """Each stands somewhere in its prompt, name or alternative text; in any case."""
    tags: Sequence[tuple[str, str | None]] = ()
    """Each is on it; None is any value."""
    campaign: str | None = None
    model_id: str | None = None
    operation: str | None = None
    kind: AssetKind | None = None
    job_id: str | None = None
    set_id: str | None = None
    held: Held | None = None
    pinned: bool | None = None
    since: int | None = None
    """Seconds since 1970; made at that moment or later."""
    until: int | None = None
    """Made before that moment."""
    ids: tuple[str, str] | None = None
    """The first id that may be, and the first after it that may not: where an index finds what is that old."""
    before: str | None = None
    """The id of the asset after which to go on."""
    most: int = 50


def add_asset(connection: Connection, asset: Asset) -> None:
    """Add an asset, with its tags and parents, which are there."""
    values = {name: getattr(asset, name) for name in _OWN}
    texts = (getattr(asset, name) for name in _SEARCHED)
    connection.execute(insert(assets).values(values | {"search_text": _searched(*texts)}))
    _add_tags(connection, asset, asset.tags)
    rows = [{"asset_id": asset.id, "parent_id": one.asset_id, "role": one.role} for one in asset.parents]
    if rows:
        connection.execute(insert(asset_parents), rows)


def find_asset(connection: Connection, asset_id: str) -> Asset | None:
    """The asset of that id, whoever has it."""
    return _one(connection, assets.c.id == asset_id, THERE)


def find_asset_of_digest(connection: Connection, account_id: str, digest: str) -> Asset | None:
    """The newest asset of an account whose file has that digest, and which may be delivered."""
    own = (assets.c.account_id == account_id, assets.c.digest == digest, assets.c.held.is_(None), THERE)
    query = select(*_COLUMNS).where(*own).order_by(assets.c.id.desc()).limit(1)
    row = connection.execute(query).mappings().first()
    return None if row is None else Asset(**row)


def find_asset_or_stub(connection: Connection, asset_id: str) -> Asset | None:
    """The asset of that id, or what is left of it."""
    return _one(connection, assets.c.id == asset_id)


def find_asset_of_job(connection: Connection, job_id: str, number: int) -> Asset | None:
    """A job's picture of that number, or what is left of it."""
    return _one(connection, assets.c.job_id == job_id, assets.c.number == number)


def assets_of_job(connection: Connection, job_id: str) -> list[Asset]:
    """What a job has left, by their numbers."""
    return _several(connection, assets.c.job_id == job_id, THERE, order=assets.c.number)


def assets_of_jobs(connection: Connection, jobs: Collection[str]) -> Mapping[str, list[str]]:
    """The ids of what each of some jobs has left, by their numbers."""
    query = select(assets.c.job_id, assets.c.id).where(assets.c.job_id.in_(list(jobs)), THERE).order_by(assets.c.number)
    found = defaultdict[str, list[str]](list)
    for job_id, asset_id in connection.execute(query):
        found[job_id].append(asset_id)
    return found


def find_assets(connection: Connection, ids: Collection[str]) -> list[Asset]:
    """Those of some ids that are there, or what is left of them, by id."""
    return _several(connection, assets.c.id.in_(list(ids)), order=assets.c.id)


def list_assets(connection: Connection, sought: SoughtAssets) -> list[Asset]:
    """Those that are asked for, newest first."""
    return _several(connection, THERE, *_fitting(sought), order=assets.c.id.desc(), most=sought.most)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What an asset has nearly in common with alike pictures."""

    id: str
    phash: int


def fingerprints_of(
    connection: Connection, account_id: str | None, since: int | None = None, until: int | None = None
) -> list[Fingerprint]:
    """The fingerprints of an account's assets that are there, or of everybody's, made in a time; the oldest first."""
    wanted: list[ColumnElement[bool]] = [THERE, assets.c.phash.is_not(None)]
    if account_id is not None:
        wanted.append(assets.c.account_id == account_id)
    if since is not None:
        wanted.append(assets.c.created_at >= since)
    if until is not None:
        wanted.append(assets.c.created_at < until)
    rows = connection.execute(select(assets.c.id, assets.c.phash).where(*wanted).order_by(assets.c.id))
    return [Fingerprint(id=row.id, phash=row.phash) for row in rows]


def children_of(connection: Connection, asset_id: str) -> list[Asset]:
    """What was made from an asset, or is left of it, oldest first."""
    made = select(asset_parents.c.asset_id).where(asset_parents.c.parent_id == asset_id)
    return _several(connection, assets.c.id.in_(made), order=assets.c.id)


def change_asset(connection: Connection, asset: Asset, changes: Mapping[str, Any]) -> None:
    """Change what is said of an asset."""
    texts = (changes.get(name, getattr(asset, name)) for name in _SEARCHED)
    values = dict(changes) | {"search_text": _searched(*texts)}
    connection.execute(update(assets).where(assets.c.id == asset.id, THERE).values(values))


def put_asset_tags(connection: Connection, asset: Asset, tags: Mapping[str, str]) -> None:
    """Put tags on an asset, in place of all that it had."""
    connection.execute(delete(asset_tags).where(asset_tags.c.asset_id == asset.id))
    _add_tags(connection, asset, tags)


def pin_assets(connection: Connection, ids: Collection[str], *, pinned: bool) -> None:
    """Have retention leave some assets alone, or no longer."""
    connection.execute(update(assets).where(assets.c.id.in_(list(ids)), THERE).values(pinned=pinned))


def hold_asset(connection: Connection, asset_id: str, held: Held | None) -> bool:
    """Say why an asset is not delivered, or that it is; tells whether it is there."""
    return connection.execute(update(assets).where(assets.c.id == asset_id, THERE).values(held=held)).rowcount == 1


def leave_stub(connection: Connection, asset_id: str, at: int) -> bool:
    """Leave nothing of an asset but that it was there; tells whether it still was."""
    values = dict.fromkeys(_EMPTIED) | {"deleted_at": at, "digest": "", "search_text": "", "pinned": False}
    there = connection.execute(update(assets).where(assets.c.id == asset_id, THERE).values(values)).rowcount == 1
    connection.execute(delete(asset_tags).where(asset_tags.c.asset_id == asset_id))
    return there


def is_used(connection: Connection, digest: str) -> bool:
    """Whether an asset has bytes of that digest."""
    return connection.execute(select(assets.c.id).where(assets.c.digest == digest, THERE).limit(1)).first() is not None


def used_digests(connection: Connection, digests: Collection[str]) -> set[str]:
    """Those of some digests whose bytes an asset has."""
    query = select(assets.c.digest).where(assets.c.digest.in_(list(digests)), THERE)
    return set(connection.execute(query).scalars())


def _searched(*texts: str | None) -> str:
    return "\n".join(text.casefold() for text in texts if text)


def _add_tags(connection: Connection, asset: Asset, tags: Mapping[str, str]) -> None:
    same = {"asset_id": asset.id, "account_id": asset.account_id}
    rows = [same | {"key": key, "value": value} for key, value in tags.items()]
    if rows:
        connection.execute(insert(asset_tags), rows)


def _fitting(sought: SoughtAssets) -> list[ColumnElement[bool]]:
    tests: list[tuple[object, ColumnElement[bool]]] = [
        (sought.account_id, assets.c.account_id == sought.account_id),
        (sought.user_name, assets.c.user_name == sought.user_name),
        (sought.campaign, assets.c.campaign == sought.campaign),
        (sought.model_id, assets.c.model_id == sought.model_id),
        (sought.operation, assets.c.operation == sought.operation),
        (sought.kind, assets.c.kind == sought.kind),
        (sought.job_id, assets.c.job_id == sought.job_id),
        (sought.set_id, assets.c.set_id == sought.set_id),
        (sought.held, assets.c.held == sought.held),
        (sought.pinned, assets.c.pinned.is_(bool(sought.pinned))),
        (sought.since, assets.c.created_at >= (sought.since or 0)),
        (sought.until, assets.c.created_at < (sought.until or 0)),
        (sought.ids, assets.c.id >= (sought.ids or [""])[0]),
        (sought.ids, assets.c.id < (sought.ids or [""])[-1]),
        (sought.before, assets.c.id < (sought.before or "")),
    ]
    words = (assets.c.search_text.contains(word.casefold(), autoescape=True) for word in sought.words)
    return [*(test for value, test in tests if value is not None), *words, *map(_tagged, sought.tags)]


def _tagged(tag: tuple[str, str | None]) -> ColumnElement[bool]:
    key, value = tag
    same = and_(asset_tags.c.asset_id == assets.c.id, asset_tags.c.key == key)
    return exists().where(same if value is None else and_(same, asset_tags.c.value == value))


def _one(connection: Connection, *which: ColumnElement[bool]) -> Asset | None:
    found = _several(connection, *which, order=assets.c.id, most=1)
    return found[0] if found else None


def _several(
    connection: Connection, *which: ColumnElement[bool], order: ColumnElement[Any], most: int | None = None
) -> list[Asset]:
    rows = connection.execute(select(*_COLUMNS).where(*which).order_by(order).limit(most)).mappings().all()
    ids = [row["id"] for row in rows]
    tags, parents = _tags_of(connection, ids), _parents_of(connection, ids)
    return [Asset(**row, tags=tags[row["id"]], parents=tuple(parents[row["id"]])) for row in rows]


def _tags_of(connection: Connection, ids: Sequence[str]) -> Mapping[str, dict[str, str]]:
    found = defaultdict[str, dict[str, str]](dict)
    query = select(asset_tags).where(asset_tags.c.asset_id.in_(ids)).order_by(asset_tags.c.key)
    for row in connection.execute(query):
        found[row.asset_id][row.key] = row.value
    return found


def _parents_of(connection: Connection, ids: Sequence[str]) -> Mapping[str, list[Parent]]:
    found = defaultdict[str, list[Parent]](list)
    query = select(asset_parents).where(asset_parents.c.asset_id.in_(ids))
    for row in connection.execute(query.order_by(asset_parents.c.parent_id, asset_parents.c.role)):
        found[row.asset_id].append(Parent(asset_id=row.parent_id, role=row.role))
    return found
