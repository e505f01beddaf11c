"""The operations of `bedrock` on batches: create one, ask after it, list them, stop one. Draws nothing.

Source: Amazon Bedrock API reference, "CreateModelInvocationJob"; botocore's `bedrock` service model.
"""

import asyncio
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from outcrop.access.arns import bedrock_arn
from outcrop.api.constraints import like, one_of, refuse
from outcrop.api.identity import caller_of
from outcrop.api.invoked import Invocable
from outcrop.api.job_queries import booked_as, find_own, moment, moments, new_job_id, page, read_list, s3_config
from outcrop.api.json_object import FAILED, Text, read_object, text
from outcrop.api.model_ids import Named
from outcrop.api.tagging import add_tags, read_tags
from outcrop.assets.buckets import S3Uri
from outcrop.errors import AlreadyThere, InvalidRequest, NoSuchResource
from outcrop.jobs.batch import KIND, PRIORITY, inputs_of
from outcrop.jobs.desk import Desk
from outcrop.jobs.new_job import NewJob
from outcrop.store.database import Connection
from outcrop.store.jobs import ENDS, Job, Sought, State, list_jobs

INPUT: Final = "s3InputDataConfig"
OUTPUT: Final = "s3OutputDataConfig"
HOURS: Final = 24
"""How long a batch may be worked on where nothing is said."""
STATUSES: Final[Mapping[str, tuple[State, ...]]] = {
    "Submitted": ("queued",),
    "Scheduled": ("queued",),
    "Validating": ("running",),
    "InProgress": ("running",),
    "Stopping": ("running",),
    "Completed": ("done",),
    "PartiallyCompleted": ("done",),
    "Failed": ("failed", "dead"),
    "Expired": ("failed",),
    "Stopped": ("cancelled",),
}
"""Status to the states in which a job may have it."""

