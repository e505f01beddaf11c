"""Hands what jobs have made to the audit trail, the metrics and the invocation log. Opens nothing."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, final

from outcrop.api.audit import OWN_SOURCE, SOURCE, event_of
from outcrop.api.problems import code_of
from outcrop.clock import UnixTime
from outcrop.jobs import async_invoke, batch, pictures
from outcrop.jobs.making import Ended
from outcrop.records.invocation import Invocation, without_pictures
from outcrop.records.invocation_log import InvocationLog
from outcrop.records.meter import Meter
from outcrop.records.trail import Trail
from outcrop.store.accounts import user_arn

OPERATIONS: Final = {
    async_invoke.KIND: "StartAsyncInvoke",
    batch.KIND: "CreateModelInvocationJob",
    pictures.KIND: "CreateJob",
}
"""Kind of a job to the operation that it was handed in by."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRecords:
    """Where it is written down what became of tasks; a maker tells it of each one's end."""

    trail: Trail | None
    metrics: Meter
    log: InvocationLog | None
    region: str
    now: UnixTime

    def __call__(self, ended: Ended) -> None:
        """Count a task's pictures, log it as a call is, and have the trail say what a filter made of it.

        Raises: Unavailable when the trail cannot be written and must be.
        """
        noted = _noted(ended)
        if self.trail is not None and noted:
            self.trail.write(self._event(ended, noted))
        _count(self.metrics, ended)
        if self.log is not None:
            self.log.take(_invocation(ended, self.region, self.now()))

    def _event(self, ended: Ended, noted: Mapping[str, Any]) -> Mapping[str, Any]:
        """A line of the trail: CloudTrail's of something that a service did by itself."""
        task = ended.planned.task
        who = {"accountId": task.account_id, "userName": task.user_name, "invokedBy": OWN_SOURCE}
        said = {
            "userIdentity": {"type": "IAMUser", "arn": user_arn(task.account_id, task.user_name), **who},
            "eventSource": OWN_SOURCE if task.kind == pictures.KIND else SOURCE,
            "eventName": OPERATIONS[task.kind],
            "sourceIPAddress": OWN_SOURCE,
            "userAgent": OWN_SOURCE,
            **({} if ended.error is None else {"errorCode": code_of(ended.error)}),
            "requestParameters": {"modelId": task.model_id},
            "responseElements": None,
            "additionalEventData": {**noted, "job": task.job},
            "requestID": task.name,
            "readOnly": False,
            "eventType": "AwsServiceEvent",
            "recipientAccountId": task.account_id,
        }
        return event_of(said, self.region, self.now())


def _noted(ended: Ended) -> Mapping[str, Any]:
    """What a filter made of a task, unless the line of the call that handed it in says so: a batch's cannot."""
    withheld, is_record = ended.withheld, ended.planned.task.kind == batch.KIND
    noted: dict[str, Any] = {}
    if is_record and ended.planned.warned:
        noted["warned"] = list(ended.planned.warned)
    if withheld is not None and (is_record or withheld.stage == "output image"):
        noted |= withheld.record
    return noted


def _count(metrics: Meter, ended: Ended) -> None:
    model = ended.planned.card.id
    if ended.made is not None and ended.made.delivered:
        metrics.count_pictures(model, len(ended.made.delivered))
    if ended.withheld is not None:
        metrics.count_filtered(model, ended.withheld.stage)


def _invocation(ended: Ended, region: str, at: float) -> Invocation:
    task, made = ended.planned.task, ended.made
    return Invocation(
        at=at,
        account=task.account_id,
        user_arn=user_arn(task.account_id, task.user_name),
        region=region,
        request_id=task.name,
        operation=OPERATIONS[task.kind],
        model=task.model_id,
        error_code=None if ended.error is None else code_of(ended.error),
        metadata=task.tags,
        output_type=None if made is None else "application/json",
        input=task.body,
        output=_answer(ended),
    )


def _answer(ended: Ended) -> bytes:
    """The answer as the log may have it: a picture that waits for a review leaves by no route, nor by this one."""
    if ended.made is None:
        return b""
    if ended.planned.held:
        return json.dumps(without_pictures(json.loads(ended.made.answer))).encode()
    return ended.made.answer
