"""The audit trail's files: whole lines, a file a day, nothing lost to a torn line, and what a full disk does."""

import errno
import json
import logging
import os
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcrop.errors import Unavailable
from outcrop.records.trail import Trail, Wanted, read_trail

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp()
ALL = Wanted()


def test_a_day_is_a_file_that_its_owner_alone_reads(tmp_path: Path) -> None:
    """By UTC; a new day begins another, and reading goes on across them."""
    days = iter([NOON, NOON + 1, NOON + 86_400])
    with Trail(tmp_path / "audit", days.__next__) as trail:
        for number in range(3):
            trail.write({"requestID": number})
    files = sorted((tmp_path / "audit").iterdir())
    assert [file.name for file in files] == ["2026-11-23.jsonl", "2026-11-24.jsonl"]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert (tmp_path / "audit").stat().st_mode & 0o777 == 0o700
    assert list(read_trail(tmp_path / "audit", ALL)) == [{"requestID": number} for number in range(3)]


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=30), max_size=4))
def test_whatever_is_written_is_one_line_and_comes_back(event: dict[str, str]) -> None:
    """Line ends, quotes, lone surrogates and all."""
    assert json.loads(json.dumps(event, separators=(",", ":"))) == event
    assert "\n" not in json.dumps(event, separators=(",", ":"))


def test_what_was_there_stays(tmp_path: Path) -> None:
    """Another server, or the next start, adds to the file; half a line that a crash left costs itself alone."""
    (tmp_path / "2026-11-23.jsonl").write_bytes(b'{"requestID":"old"}\n{"requestID":"ha')
    with Trail(tmp_path, lambda: NOON) as first, Trail(tmp_path, lambda: NOON, syncs=True) as second:
        first.write({"requestID": "1"})
        second.write({"requestID": "2"})
        first.write({"requestID": "3"})
    read = [event and event["requestID"] for event in read_trail(tmp_path, ALL)]
    assert read == ["old", None, "1", "2", "3"]


def test_threads_do_not_mix_their_lines(tmp_path: Path) -> None:
    """Four hundred lines of four threads are four hundred events."""
    with Trail(tmp_path, lambda: NOON) as trail:

        def write(name: int) -> None:
            for number in range(100):
                trail.write({"requestID": f"{name}-{number}", "userAgent": "x" * 500})

        threads = [threading.Thread(target=write, args=(name,)) for name in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    ids = {event and event["requestID"] for event in read_trail(tmp_path, ALL)}
    assert ids == {f"{name}-{number}" for name in range(4) for number in range(100)}


def test_a_folder_that_cannot_be_is_a_loud_line_or_a_refusal(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """As the operator chose; when it can be again, lines are written again."""
    (tmp_path / "audit").write_text("in the way", encoding="utf-8")
    with (
        Trail(tmp_path / "audit", lambda: NOON) as lenient,
        Trail(tmp_path / "audit", lambda: NOON, strict=True) as strict,
    ):
        lenient.write({"requestID": "1"})
        (record,) = caplog.records
        assert record.levelno == logging.CRITICAL
        assert "cannot be written: File exists; the call 1 is not in it." in record.getMessage()
        with pytest.raises(Unavailable, match="no call is answered"):
            strict.write({"requestID": "2"})
        (tmp_path / "audit").unlink()
        strict.write({"requestID": "3"})
    assert list(read_trail(tmp_path / "audit", ALL)) == [{"requestID": "3"}]


def test_a_full_disk_costs_the_lines_it_has_no_room_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A part of a line that was written is read as one that cannot be, and the next is whole."""
    real, room = os.write, [0, 10]

    def write(file: int, content: bytes) -> int:
        if not room:
            return real(file, content)
        if not (left := room.pop()):
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(file, content[:left])

    with Trail(tmp_path, lambda: NOON, strict=True) as trail:
        trail.write({"requestID": "1"})
        monkeypatch.setattr(os, "write", write)
        for number in "23":
            with pytest.raises(Unavailable):
                trail.write({"requestID": number})
        trail.write({"requestID": "4"})
    assert [event and event["requestID"] for event in read_trail(tmp_path, ALL)] == ["1", None, "4"]


EVENT = {
    "eventTime": "2026-11-23T12:00:00Z",
    "userIdentity": {"userName": "alice", "accessKeyId": "AKIA1"},
    "requestParameters": {"modelId": "stability.stable-image-core-v1:1"},
}


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        (Wanted(), True),
        (Wanted(since=datetime(2026, 11, 23, 12, tzinfo=UTC)), True),
        (Wanted(since=datetime(2026, 11, 23, 12, 0, 1, tzinfo=UTC)), False),
        (Wanted(user="alice"), True),
        (Wanted(user="AKIA1"), True),
        (Wanted(user="bob"), False),
        (Wanted(model="core"), True),
        (Wanted(model="ultra"), False),
        (Wanted(errors=True), False),
    ],
)
def test_events_are_chosen(wanted: Wanted, *, fits: bool) -> None:
    """By time, user or key, model, and how they ended; all conditions hold together."""
    assert wanted.fits(EVENT) is fits
    assert Wanted(errors=True).fits(EVENT | {"errorCode": "ThrottlingException"})
    assert Wanted().fits({"requestParameters": None})
