"""How many threads the engine gets where nobody says, on the real affinity and on files as Linux shows them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from outcrop.processors import usable_processors

ALL = len(os.sched_getaffinity(0))


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, ALL),
        ({"cpu.max": "max 100000\n"}, ALL),
        ({"cpu.max": "50000 100000\n"}, 1),
        ({"cpu.max": "100001 100000\n"}, min(ALL, 2)),
        ({"cpu.max": "99900000 100000\n"}, ALL),
        ({"cpu.max": "nonsense"}, ALL),
        ({"cpu.max": "0 0\n"}, ALL),
        ({"cpu/cpu.cfs_quota_us": "50000\n", "cpu/cpu.cfs_period_us": "100000\n"}, 1),
        ({"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, ALL),
    ],
)
def test_a_container_s_share_counts(tmp_path: Path, files: dict[str, str], expected: int) -> None:
    """Rounded up, one at least, and never more than there are."""
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content, encoding="ascii")
    assert usable_processors(tmp_path) == expected


def test_the_affinity_counts() -> None:
    """A process that may use one processor starts the engine with one thread."""
    one = min(os.sched_getaffinity(0))
    program = (
        f"import os; os.sched_setaffinity(0, {{{one}}})\n"
        "from pathlib import Path\nfrom outcrop.settings import Settings; print(Settings(home=Path()).threads)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"
