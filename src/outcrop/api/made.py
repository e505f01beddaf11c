"""Hands what jobs have made to the invocation log and the metrics. Knows a task's end; writes nothing."""

from typing import Final

from outcrop.api.problems import code_of
from outcrop.clock import UnixTime
from outcrop.jobs import async_invoke, batch, pictures
from outcrop.jobs.making import Ended, Told
from outcrop.records.invocation import Invocation
from outcrop.records.invocation_log import InvocationLog
from outcrop.records.meter import Meter
from outcrop.store.accounts import user_arn

OPERATIONS: Final = {
    async_invoke.KIND: "StartAsyncInvoke",
    batch.KIND: "CreateModelInvocationJob",
    pictures.KIND: "CreateJob",
}
"""Kind of a job to the operation that it was handed in by."""


def told_of_jobs(log: InvocationLog | None, metrics: Meter, region: str, now: UnixTime) -> Told:
    """What a maker tells of its tasks' ends: their pictures are counted, and they are logged as calls are."""

    def told(ended: Ended) -> None:
        _count(metrics, ended)
        if log is not None:
            log.take(_invocation(ended, region, now()))

    return told


def _count(metrics: Meter, ended: Ended) -> None:
    if ended.made is None:
        return
    model = ended.planned.card.id
    if ended.made.delivered:
        metrics.count_pictures(model, len(ended.made.delivered))
    if ended.planned.withheld is not None:
        metrics.count_filtered(model, "prompt")
    if ended.made.withheld:
        metrics.count_filtered(model, "output image")


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
        output=b"" if made is None else made.answer,
    )
