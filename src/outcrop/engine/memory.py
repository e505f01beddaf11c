"""How much memory the engine may fill, with weights and with passes. Knows bytes and the machine; knows no tensor."""

import os
from dataclasses import dataclass
from pathlib import Path

WEIGHTS_SHARE, PICTURES_SHARE = 0.6, 0.3
"""Parts of what is available when the engine starts; the rest is for decoding, libraries and the system."""

MEMINFO = Path("/proc/meminfo")
CGROUP = Path("/sys/fs/cgroup")
"""Where Linux says what is free, on the machine and in the container."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryLimits:
    """What the operator allows; None is a part of what is available. Units: bytes."""

    weights: int | None = None
    """Checkpoints that are kept in memory."""
    pictures: int | None = None
    """What the pictures of one pass take together."""

    def given(self, available: int) -> tuple[int, int]:
        """Bytes for weights and for pictures, on a machine or device with that much available."""
        return (
            int(available * WEIGHTS_SHARE) if self.weights is None else self.weights,
            int(available * PICTURES_SHARE) if self.pictures is None else self.pictures,
        )


def available_memory(meminfo: Path = MEMINFO, cgroup: Path = CGROUP) -> int:
    """Bytes that this process may still fill without swapping: of the machine, or less where its container has less."""
    return min(_of_machine(meminfo), _of_container(cgroup))


def _of_machine(meminfo: Path) -> int:
    try:
        lines = meminfo.read_text(encoding="ascii").splitlines()
        (kibibytes,) = (line.split()[1] for line in lines if line.startswith("MemAvailable:"))
    except (OSError, ValueError):  # not Linux: half of what is built in
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    return int(kibibytes) * 1024


def _of_container(cgroup: Path) -> int:
    try:
        limit, used = (int((cgroup / name).read_text(encoding="ascii")) for name in ("memory.max", "memory.current"))
    except (OSError, ValueError):  # no container, or one without a limit ("max")
        return 2**63
    return max(0, limit - used)