_NAME = "[a-zA-Z0-9]{1,63}(-*[a-zA-Z0-9+.-]){0,63}"
_MEMBERS = {
    "jobName": Text(most=63, pattern=_NAME),
    "roleArn": Text(most=2048, pattern=r"arn:aws(-[^:]+)?:iam::([0-9]{12})?:role/.+"),
    "modelId": Text(most=2048),
    "clientRequestToken": Text(most=256, pattern="[a-zA-Z0-9]{1,256}(-*[a-zA-Z0-9]){0,256}", required=False),
}
_IDENTIFIER = re.compile(
    r"(arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:(?P<account>[0-9]{12}):model-invocation-job/)?(?P<id>[a-z0-9]{12})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batches:
    """Batches over the wire."""

    models: Invocable
    desk: Desk

    def routes(self) -> list[Route]:
        """Every operation, by AWS's name for it, on a path that is still percent-encoded."""
        one = "/model-invocation-job/{job_identifier}"
        return [
            Route("/model-invocation-job", self.create, methods=["POST"], name="CreateModelInvocationJob"),
            Route(one, self.get, methods=["GET"], name="GetModelInvocationJob"),
            Route("/model-invocation-jobs", self.list_all, methods=["GET"], name="ListModelInvocationJobs"),
            Route(f"{one}/stop", self.stop, methods=["POST"], name="StopModelInvocationJob"),
        ]

    async def create(self, request: Request) -> Response:
        """CreateModelInvocationJob: take a batch, and answer before a record of it is drawn.

        Raises: Denied; InvalidRequest when a member is wrong or there is no input; AlreadyThere when the token was used
        for another request; NoRoom when too many wait.
        """
        content = await read_object(request)
        tags = _checked(content)
        named = await self.models.find_for_job(request, "CreateModelInvocationJob", KIND, str(content["modelId"]), tags)
        job = await asyncio.to_thread(self._hand_in, request, content, named, tags)
        return JSONResponse({"jobArn": self._arn(job)})

    async def get(self, request: Request) -> Response:
        """GetModelInvocationJob: how a batch is getting on.

        Raises: Denied; NoSuchResource when the account has no such batch.
        """
        return JSONResponse(self._describe(await self._named(request, "GetModelInvocationJob")))

    async def stop(self, request: Request) -> Response:
        """StopModelInvocationJob: end a batch after the records that are done.

        Raises: Denied; NoSuchResource when the account has no such batch; AlreadyThere when it has ended.
        """
        job = await self._named(request, "StopModelInvocationJob")
        if job.state in ENDS:
            raise AlreadyThere(f"The job {job.id} has ended: it is {_status(job)}.")
        books = self.desk.maker.books

        def give_up(connection: Connection) -> None:
            books.give_up_within(connection, job.id)

        await asyncio.to_thread(self.desk.queue.cancel, job.id, give_up)
        return JSONResponse({})

    async def list_all(self, request: Request) -> Response:
        """ListModelInvocationJobs: the account's batches, a page at a time, the newest first unless asked otherwise.

        Raises: Denied; InvalidRequest when a parameter has a value that the service model does not allow.
        """
        self.models.permission.require(request, "ListModelInvocationJobs")
        query = request.query_params
        part, status = query.get("nameContains"), query.get("statusEquals")
        refuse([*like("nameContains", part, _NAME)])
        sought = read_list(query, caller_of(request).user.account_id, KIND, STATUSES, "CreationTime")
        sought = replace(sought, name_part=part, states=None if status is None else STATUSES[status])

        def fits(job: Job) -> bool:
            return status is None or _status(job) == status

        found = await asyncio.to_thread(self._list, sought, fits)
        shown = [self._describe(job) for job in found]
        return JSONResponse(page("invocationJobSummaries", found, sought, shown))

    def _hand_in(self, request: Request, content: Mapping[str, Any], named: Named, tags: dict[str, str]) -> Job:
        asked = {
            "input": content["inputDataConfig"][INPUT],
            "output": content["outputDataConfig"][OUTPUT],
            "role": content["roleArn"],
            "hours": content.get("timeoutDurationInHours", HOURS),
            "type": content.get("modelInvocationType"),
            "tags": dict(booked_as(named, tags)),
        }
        new = NewJob(
            id=new_job_id(self.models.directory),
            kind=KIND,
            model_id=named.card.id,
            name=content["jobName"],
            token=content.get("clientRequestToken"),
            same=[content["jobName"], content["modelId"], asked, tags],
            request=asked,
            priority=PRIORITY,
        )
        job = new.of(caller_of(request).user, self.models.directory.now())
        S3Uri.read(asked["output"]["s3Uri"])
        inputs_of(self.desk.shelves.buckets, job)

        def booked(connection: Connection) -> None:
            if tags:
                add_tags(connection, job.account_id, f"{KIND}/{job.id}", tags)

        return self.desk.queue.add(job, booked)

    async def _named(self, request: Request, operation: str) -> Job:
        """The batch that the path names, if whoever asks may do that with it."""
        identifier = unquote(request.path_params["job_identifier"])
        account, named = caller_of(request).user.account_id, _IDENTIFIER.fullmatch(identifier)
        if named is None:
            raise InvalidRequest(f"1 validation error detected: Value at 'jobIdentifier' {FAILED} name a job")
        arn = bedrock_arn(KIND, self.models.region, account, named["id"])
        permission = self.models.permission
        permission.require(request, operation, arn, tagged=await permission.tags_on(request, arn))
        job = await asyncio.to_thread(find_own, self.models.directory.database, account, named["id"], KIND)
        if job is None or named["account"] not in {None, account}:
            raise NoSuchResource(f"There is no model invocation job {identifier[:200]} in this account.")
        return job

    def _list(self, sought: Sought, fits: Callable[[Job], bool]) -> list[Job]:
        found: list[Job] = []
        with self.models.directory.database.reading() as connection:
            while len(found) < sought.most and (some := list_jobs(connection, sought)):
                found += filter(fits, some)
                sought = replace(sought, after=some[-1].number)
        return found[: sought.most]

    def _describe(self, job: Job) -> dict[str, object]:
        told: dict[str, object] = {
            "jobArn": self._arn(job),
            "jobName": job.name,
            "modelId": job.model_id,
            "roleArn": job.request["role"],
            "status": _status(job),
            **moments(job),
            "inputDataConfig": {INPUT: job.request["input"]},
            "outputDataConfig": {OUTPUT: job.request["output"]},
            "timeoutDurationInHours": job.request["hours"],
            "jobExpirationTime": moment(job.created_at + job.request["hours"] * 3600),
            **_counts(job),
        }
        said = {"clientRequestToken": job.token, "modelInvocationType": job.request["type"], "message": job.reason}
        return told | {name: value for name, value in said.items() if value is not None}

    def _arn(self, job: Job) -> str:
        return bedrock_arn(KIND, self.models.region, job.account_id, job.id)


def _status(job: Job) -> str:
    match job.state:
        case "queued":
            return "Scheduled" if job.lease else "Submitted"
        case "running" if job.cancelling:
            return "Stopping"
        case "running":
            return "InProgress" if job.progress else "Validating"
        case "done":
            return "PartiallyCompleted" if job.progress.get("error") else "Completed"
        case "cancelled":
            return "Stopped"
        case _:
            return "Expired" if job.progress.get("expired") else "Failed"


def _counts(job: Job) -> dict[str, int]:
    if not job.progress:
        return {}
    total, success, error = (int(job.progress[name]) for name in ("total", "success", "error"))
    return {
        "totalRecordCount": total,
        "processedRecordCount": success + error,
        "successRecordCount": success,
        "errorRecordCount": error,
    }


def _checked(content: Mapping[str, Any]) -> dict[str, str]:
    """Hold the members of a body against the service model; returns its tags.

    Raises: InvalidRequest.
    """
    refuse(
        [
            *(wrong for name, rule in _MEMBERS.items() for wrong in text(name, content.get(name), rule)),
            *s3_config("inputDataConfig", content.get("inputDataConfig"), INPUT, "kmsKeyId"),
            *s3_config("outputDataConfig", content.get("outputDataConfig"), OUTPUT, "s3EncryptionKeyId"),
            *_hours(content.get("timeoutDurationInHours", HOURS)),
            *one_of("modelInvocationType", content.get("modelInvocationType"), ("InvokeModel", "Converse")),
        ]
    )
    if content.get("modelInvocationType") == "Converse":
        raise InvalidRequest("No image model has Converse; leave modelInvocationType out or make it InvokeModel.")
    if content.get("vpcConfig") is not None:
        raise InvalidRequest("Nothing is reached through a VPC here; leave vpcConfig out.")
    return read_tags(content.get("tags"))


def _hours(value: object) -> Iterator[str]:
    if not isinstance(value, int) or isinstance(value, bool) or not 24 <= value <= 168:
        yield f"Value at 'timeoutDurationInHours' {FAILED} be a whole number from 24 to 168"
