"""The operations of `bedrock-runtime` on asynchronous invocations: start one, ask after it, list them. Draws nothing.

Source: Amazon Bedrock API reference, "StartAsyncInvoke"; botocore's `bedrock-runtime` service model.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from outcrop.access.arns import bedrock_arn, foundation_model_arn
from outcrop.api.constraints import refuse
from outcrop.api.identity import caller_of
from outcrop.api.invoked import Invocable
from outcrop.api.job_queries import booked_as, find_own, moments, new_job_id, page, read_list, s3_config
from outcrop.api.json_object import Text, read_object, record, text
from outcrop.api.model_ids import Named
from outcrop.api.noting import note, note_warned
from outcrop.api.tagging import add_tags, read_tags
from outcrop.assets.buckets import S3Uri
from outcrop.assets.store import digest_of
from outcrop.errors import InvalidRequest
from outcrop.jobs.async_invoke import KIND, PRIORITY, request_of, task_of
from outcrop.jobs.canonical import canonical
from outcrop.jobs.desk import Desk
from outcrop.jobs.making import Planned
from outcrop.jobs.new_job import NewJob
from outcrop.store.database import Connection
from outcrop.store.jobs import Job, Sought, State, list_jobs

S3: Final = "s3OutputDataConfig"
STATUSES: Final[Mapping[str, tuple[State, ...]]] = {
    "InProgress": ("queued", "running"),
    "Completed": ("done",),
    "Failed": ("failed", "cancelled", "dead"),
}
CANCELLED: Final = "The invocation was cancelled."

_MODEL = Text(most=256, pattern=r"[a-zA-Z_\.\-/0-9:]+")
_TOKEN = Text(most=256, pattern="[!-~]*", required=False)
_ARN = re.compile(r"arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:(?P<account>[0-9]{12}):async-invoke/(?P<id>[a-z0-9]{12})")


@dataclass(frozen=True, slots=True, kw_only=True)
class AsyncInvokes:
    """Asynchronous invocations over the wire."""

    models: Invocable
    desk: Desk

    def routes(self) -> list[Route]:
        """Every operation, by AWS's name for it, on a path that is still percent-encoded."""
        return [
            Route("/async-invoke", self.start, methods=["POST"], name="StartAsyncInvoke"),
            Route("/async-invoke", self.list_all, methods=["GET"], name="ListAsyncInvokes"),
            Route("/async-invoke/{invocation_arn}", self.get, methods=["GET"], name="GetAsyncInvoke"),
        ]

    async def start(self, request: Request) -> Response:
        """StartAsyncInvoke: take what InvokeModel would draw, and answer before it is drawn.

        Raises: the domain errors that InvokeModel has for its body; AlreadyThere when the token was used for another
        request; NoRoom when too many wait; BudgetSpent when it would pass a budget.
        """
        content = await read_object(request)
        tags = _checked(content)
        named = await self.models.find_for_job(request, "StartAsyncInvoke", KIND, str(content["modelId"]), tags)
        job = await asyncio.to_thread(self._hand_in, request, content, named, tags)
        return JSONResponse({"invocationArn": self._arn(job)})

    async def get(self, request: Request) -> Response:
        """GetAsyncInvoke: how an invocation is getting on.

        Raises: Denied; InvalidRequest when the account has no such invocation.
        """
        arn = unquote(request.path_params["invocation_arn"])
        account, named = caller_of(request).user.account_id, _ARN.fullmatch(arn)
        if named is None or named["account"] != account:
            raise _not_there(arn)
        own, permission = bedrock_arn(KIND, self.models.region, account, named["id"]), self.models.permission
        permission.require(request, "GetAsyncInvoke", own, tagged=await permission.tags_on(request, own))
        job = await asyncio.to_thread(find_own, self.models.directory.database, account, named["id"], KIND)
        if job is None:
            raise _not_there(arn)
        return JSONResponse(self._describe(job))

    async def list_all(self, request: Request) -> Response:
        """ListAsyncInvokes: the account's invocations, a page at a time, the newest first unless asked otherwise.

        Raises: Denied; InvalidRequest when a parameter has a value that the service model does not allow.
        """
        self.models.permission.require(request, "ListAsyncInvokes")
        query, account = request.query_params, caller_of(request).user.account_id
        status = query.get("statusEquals")
        sought = read_list(query, account, KIND, STATUSES, "SubmissionTime")
        if status is not None:
            sought = replace(sought, states=STATUSES[status])
        found = await asyncio.to_thread(self._list, sought)
        return JSONResponse(page("asyncInvokeSummaries", found, sought, [self._describe(job) for job in found]))

    def _hand_in(self, request: Request, content: Mapping[str, Any], named: Named, tags: dict[str, str]) -> Job:
        output = content["outputDataConfig"][S3]
        S3Uri.read(output["s3Uri"])
        body = canonical(content["modelInput"]).encode()
        new = NewJob(
            id=new_job_id(self.models.directory),
            kind=KIND,
            model_id=named.card.id,
            token=content.get("clientRequestToken"),
            same=[str(content["modelId"]), content["modelInput"], content["outputDataConfig"], tags],
            request=request_of(digest_of(body), output, booked_as(named, tags)),
            priority=PRIORITY,
        )
        job = new.of(caller_of(request).user, self.models.directory.now())
        # Refuses what cannot be drawn before anything is kept.
        planned = self.desk.maker.plan_invocation(task_of(job, body))
        note_warned(request, planned.warned)
        self._let_pass(request, planned)
        self.desk.shelves.store.put(body)

        def booked(connection: Connection) -> None:
            self.desk.shelves.store.put(body)  # unless it is there still: it may have been swept meanwhile
            self.desk.maker.reserve(connection, planned)
            if tags:
                add_tags(connection, job.account_id, f"{KIND}/{job.id}", tags)

        return self.desk.queue.add(job, booked)

    def _let_pass(self, request: Request, planned: Planned) -> None:
        """Go on with what has an answer, which a filter that holds it back may have changed.

        Raises: InvalidRequest where the family answers an error to that.
        """
        if planned.withheld is None:
            return
        note(request, planned.withheld.record)
        try:
            planned.refusal()
        except InvalidRequest:  # any other one is counted at the end of its job
            self.models.manner.metrics.count_filtered(planned.card.id, planned.withheld.stage)
            raise

    def _list(self, sought: Sought) -> list[Job]:
        with self.models.directory.database.reading() as connection:
            return list_jobs(connection, sought)

    def _describe(self, job: Job) -> dict[str, object]:
        status = next(name for name, states in STATUSES.items() if job.state in states)
        told: dict[str, object] = {
            "invocationArn": self._arn(job),
            "modelArn": foundation_model_arn(self.models.region, job.model_id),
            "status": status,
            **moments(job),
            "outputDataConfig": {S3: job.request["output"]},
        }
        if job.token is not None:
            told["clientRequestToken"] = job.token
        if status == "Failed":
            told["failureMessage"] = job.reason or CANCELLED
        return told

    def _arn(self, job: Job) -> str:
        return bedrock_arn(KIND, self.models.region, job.account_id, job.id)


def _checked(content: Mapping[str, Any]) -> dict[str, str]:
    """Hold the members of a body against the service model; returns its tags.

    Raises: InvalidRequest.
    """
    refuse(
        [
            *text("modelId", content.get("modelId"), _MODEL),
            *text("clientRequestToken", content.get("clientRequestToken"), _TOKEN),
            *record("modelInput", content.get("modelInput")),
            *s3_config("outputDataConfig", content.get("outputDataConfig"), S3, "kmsKeyId"),
        ]
    )
    return read_tags(content.get("tags"))


def _not_there(arn: str) -> InvalidRequest:
    return InvalidRequest(f"There is no asynchronous invocation {arn[:200]} in this account.")
