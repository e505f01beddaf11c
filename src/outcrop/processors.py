"""How many processors this process may use, which need not be those that the machine has. Knows the system alone."""

import math
import os
from pathlib import Path
from typing import Final

CGROUPS: Final = Path("/sys/fs/cgroup")
"""Where Linux shows a container its limits."""


def usable_processors(cgroups: Path = CGROUPS) -> int:
    """How many threads can run at once: within the affinity, and within a container's share of time, rounded up.

    Source: Linux, "Control Group v2", `cpu.max`; "CFS Bandwidth Control", `cpu.cfs_quota_us`.
    """
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    share = _share(cgroups)
    return allowed if share is None else max(1, min(allowed, math.ceil(share)))


def _share(cgroups: Path) -> float | None:
    """Processors' worth of time; None is without a limit."""
    for places in (("cpu.max",), ("cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us")):
        try:
            words = " ".join((cgroups / place).read_text(encoding="ascii") for place in places).split()
            quota, period = int(words[0]), int(words[1])
        except (OSError, ValueError, IndexError):  # not there, or "max"
            continue
        if quota > 0 and period > 0:
            return quota / period
    return None
