"""What a measurement ran on, and what else ran there. Knows Linux's files; names no host."""

import os
import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """The machine and its libraries."""

    processor: str
    cores: int
    memory_gib: float
    system: str
    python: str
    torch: str
    diffusers: str
    outcrop: str
    load_before: float
    """Processes that ran or wanted to, on average over the minute before: other work shares the cores."""


def describe() -> Machine:
    """The machine as it is now."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return Machine(
        processor=_processor(),
        cores=len(os.sched_getaffinity(0)),
        memory_gib=round(memory / 2**30, 1),
        system=platform.system(),
        python=platform.python_version(),
        torch=version("torch"),
        diffusers=version("diffusers"),
        outcrop=version("outcrop"),
        load_before=round(os.getloadavg()[0], 2),
    )


def peak_mib(process: int) -> float:
    """The most memory a process has had resident so far."""
    for line in Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise ValueError(f"Process {process} says nothing of its memory.")


def family(process: int) -> list[int]:
    """A process and all its descendants, by id."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    return [process, *(member for child in children for member in family(int(child)))]


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
