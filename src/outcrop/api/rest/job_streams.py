"""Jobs as they go on, as a stream of server-sent events: states, steps and previews. Knows one stream; asks the board.

Source: HTML Living Standard, "Server-sent events".
"""

import asyncio
import json
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final, final

from PIL import Image
from starlette.responses import Response, StreamingResponse

from outcrop.access.arns import outcrop_arn
from outcrop.api.invoked import Invocable
from outcrop.api.rest.asking import Asked
from outcrop.engine.engine import Pixels
from outcrop.errors import InvalidRequest, NoSuchResource
from outcrop.jobs.board import Part, Seen, Watch
from outcrop.jobs.desk import Desk
from outcrop.jobs.telling import told
from outcrop.store.jobs import ENDS, find_jobs, members_of

MEDIA_TYPE: Final = "text/event-stream"
HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
RETRY: Final = b"retry: 2000\n\n"
"""Milliseconds after which a client comes again."""
STILL_HERE: Final = b": still here\n\n"
SILENCE_S: Final = 15.0
"""How long nothing is sent at most: what lies between cuts connections that are silent for long."""
PAUSE_S: Final = 0.25
"""Between two looks at steps: so a picture has four previews a second at most."""
QUALITY: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStreams:
    """Streams of an account's jobs."""

    models: Invocable
    desk: Desk

    def doing(self) -> Mapping[str, Callable[[Asked], Response]]:
        """Each operation by its name."""
        return {"GetJobEvents": self.of_one, "GetEvents": self.of_several}

    def of_one(self, asked: Asked) -> Response:
        """GetJobEvents: one job, until it has ended.

        Raises: Denied; NoSuchResource when the account has no such job.
        """
        return self._stream(asked, [asked.parameters["job"]])

    def of_several(self, asked: Asked) -> Response:
        """GetEvents: several jobs, or those of a set, until all have ended.

        Raises: Denied; InvalidRequest when neither or both are named; NoSuchResource when the account has no such job.
        """
        given = asked.parameters
        if ("jobs" in given) == ("set" in given):
            raise InvalidRequest("Name either 'jobs' or a 'set'.")
        if "jobs" in given:
            return self._stream(asked, list(dict.fromkeys(given["jobs"].split(","))))
        account, set_id = asked.caller.user.account_id, given["set"]
        asked.require(self._arn(account, "*"))
        with self.desk.library.database.reading() as connection:
            found = members_of(connection, account, set_id)
        return self._answer(found, Part(account_id=account, set_id=set_id))

    def _stream(self, asked: Asked, ids: list[str]) -> Response:
        account = asked.caller.user.account_id
        asked.require(*(self._arn(account, job_id) for job_id in ids))
        with self.desk.library.database.reading() as connection:
            there = {job.id for job in find_jobs(connection, ids) if job.account_id == account}
        if missing := [job_id for job_id in ids if job_id not in there]:
            raise NoSuchResource(f"There is no job {missing[0]} in this account; GET /v1/jobs shows those there are.")
        return self._answer(ids, None)

    def _answer(self, ids: Collection[str], part: Part | None) -> Response:
        return StreamingResponse(frames(self.desk, ids, part), media_type=MEDIA_TYPE, headers=HEADERS)

    def _arn(self, account: str, name: str) -> str:
        return outcrop_arn(self.models.region, account, f"job/{name}")


async def frames(desk: Desk, ids: Collection[str], part: Part | None = None) -> AsyncIterator[bytes]:
    """The events of some jobs: how all of them are at first, then what changes, until the last has ended.

    Raises: Throttled when too many watch; Unavailable when the server is about to stop.
    """
    loop, something, urgent = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()

    def wake(more_than_a_step: bool) -> None:  # noqa: FBT001 - as the board calls it
        with suppress(RuntimeError):  # the loop has ended, and the stream with it
            loop.call_soon_threadsafe(something.set)
            if more_than_a_step:
                loop.call_soon_threadsafe(urgent.set)

    with desk.board.watching(ids, wake, part) as watch:
        view = View(desk)
        yield RETRY
        while True:
            something.clear()
            urgent.clear()
            news = await asyncio.to_thread(view.news, watch)
            for frame in news:
                yield frame
            if desk.board.closed or view.open == 0:
                return
            await _within(PAUSE_S if news else 0, urgent)
            if not await _within(SILENCE_S, something):
                yield STILL_HERE


@final
class View:
    """What one stream has told."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._told: dict[str, dict[str, object]] = {}

    @property
    def open(self) -> int:
        """How many of its jobs have not ended yet."""
        return sum(1 for job in self._told.values() if job["state"] not in ENDS)

    def news(self, watch: Watch) -> list[bytes]:
        """What there is to tell by now; may wait for the database."""
        began = not self._told
        changed, steps = self._desk.board.look(watch)
        with self._desk.library.database.reading() as connection:
            jobs = find_jobs(connection, changed) if changed else []
        states = list(self._states(told(self._desk, jobs)))
        shown = [_step(seen) for seen in steps if self._told.get(seen.job, {}).get("state") == "running"]
        return states + shown if began else shown + states

    def _states(self, jobs: list[dict[str, object]]) -> Iterator[bytes]:
        for job in jobs:
            before = self._told.get(str(job["id"]))
            self._told[str(job["id"])] = job
            if before is None or _without_steps(before) != _without_steps(job):
                yield _frame("state", job)


def preview_uri(preview: Pixels) -> str:
    """A small picture as it stands in a page's source."""
    file = BytesIO()
    Image.fromarray(preview).save(file, "WEBP", quality=QUALITY, method=0)
    return f"data:image/webp;base64,{b64encode(file.getvalue()).decode('ascii')}"


def _step(seen: Seen) -> bytes:
    content: dict[str, Any] = {"job": seen.job, "picture": seen.number, "step": seen.step, "steps": seen.steps}
    if seen.preview is not None:
        content["preview"] = preview_uri(seen.preview)
    return _frame("step", content)


def _frame(event: str, content: Mapping[str, object]) -> bytes:
    return f"event: {event}\ndata: {json.dumps(content)}\n\n".encode()


def _without_steps(job: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in job.items() if name != "progress"}


async def _within(seconds: float, event: asyncio.Event) -> bool:
    """Wait for something to happen, and tell whether it has in time."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
