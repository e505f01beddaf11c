"""The output of a batch while it grows: whole lines, one writer, nothing half-written."""

import resource
from pathlib import Path

import pytest

from outcrop.errors import StorageFailed, Unavailable
from outcrop.jobs.spool import open_spool


def test_lines_are_there_when_it_is_opened_again(tmp_path: Path) -> None:
    """But for half a one, in whose place the next is written."""
    path = tmp_path / "folder" / "out"
    with open_spool(path) as spool:
        spool.append([b"one\n"])
        spool.append([b"two\n"])
    with path.open("ab") as file:
        file.write(b"half a li")
    seen: list[tuple[int, bytes]] = []
    with open_spool(path) as spool:
        spool.read(lambda at, line: seen.append((at, line)))
        assert (seen, spool.count) == ([(0, b"one\n"), (1, b"two\n")], 2)
        spool.append([b"three\n"])
    assert path.read_bytes() == b"one\ntwo\nthree\n"


def test_only_one_writes(tmp_path: Path) -> None:
    """Whoever comes second comes again later."""
    with open_spool(tmp_path / "out"), pytest.raises(Unavailable, match="Another worker"), open_spool(tmp_path / "out"):
        pytest.fail("two have it")
    with open_spool(tmp_path / "out"):
        pass


def test_a_disk_that_is_full_takes_no_half_line(tmp_path: Path) -> None:
    """What was there before stays."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with open_spool(tmp_path / "out") as spool:
        spool.append([b"one\n"])
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
        try:
            with pytest.raises(StorageFailed, match="cannot be written: File too large"):
                spool.append([bytes(1_000_000) + b"\n"])
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        spool.append([b"two\n"])
    assert (tmp_path / "out").read_bytes() == b"one\ntwo\n"
