"""`outcrop webhooks`: made, told something, asked what they did not take, and told that again."""

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from outcrop.cli.delivering import Delivering
from outcrop.cli.directory import open_directory
from outcrop.cli.hooking import (
    Hook,
    add_webhook,
    remove_webhook,
    repeat_messages,
    send_test,
    show_messages,
    show_webhooks,
)
from outcrop.clock import now, unix_time
from outcrop.errors import InvalidRequest, NoSuchResource, Unavailable
from outcrop.jobs.desk import open_queue
from outcrop.jobs.queue import Ending, nothing
from outcrop.records.webhook import DELAYS_S, Message, Webhook, read_secret, signature
from outcrop.settings import Settings
from outcrop.store.job_events import JobEvent, list_job_events
from tests.cli.test_delivering import at_once
from tests.jobs.queues import KIND, job
from tests.records.test_webhook import receiver
from tests.serving import ACCOUNT, directory_of

MINE = Hook(account="test", name="mine")
SHOP = "https://shop.example.com/"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Those of a home with an account, whose webhooks may be private."""
    with directory_of(tmp_path):
        return Settings(home=tmp_path, private_webhooks=True)


def messages(settings: Settings) -> list[JobEvent]:
    """What the webhook was told or is to be told."""
    with open_directory(settings) as directory, directory.database.reading() as connection:
        return list_job_events(connection, (ACCOUNT, "mine"), 100)


def end_job(settings: Settings, number: int) -> None:
    """Have a job end that names the webhook."""
    with open_directory(settings) as directory:
        queue = open_queue(directory.database, unix_time, now)
        queue.add(job(number, ACCOUNT, request={"webhook": "mine"}), nothing)
        taken = queue.take("somebody", [KIND])
        assert taken is not None
        assert queue.end(taken, Ending(state="done"), nothing)


def refuse(_: Webhook, __: Message) -> None:
    """Take nothing."""
    raise Unavailable("The webhook answered 500.")


def test_a_webhook_s_life(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """Its secret is printed when it is new, alone on the standard output, and never else."""
    add_webhook(settings, MINE, SHOP, [], new_secret=False)
    made = capsys.readouterr().out.strip()
    assert len(read_secret(made)) == 32
    add_webhook(settings, MINE, SHOP, ["job.dead"], new_secret=False)
    assert capsys.readouterr().out == ""
    add_webhook(settings, MINE, SHOP, ["job.dead"], new_secret=True)
    assert capsys.readouterr().out.strip() != made
    show_webhooks(settings, "test")
    shown = capsys.readouterr().out
    assert (SHOP in shown, "job.dead" in shown, made in shown) == (True, True, False)
    remove_webhook(settings, MINE)
    capsys.readouterr()
    show_webhooks(settings, None)
    assert capsys.readouterr().out.strip() == "There are none yet."


def test_what_is_no_webhook_is_refused(settings: Settings) -> None:
    """With what to write instead."""
    public = Settings(home=settings.home)
    with pytest.raises(InvalidRequest, match="begins with https"):
        add_webhook(public, MINE, "http://shop.example.com/", [], new_secret=False)
    with pytest.raises(InvalidRequest, match=r"there are job\.done"):
        add_webhook(public, MINE, SHOP, ["job.begun"], new_secret=False)
    with pytest.raises(InvalidRequest, match="is no name"):
        add_webhook(public, Hook(account="test", name="a/b"), SHOP, [], new_secret=False)
    with pytest.raises(NoSuchResource, match="no account 'nobody'"):
        add_webhook(public, Hook(account="nobody", name="mine"), SHOP, [], new_secret=False)
    with pytest.raises(NoSuchResource, match="no webhook 'mine'"):
        remove_webhook(public, MINE)


def test_a_test_arrives_signed(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """Under the webhook's own secret; one that refuses says so."""
    with receiver() as (webhook, kept):
        add_webhook(settings, MINE, webhook.url, [], new_secret=False)
        secret = read_secret(capsys.readouterr().out)
        send_test(settings, MINE)
    ((_, headers, body),) = kept
    assert json.loads(body)["type"] == "webhook.test"
    message = Message(id=headers["webhook-id"], at=int(headers["webhook-timestamp"]), body=body)
    assert headers["webhook-signature"] == signature(secret, message)
    with receiver(500) as (webhook, _):
        add_webhook(settings, MINE, webhook.url, [], new_secret=False)
        with pytest.raises(Unavailable, match="answered 500"):
            send_test(settings, MINE)


def test_what_was_not_taken_is_shown_and_told_again(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """Once nobody tries any more, under the id that it had, and then it counts as taken."""
    with receiver() as (webhook, kept):
        add_webhook(settings, MINE, webhook.url, [], new_secret=False)
        end_job(settings, 1)
        (first,) = messages(settings)
        with pytest.raises(InvalidRequest, match="give --failed"):
            repeat_messages(settings, MINE, [], failed=False)
        with pytest.raises(NoSuchResource, match="told nothing under the id"):
            repeat_messages(settings, MINE, ["another"], failed=False)
        with open_directory(settings) as directory:
            at = unix_time()
            for delay_s in (*DELAYS_S, 0):
                later = replace(directory, now=partial(float, at))
                Delivering(later, send=refuse, private=True).look(at_once)
                at += delay_s + 1
        show_messages(settings, MINE, 50, failed=True)
        shown = capsys.readouterr().out
        assert (first.id in shown, "given up" in shown, "answered 500" in shown) == (True, True, True)
        repeat_messages(settings, MINE, [], failed=True)
        assert "1 messages are due" in capsys.readouterr().out
        with open_directory(settings) as directory:
            Delivering(directory, private=True).look(at_once)
    assert [headers["webhook-id"] for _, headers, _ in kept] == [first.id]
    show_messages(settings, MINE, 50, failed=True)
    assert capsys.readouterr().out.strip() == f"There are none with webhook '{MINE.name}', taken 'no'."
