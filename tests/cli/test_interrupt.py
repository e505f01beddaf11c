"""Ctrl-C while the engine still loads: at most one line, status 130, and no process left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.cli.programs import environment


def processes_of(session: int) -> list[int]:
    """The processes that belong to a session, by id."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            except OSError:
                continue  # it ended meanwhile
            if int(fields[3]) == session and fields[0] != "Z":
                found.append(int(entry.name))
    return found


def imports_torch(process: int) -> bool:
    """Whether a process has begun to load torch's libraries; weights come seconds later, pictures were sent before."""
    try:
        return "/libtorch" in Path(f"/proc/{process}/maps").read_text(encoding="utf-8")
    except OSError:
        return False  # it ended meanwhile


def test_ctrl_c_while_the_engine_loads(tmp_path: Path) -> None:
    """The signal goes to the whole foreground group, as from a terminal."""
    with subprocess.Popen(
        [sys.executable, "-m", "outcrop", "imagine", "a red apple", "-n", "2"],
        env=environment(tmp_path),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        patience = time.monotonic() + 60
        while not any(imports_torch(member) for member in processes_of(process.pid)):
            assert time.monotonic() < patience, "the engine's process did not start"
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, "")
    assert err.strip() in {"", "outcrop: Cancelled; 0 of 2 pictures were finished."}
    assert processes_of(process.pid) == []
    assert list(tmp_path.iterdir()) == []
