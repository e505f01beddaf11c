"""SQLite's file, opened by several at once."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from outcrop.store.sqlite import sqlite_engine


def test_several_make_a_new_file_write_ahead_at_once(tmp_path: Path) -> None:
    """SQLite itself turns away all but one of them, about once in ten files."""
    barrier = Barrier(4)

    def begin(file: Path) -> str:
        engine = sqlite_engine(file)
        barrier.wait()
        with engine.connect() as connection:
            mode: str = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
        engine.dispose()
        return mode

    with ThreadPoolExecutor(4) as threads:
        for number in range(100):
            file = tmp_path / f"{number}.db"
            assert list(threads.map(begin, [file] * 4)) == ["wal"] * 4
