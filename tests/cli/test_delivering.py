"""Deliveries of jobs' ends: signed, once where they are taken, again where they are not, and none waits for another."""

import json
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from threading import Event

import pytest

from outcrop.access.directory import Directory
from outcrop.cli.delivering import REST_S, Delivering
from outcrop.errors import Unavailable
from outcrop.jobs.desk import open_queue
from outcrop.jobs.queue import Ending, nothing
from outcrop.records.webhook import DELAYS_S, LEASE_S, Message, Webhook, signature
from outcrop.store.job_events import Addressee, JobEvent, list_job_events
from outcrop.store.webhooks import AccountWebhook, delete_webhook, put_webhook, secret_name
from tests.jobs.queues import KIND, NOON, job
from tests.records.test_webhook import SECRET, receiver
from tests.serving import ACCOUNT, directory_of
from tests.toy_engine import PATIENCE_S

SECRET_TEXT = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
AN_HOUR_S = 3600
EVERY = ("job.done", "job.failed", "job.cancelled", "job.dead")


@dataclass(slots=True)
class Time:
    """Two clocks that stand until they are set."""

    unix: float = NOON
    clock: float = 0


@dataclass(slots=True)
class Told:
    """Keeps what it is sent, and refuses as often as it is to."""

    refusals: int = 0
    messages: list[Message] = field(default_factory=list)

    def __call__(self, _: Webhook, message: Message) -> None:
        """Take a message, or not."""
        self.messages.append(message)
        if self.refusals:
            self.refusals -= 1
            raise Unavailable("The webhook answered 500.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A directory whose clock can be set, and jobs that end in it."""

    directory: Directory
    time: Time

    def webhook(self, name: str = "hook", url: str = "https://example.com/", events: tuple[str, ...] = EVERY) -> None:
        """Keep a webhook."""
        secret = self.directory.seal.close(SECRET_TEXT, secret_name(ACCOUNT, name))
        kept = AccountWebhook(account_id=ACCOUNT, name=name, url=url, secret=secret, events=events, created_at=0)
        with self.directory.database.writing() as connection:
            put_webhook(connection, kept)

    def end_job(self, number: int, webhook: str = "hook", state: str = "done") -> None:
        """Have a job end that names a webhook."""
        queue = open_queue(self.directory.database, self.directory.now, lambda: self.time.clock)
        queue.add(job(number, ACCOUNT, request={"webhook": webhook}), nothing)
        taken = queue.take("somebody", [KIND])
        assert taken is not None
        assert queue.end(taken, Ending(state=state, reason="why"), nothing)  # type: ignore[arg-type]

    def delivering(self, send: Callable[[Webhook, Message], None]) -> Delivering:
        """What a server has for it."""
        return Delivering(self.directory, lambda: self.time.clock, send)

    def events(self, webhook: str = "hook") -> list[JobEvent]:
        """What a webhook was told or is to be told."""
        with self.directory.database.reading() as connection:
            return list_job_events(connection, (ACCOUNT, webhook), 100)


def at_once(tell: Callable[[Addressee], bool], who: Addressee) -> None:
    """Tell while whoever looks waits."""
    tell(who)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """One with a webhook."""
    time = Time()
    with directory_of(tmp_path, lambda: time.unix) as directory:
        place = Place(directory=directory, time=time)
        place.webhook()
        yield place


def test_an_end_is_told_once_and_signed(place: Place) -> None:
    """To a real receiver, who can prove whose it is and when; it says what the REST says of the job."""
    with receiver() as (webhook, kept):
        place.webhook(url=webhook.url)
        place.end_job(1)
        delivering = Delivering(place.directory, lambda: 0, private=True)
        delivering.look(at_once)
        delivering.look(at_once)
    ((_, headers, body),) = kept
    content = json.loads(body)
    assert (content["type"], content["timestamp"]) == ("job.done", "2001-09-09T01:46:40Z")
    assert (content["data"]["id"], content["data"]["state"]) == ("job000000001", "done")
    (event,) = place.events()
    message = Message(id=event.id, at=NOON, body=body)
    assert headers["webhook-timestamp"] == str(NOON)
    assert headers["webhook-signature"] == signature(SECRET, message)
    assert (event.sent_at, event.due_at, event.attempts) == (NOON, None, 1)


def test_only_what_it_wants_to_hear(place: Place) -> None:
    """Neither other ends nor jobs that name no webhook, or one that is no more."""
    place.webhook(events=("job.failed",))
    place.end_job(1)
    place.end_job(2, "another")
    assert place.events() == []
    place.end_job(3, state="failed")
    told = Told()
    place.delivering(told).look(at_once)
    assert [json.loads(one.body)["data"]["reason"] for one in told.messages] == ["why"]


def test_one_that_does_not_listen_is_told_again_and_again_and_then_no_more(place: Place) -> None:
    """Under the same id, after waits that grow, by whichever server; the reason is kept."""
    place.end_job(1)
    told = Told(refusals=1000)
    for wait in (0, *DELAYS_S, 10**6, 10**6):
        place.time.unix += wait
        place.time.clock += REST_S
        place.delivering(told).look(at_once)
        place.delivering(told).look(at_once)
    assert len(told.messages) == len(DELAYS_S) + 1
    assert len({one.id for one in told.messages}) == 1
    (event,) = place.events()
    assert (event.sent_at, event.due_at, event.reason) == (None, None, "The webhook answered 500.")


def test_a_server_that_dies_while_it_tells_leaves_the_rest_to_another(place: Place) -> None:
    """Once its time for that is over."""
    place.end_job(1)

    def die(_: Webhook, __: Message) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        place.delivering(die).look(at_once)
    told = Told()
    place.delivering(told).look(at_once)
    assert told.messages == []
    place.time.unix += LEASE_S
    place.delivering(told).look(at_once)
    assert len(told.messages) == 1


def test_a_webhook_that_failed_rests_with_all_that_it_is_to_be_told(place: Place) -> None:
    """And then hears all of it."""
    for number in (1, 2, 3):
        place.end_job(number)
    told = Told(refusals=1)
    delivering = place.delivering(told)
    delivering.look(at_once)
    delivering.look(at_once)
    assert len(told.messages) == 1
    place.time.clock, place.time.unix = REST_S, NOON + DELAYS_S[0]
    delivering.look(at_once)
    assert len(told.messages) == 4
    assert [event.due_at for event in place.events()] == [None] * 3


def test_a_webhook_that_hangs_holds_up_nobody(place: Place) -> None:
    """A real server that takes a connection and says nothing; the other one is told meanwhile, and jobs end."""
    asked, release, told = SimpleQueue[str](), Event(), Told()

    def send(webhook: Webhook, message: Message) -> None:
        if webhook.url.startswith("https://slow"):
            with socket.create_connection(silent.getsockname()) as connection:
                connection.sendall(message.body)
                asked.put(webhook.url)
                release.wait(PATIENCE_S)
            raise Unavailable("It said nothing.")
        told(webhook, message)

    with socket.create_server(("127.0.0.1", 0)) as silent, ThreadPoolExecutor(2) as threads:
        place.webhook("slow", "https://slow.example.com/")
        place.end_job(1, "slow")
        place.end_job(2, "slow")
        delivering = place.delivering(send)
        delivering.look(threads.submit)
        asked.get(timeout=PATIENCE_S)
        for number in (3, 4):
            place.end_job(number)
            delivering.look(at_once)
        assert len(told.messages) == 2
        assert asked.empty()  # one thing at a time: it has no second thread
        release.set()
    assert [event.reason for event in place.events("slow")].count("It said nothing.") == 1


def test_a_webhook_that_is_gone_is_told_nothing(place: Place) -> None:
    """What was due for it is over."""
    place.end_job(1)
    with place.directory.database.writing() as connection:
        delete_webhook(connection, ACCOUNT, "hook")
    told = Told()
    place.delivering(told).look(at_once)
    assert (told.messages, [event.due_at for event in place.events()]) == ([], [None])


def test_a_private_address_is_not_called(place: Place) -> None:
    """Unless the settings allow it; that counts as an attempt that failed."""
    place.webhook(url="https://127.0.0.1:9/")
    place.end_job(1)
    Delivering(place.directory, lambda: 0).look(at_once)
    (event,) = place.events()
    assert (event.attempts, "a private address" in event.reason) == (1, True)


@pytest.mark.parametrize("jump_s", [-AN_HOUR_S, AN_HOUR_S])
def test_a_clock_that_jumps_delays_and_doubles_nothing(place: Place, jump_s: float) -> None:
    """What ended before it jumped is told after, once; what was refused is told again when it would have been."""
    told = Told()
    place.end_job(1)
    place.time.unix += jump_s
    delivering = place.delivering(told)
    delivering.look(at_once)
    delivering.look(at_once)
    assert len(told.messages) == 1
    told.refusals = 1
    place.end_job(2)
    delivering.look(at_once)
    place.time.unix += jump_s
    for seconds in (REST_S + 1, DELAYS_S[0] + 1):
        place.time.unix += seconds
        place.time.clock += seconds
        delivering.look(at_once)
        delivering.look(at_once)
    first, *second = [message.id for message in told.messages]
    assert (len(set(second)), len(second), first in second) == (1, 2, False)
    assert [event.sent_at is not None for event in place.events()] == [True, True]
