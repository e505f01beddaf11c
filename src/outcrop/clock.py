"""The only source of time and chance, so that everything else can be given both. Knows nothing else."""

import secrets
import time
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime

from outcrop.units import MAX_SEED, Seed

Clock = Callable[[], float]
"""Returns seconds; only differences mean anything."""

UnixTime = Callable[[], float]
"""Returns seconds since 1970, UTC."""


def now() -> float:
    """Seconds from a monotonic clock; only differences mean anything."""
    return time.perf_counter()


def unix_time() -> float:
    """Seconds since 1970, UTC, by the machine's clock, which can be set: for dates, never for durations."""
    return time.time()


def day_of(seconds: float) -> date:
    """The day, UTC, of seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC).date()


def moment_of(seconds: float) -> str:
    """A moment, seconds since 1970, as RFC 3339 writes it in UTC, to the second."""
    return f"{datetime.fromtimestamp(int(seconds), UTC):%Y-%m-%dT%H:%M:%SZ}"


def random_bytes(count: int) -> bytes:
    """Bytes from the operating system's entropy, fit for keys."""
    return secrets.token_bytes(count)


def new_id() -> str:
    """A fresh random UUID in its canonical text form."""
    return str(uuid.uuid4())


def random_seed() -> Seed:
    """A seed drawn from the operating system's entropy, 1..MAX_SEED (0 means "choose for me" on the wire)."""
    return Seed(1 + secrets.randbelow(MAX_SEED))


def pause(seconds: float) -> None:
    """Wait, doing nothing."""
    time.sleep(seconds)
