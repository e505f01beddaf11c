"""The audit trail from its end: the same events as from its beginning, page by page, whatever lies in the files."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcrop.records.trail import Event, Trail, Wanted, read_trail
from outcrop.records.trail_backwards import BLOCK_BYTES, LONGEST_LINE, Page, Place, page_back

ALL = Wanted()
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp()


def pages(folder: Path, most: int, wanted: Wanted = ALL, most_bytes: int = 1 << 30) -> list[Page]:
    """All pages of a trail, each from where the one before left off."""
    found, before = [], None
    while True:
        page = page_back(folder, wanted, before, most, most_bytes)
        found.append(page)
        if page.following is None:
            return found
        before = Place.read(str(page.following))


def events(found: list[Page]) -> list[Event]:
    """What is on pages."""
    return [event for page in found for event in page.events]


lines = st.one_of(
    st.builds(
        lambda number, pad: json.dumps({"n": number, "pad": "x" * pad}).encode(), st.integers(), st.integers(0, 400)
    ),
    st.binary(max_size=60).filter(lambda text: b"\n" not in text),
)


@given(st.lists(st.lists(lines, max_size=30), max_size=3), st.integers(1, 9), st.integers(1, 3000))
def test_backwards_is_forwards_reversed(
    tmp_path_factory: pytest.TempPathFactory, days: list[list[bytes]], most: int, most_bytes: int
) -> None:
    """Each event once, in whatever pages, torn lines passed over; no page is longer than it may be."""
    folder = tmp_path_factory.mktemp("trail")
    for day, written in enumerate(days):
        (folder / f"2026-11-{day + 10}.jsonl").write_bytes(b"".join(line + b"\n" for line in written))
    found = pages(folder, most, most_bytes=most_bytes)
    assert events(found) == [event for event in read_trail(folder, ALL) if event is not None][::-1]
    assert all(len(page.events) <= most for page in found)


def test_lines_of_many_blocks(tmp_path: Path) -> None:
    """A line may be longer than what is read at once; one that the trail never wrote costs itself alone."""
    long = json.dumps({"n": 2, "pad": "x" * (3 * BLOCK_BYTES)}).encode()
    written = [b'{"n":1}', long, b"\0" * (2 * LONGEST_LINE), b'{"n":3}', b""]
    (tmp_path / "2026-11-23.jsonl").write_bytes(b"\n".join(written))
    assert [event["n"] for event in events(pages(tmp_path, 10))] == [3, 2, 1]


def test_a_line_that_is_being_written_is_not_there_yet(tmp_path: Path) -> None:
    """It is on the first page once it is whole."""
    file = tmp_path / "2026-11-23.jsonl"
    file.write_bytes(b'{"n":1}\n{"n":2}')
    assert events(pages(tmp_path, 10)) == [{"n": 1}]
    file.write_bytes(b'{"n":1}\n{"n":2}\n')
    assert events(pages(tmp_path, 10)) == [{"n": 2}, {"n": 1}]


def test_what_comes_in_between_moves_no_page(tmp_path: Path) -> None:
    """The trail grows at its end, while somebody reads on at its beginning."""
    with Trail(tmp_path, lambda: NOON) as trail:
        for number in range(4):
            trail.write({"n": number})
        first = page_back(tmp_path, ALL, None, 2)
        trail.write({"n": 4})
        second = page_back(tmp_path, ALL, first.following, 2)
    assert [event["n"] for event in (*first.events, *second.events)] == [3, 2, 1, 0]


def test_a_look_for_what_is_rare_ends(tmp_path: Path) -> None:
    """After so many bytes, with the place at which to go on; in the end everything has been looked at."""
    with Trail(tmp_path, lambda: NOON) as trail:
        trail.write({"eventName": "GetCosts"})
        for _ in range(5000):
            trail.write({"eventName": "InvokeModel"})
    found = pages(tmp_path, 10, Wanted(operation="GetCosts"), most_bytes=20_000)
    assert len(found) > 5
    assert [len(page.events) for page in found[:-1]] == [0] * (len(found) - 1)
    assert len(events(found)) == 1
    junk = tmp_path / "2026-11-24.jsonl"
    junk.write_bytes(b"\0" * (3 * LONGEST_LINE))
    assert page_back(tmp_path, ALL, None, 1, 10).following == Place(
        day="2026-11-24", offset=2 * LONGEST_LINE - BLOCK_BYTES
    )


def test_files_that_cannot_hold_it_are_not_opened(tmp_path: Path) -> None:
    """Those of other days; what ended after midnight stands in the file of the day after."""
    for day in (20, 21, 22, 23):
        (tmp_path / f"2026-11-{day}.jsonl").write_bytes(b'{"eventTime":"2026-11-%dT00:00:00Z"}\n' % day)
    (tmp_path / "2026-11-20.jsonl").unlink()
    (tmp_path / "2026-11-20.jsonl").mkdir()  # cannot be read
    since, until = datetime(2026, 11, 21, tzinfo=UTC), datetime(2026, 11, 22, tzinfo=UTC)
    assert [event["eventTime"][:10] for event in events(pages(tmp_path, 9, Wanted(since=since)))] == [
        "2026-11-23", "2026-11-22", "2026-11-21",
    ]  # fmt: skip
    assert len(events(pages(tmp_path, 9, Wanted(since=since, until=until)))) == 1
    with pytest.raises(OSError, match="directory"):
        page_back(tmp_path, ALL, None, 9)


def test_no_trail_is_an_empty_one(tmp_path: Path) -> None:
    """Nothing has been asked yet; and a file that has been taken away since is passed over."""
    assert page_back(tmp_path / "none", ALL, None, 9) == Page(events=(), following=None)
    assert page_back(tmp_path, ALL, Place(day="2026-11-23", offset=5), 9) == Page(events=(), following=None)
