"""How many requests an account may make: a token bucket a model, and a number under way. Knows no HTTP and no AWS."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Final, final

from outcrop.clock import Clock
from outcrop.errors import Throttled
from outcrop.units import ModelId

MINUTE_S: Final = 60.0
TOO_MANY: Final = "Too many requests, please wait before trying again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Requests a minute, of one model or of several that share them."""

    name: str
    """What shares it has one name."""
    per_minute: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """A token bucket at one moment: it holds a minute's tokens, and fills evenly."""

    tokens: float
    at: float
    """When it held them, in seconds."""

    def filled(self, per_minute: int, now: float) -> "Bucket":
        """The same bucket later; a clock that goes back fills nothing."""
        gained = max(0.0, now - self.at) * per_minute / MINUTE_S
        return Bucket(tokens=min(float(per_minute), self.tokens + gained), at=max(now, self.at))

    def taken(self) -> "Bucket | None":
        """The bucket without one token; None when it holds less than one."""
        return Bucket(tokens=self.tokens - 1, at=self.at) if self.tokens >= 1 else None

    def wait_s(self, per_minute: int) -> float:
        """Seconds until it holds one token."""
        return max(0.0, 1 - self.tokens) * MINUTE_S / per_minute


@final
class Quotas:
    """Counts the requests of every account; a model without a limit has none."""

    def __init__(self, limits: Mapping[ModelId, Limit], in_flight: int | None, clock: Clock) -> None:
        """`in_flight` is how many requests an account may have under way; None is any number."""
        self._limits = limits
        self._in_flight = in_flight
        self._clock = clock
        self._buckets: dict[tuple[str, str], Bucket] = {}
        self._under_way: Counter[str] = Counter()
        self._lock = Lock()

    @contextmanager
    def admitted(self, account: str, model: ModelId) -> Iterator[None]:
        """Let a request in, and count it as under way for as long as the block lasts.

        Raises: Throttled when the account has too many under way, or has made too many of late.
        """
        with self._lock:
            under_way = self._under_way[account]
            if self._in_flight is not None and under_way >= self._in_flight:
                raise Throttled(f"{TOO_MANY}: {under_way} requests of yours are under way, the most there may be.")
            if model in self._limits:
                self._take(account, self._limits[model])
            self._under_way[account] += 1
        try:
            yield
        finally:
            with self._lock:
                self._under_way[account] -= 1
                self._under_way += Counter()  # forgets accounts that have none

    def _take(self, account: str, limit: Limit) -> None:
        now = self._clock()
        full = Bucket(tokens=limit.per_minute, at=now)
        bucket = self._buckets.get((account, limit.name), full).filled(limit.per_minute, now)
        left = bucket.taken()
        if left is None:
            raise Throttled(
                f"{TOO_MANY}: {limit.per_minute} requests a minute are taken from an account here.",
                retry_after_s=bucket.wait_s(limit.per_minute),
            )
        self._buckets[account, limit.name] = left
