"""From a clone to the first picture: what a newcomer waits for. Knows git and make; measures the clock."""

import os
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clone:
    """`git clone` and `make demo` in an empty folder. Units: seconds since the clone began."""

    set_up_s: float
    """Until everything was installed."""
    first_picture_s: float
    """Until the first picture was a file."""
    done_s: float
    """Until `make demo` had ended."""
    download_cache: str
    """Whether pip could take downloads of an earlier installation."""


def measure_clone() -> Clone:
    """Clone this repository and run its demo, from nothing."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "outcrop"
        clean = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}  # noqa: TID251
        began, began_at = time.perf_counter(), time.time()  # noqa: TID251 - file times count from the epoch
        subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
        subprocess.run(["make", "--silent", "demo"], cwd=folder, env=clean, check=True)
        done = time.perf_counter() - began
        set_up = (folder / ".venv" / ".ready").stat().st_mtime - began_at
        first = min(path.stat().st_mtime for path in (folder / "demo").iterdir()) - began_at
    cache = Path.home() / ".cache" / "pip"
    return Clone(
        set_up_s=round(set_up, 1),
        first_picture_s=round(first, 1),
        done_s=round(done, 1),
        download_cache="warm" if cache.exists() else "cold",
    )
