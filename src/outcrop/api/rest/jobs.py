"""Picture jobs handed in, and jobs of every kind asked after, ended and begun anew. Draws nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from starlette.responses import JSONResponse, Response

from outcrop.access.arns import outcrop_arn
from outcrop.api.invoked import Invocable
from outcrop.api.job_queries import booked_as, find_own, new_job_id
from outcrop.api.noting import note_warned
from outcrop.api.rest.asking import Asked
from outcrop.errors import NoSuchResource
from outcrop.jobs.desk import Desk
from outcrop.jobs.handing_in import Wanted, hand_in, made_ready
from outcrop.jobs.pictures import PRIORITY, About
from outcrop.jobs.telling import told
from outcrop.store.assets import Parent
from outcrop.store.jobs import Job, Sought, list_jobs

PAGE: Final = 100
"""How many there are on a page where nothing is said."""
PARENT: Final = "parent"
"""As what an asset is named from which pictures come, where nothing else is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Jobs:
    """Jobs of the account that asks."""

    models: Invocable
    desk: Desk

    def doing(self) -> Mapping[str, Callable[[Asked], Response]]:
        """Each operation by its name."""
        return {
            "CreateJob": self.create,
            "ListJobs": self.list_all,
            "GetJob": self.get,
            "CancelJob": self.cancel,
            "RetryJob": self.retry,
        }

    def create(self, asked: Asked) -> Response:
        """CreateJob: take what InvokeModel would draw, and answer before it is drawn.

        Raises: Denied; NoSuchModel; what InvokeModel has for its body; AlreadyThere when the key was used for another
        request; NoRoom when too many wait; BudgetSpent when it would pass a budget.
        """
        asked.require(self._arn(asked, "*"))
        body = asked.body
        # As whoever draws it at once: a policy on models holds for their jobs too.
        named = self.models.find_in_thread(asked.request, "InvokeModel", self._id(body["model"]))
        tags = {**body.get("tags", {}), **({"campaign": body["campaign"]} if "campaign" in body else {})}
        about = About(
            tags=body.get("tags", {}),
            booked=booked_as(named, tags),
            campaign=body.get("campaign"),
            parents=tuple(Parent(asset_id=asset, role=PARENT) for asset in body.get("parents", ())),
            webhook=body.get("webhook"),
        )
        wanted = Wanted(
            id=new_job_id(self.models.directory),
            model_id=named.card.id,
            body=body["body"],
            about=about,
            name=body.get("name"),
            priority=body.get("priority", PRIORITY),
            token=asked.parameters.get("Idempotency-Key"),
            set_id=body.get("set"),
        )
        ready = made_ready(self.desk, asked.caller.user, wanted)
        note_warned(asked.request, ready.planned.warned)
        job = hand_in(self.desk, ready)
        return JSONResponse(self._one(job), 202, {"Location": f"/v1/jobs/{job.id}"})

    def list_all(self, asked: Asked) -> Response:
        """ListJobs: the account's, the newest first, a page at a time.

        Raises: Denied.
        """
        asked.require(self._arn(asked, "*"))
        given: Mapping[str, Any] = asked.parameters
        sought = Sought(
            account_id=asked.caller.user.account_id,
            kind=given.get("kind"),
            set_id=given.get("set"),
            states=None if "state" not in given else (given["state"],),
            after=None if "cursor" not in given else int(given["cursor"]),
            most=given.get("limit", PAGE),
        )
        with self.models.directory.database.reading() as connection:
            found = list_jobs(connection, sought)
        following = str(found[-1].number) if len(found) == sought.most else None
        return JSONResponse({"jobs": told(self.desk, found), "nextCursor": following})

    def get(self, asked: Asked) -> Response:
        """GetJob: how a job is getting on.

        Raises: Denied; NoSuchResource when the account has no such job.
        """
        return JSONResponse(self._one(self._named(asked)))

    def cancel(self, asked: Asked) -> Response:
        """CancelJob: end it without a result, at once or as soon as whoever works on it hears; again changes nothing.

        Raises: Denied; NoSuchResource when the account has no such job.
        """
        job = self._named(asked)
        give_up = partial(self.desk.maker.books.give_up_within, job=job.id)
        return JSONResponse(self._one(self.desk.queue.cancel(job.id, give_up)))

    def retry(self, asked: Asked) -> Response:
        """RetryJob: begin one anew that ended without a result.

        Raises: Denied; NoSuchResource when the account has no such job; AlreadyThere when it has not ended so.
        """
        return JSONResponse(self._one(self.desk.queue.retry(self._named(asked).id)), 202)

    def _named(self, asked: Asked) -> Job:
        """The job that the path names, if whoever asks may do this to it."""
        job_id = asked.parameters["job"]
        asked.require(self._arn(asked, job_id))
        job = find_own(self.models.directory.database, asked.caller.user.account_id, job_id)
        if job is None:
            raise NoSuchResource(f"There is no job {job_id} in this account; GET /v1/jobs shows those there are.")
        return job

    def _one(self, job: Job) -> dict[str, object]:
        return told(self.desk, [job])[0]

    def _arn(self, asked: Asked, name: str) -> str:
        return outcrop_arn(self.models.region, asked.caller.user.account_id, f"job/{name}")

    def _id(self, name: str) -> str:
        """The id of the model that has a short name; any other name as it is."""
        return next((card.id for card in self.models.catalog.models.values() if card.alias == name), name)
