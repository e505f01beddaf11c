"""`outcrop audit` on a trail in a folder of its own."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from outcrop.cli.auditing import FOLDER, instant, open_trail, show_trail
from outcrop.errors import InvalidRequest
from outcrop.records.trail import Wanted
from outcrop.settings import Settings

Output = pytest.CaptureFixture[str]

GOOD = {
    "eventTime": "2026-11-23T12:00:00Z",
    "userIdentity": {"type": "IAMUser", "userName": "alice"},
    "eventName": "InvokeModel",
    "requestParameters": {"modelId": "a.model"},
    "sourceIPAddress": "127.0.0.1",
}
BAD = GOOD | {"userIdentity": {"type": "Unknown"}, "errorCode": "InvalidSignatureException", "requestParameters": None}


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """Settings whose home has a trail of two calls."""
    settings = Settings(home=tmp_path)
    with open_trail(settings) as trail:
        trail.write(GOOD)
        trail.write(BAD)
    return settings


def test_the_trail_is_a_table(home: Settings, capsys: Output) -> None:
    """A line a call, with who and how it ended."""
    show_trail(home, Wanted(), as_json=False)
    lines = [line.split() for line in capsys.readouterr().out.splitlines() if "2026" in line]
    assert lines == [
        ["2026-11-23T12:00:00Z", "alice", "InvokeModel", "a.model", "127.0.0.1", "ok"],
        ["2026-11-23T12:00:00Z", "Unknown", "InvokeModel", "-", "127.0.0.1", "InvalidSignatureException"],
    ]


def test_json_is_what_was_written(home: Settings, capsys: Output) -> None:
    """Those that are wanted, one a line; a line that cannot be read is told apart."""
    (file,) = (home.home / FOLDER).iterdir()
    with file.open("ab") as torn:
        torn.write(b'{"eventTi')
    show_trail(home, Wanted(errors=True), as_json=True)
    told = capsys.readouterr()
    assert [json.loads(line) for line in told.out.splitlines()] == [BAD]
    assert told.err.startswith("1 lines cannot be read")


def test_no_trail_is_none_yet(tmp_path: Path, capsys: Output) -> None:
    """Reading makes nothing."""
    show_trail(Settings(home=tmp_path), Wanted(), as_json=False)
    assert capsys.readouterr().out == "There are none yet.\n"
    show_trail(Settings(home=tmp_path), Wanted(user="alice", errors=True), as_json=False)
    assert capsys.readouterr().out == "There are none with user 'alice', ended 'in an error'.\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026-11-23", "2026-11-23T00:00:00+00:00"),
        ("2026-11-23T06:30", "2026-11-23T06:30:00+00:00"),
        ("2026-11-23T06:30:00+02:00", "2026-11-23T04:30:00+00:00"),
        ("30m", "2026-11-23T11:30:00+00:00"),
        ("12h", "2026-11-23T00:00:00+00:00"),
        ("7d", "2026-11-16T12:00:00+00:00"),
    ],
)
def test_instants(text: str, found: str) -> None:
    """Days, instants and spans, in UTC."""
    assert instant(text, datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp()).isoformat() == found


@pytest.mark.parametrize("text", ["", "yesterday", "7w", "999999d", "2026-13-01"])
def test_no_instants(text: str) -> None:
    """Are refused with what may be written."""
    with pytest.raises(InvalidRequest, match="is no time; write 2026-11-23"):
        instant(text, 0)
