"""What lists of jobs ask for, and how jobs tell of themselves, alike for every kind. Knows no operation."""

from base64 import b32encode
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from starlette.datastructures import QueryParams

from outcrop.access.directory import Directory
from outcrop.api.constraints import like, one_of, refuse
from outcrop.api.json_object import Text, text
from outcrop.api.model_ids import Named
from outcrop.ledger.tags import through_profile
from outcrop.store.database import Database
from outcrop.store.jobs import Job, Sought, find_job

PAGE: Final = 1000
"""Jobs of one answer, at most and where nothing is said."""
BUCKET_OWNER: Final = Text(most=12, least=12, pattern="[0-9]{12}", required=False)


def new_job_id(directory: Directory) -> str:
    """Twelve letters and digits that nobody can guess, as the ends of AWS's ARNs are."""
    return b32encode(directory.random(10)).decode().lower()[:12]


def find_own(database: Database, account: str, job_id: str, kind: str | None = None) -> Job | None:
    """An account's job of that id, and of a kind if one is named."""
    with database.reading() as connection:
        job = find_job(connection, job_id)
    return job if job is not None and job.account_id == account and kind in {None, job.kind} else None


def moment(seconds: int) -> str:
    """A moment as AWS's JSON has it. Units: seconds since 1970."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"


def moments(job: Job) -> dict[str, str]:
    """When a job was handed in, last changed and, if it has, ended."""
    said = {"submitTime": moment(job.created_at), "lastModifiedTime": moment(job.changed_at)}
    return said if job.ended_at is None else said | {"endTime": moment(job.ended_at)}


def read_list(query: QueryParams, account: str, kind: str, statuses: Collection[str], sorts_by: str) -> Sought:
    """What a list is to hold, but for the status, which each kind has words of its own for.

    Raises: InvalidRequest when a parameter has a value that the service model does not allow.
    """
    most, order = query.get("maxResults", str(PAGE)), query.get("sortOrder")
    refuse(
        [
            *one_of("statusEquals", query.get("statusEquals"), statuses),
            *one_of("sortBy", query.get("sortBy"), (sorts_by,)),
            *one_of("sortOrder", order, ("Ascending", "Descending")),
            *like("maxResults", most, "[1-9][0-9]{0,2}|1000"),
            *like("nextToken", query.get("nextToken"), "[0-9]{1,18}"),
            *(wrong for name in ("submitTimeAfter", "submitTimeBefore") for wrong in _moment(name, query.get(name))),
        ]
    )
    after = query.get("nextToken")
    return Sought(
        account_id=account,
        kind=kind,
        since=_seconds(query.get("submitTimeAfter")),
        until=_seconds(query.get("submitTimeBefore")),
        newest_first=order != "Ascending",
        after=None if after is None else int(after),
        most=int(most) + 1,  # one more than is shown tells whether there is a next page
    )


def page(name: str, found: list[Job], sought: Sought, shown: list[dict[str, object]]) -> dict[str, object]:
    """A page of a list, with the token of the next one if there is one."""
    most = sought.most - 1
    answer: dict[str, object] = {name: shown[:most]}
    return answer | {"nextToken": str(found[most - 1].number)} if len(found) > most else answer


def s3_config(name: str, value: object, member: str, key: str) -> Iterator[str]:
    """Where objects are, in the one form that there is: a place in S3. `key` names the member for a key of KMS."""
    where = value.get(member) if isinstance(value, dict) else None
    if not isinstance(value, dict) or set(value) != {member} or not isinstance(where, dict):
        yield f"Value at '{name}' failed to satisfy constraint: Member must have exactly the member {member}"
        return
    yield from text(f"{name}.{member}.s3Uri", where.get("s3Uri"), Text(most=1024))
    for owner in ("bucketOwner", "s3BucketOwner"):
        yield from text(f"{name}.{member}.{owner}", where.get(owner), BUCKET_OWNER)
    if where.get(key) is not None:
        yield f"Value at '{name}.{member}.{key}' cannot be followed: nothing is encrypted with keys of KMS here"


def booked_as(named: Named, tags: Mapping[str, str]) -> Mapping[str, str]:
    """What the bookings of a job say of it: its tags, and those of the profile that it came through."""
    return tags if named.own is None else through_profile(tags, named.own, named.tags)


def _moment(name: str, value: str | None) -> Iterator[str]:
    if value is not None:
        try:
            _seconds(value)
        except ValueError:
            yield f"Value '{value[:100]}' at '{name}' failed to satisfy constraint: Member must be a timestamp"


def _seconds(value: str | None) -> int | None:
    if value is None:
        return None
    at = datetime.fromisoformat(value)
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())
