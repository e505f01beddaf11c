"""Quotas: what a token bucket lets through in any window, for whom, and how many may be under way."""

from contextlib import ExitStack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcrop.access.quotas import Bucket, Limit, Quotas
from outcrop.errors import Throttled
from outcrop.units import ModelId

MODEL, OTHER, TWIN, FREE = (ModelId(f"a.{name}") for name in ("model", "other", "twin", "free"))


class Hands:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        """Where the hands are."""
        return self.at


def quotas(clock: Hands, *, per_minute: int = 2, in_flight: int | None = None) -> Quotas:
    """Quotas in which two models share one limit, one has its own, and one has none."""
    shared, own = Limit(name="shared", per_minute=per_minute), Limit(name="own", per_minute=per_minute)
    return Quotas({MODEL: shared, TWIN: shared, OTHER: own}, in_flight, clock)


def ask(own: Quotas, account: str = "1", model: ModelId = MODEL) -> bool:
    """Whether a request that is over at once is let in."""
    try:
        with own.admitted(account, model):
            return True
    except Throttled:
        return False


VISITS = st.lists(st.tuples(st.floats(0, 200), st.integers(0, 40)), min_size=1, max_size=40)
"""Seconds after the one before, and how often to ask then."""


@given(st.integers(1, 20), VISITS)
def test_no_window_lets_more_through_than_its_share(per_minute: int, visits: list[tuple[float, int]]) -> None:
    """In any w seconds at most a bucket and what w seconds fill, however long nobody asked before."""
    clock, passed = Hands(), list[float]()
    own = quotas(clock, per_minute=per_minute)
    for pause, asks in visits:
        clock.at += pause
        passed += [clock.at for _ in range(asks) if ask(own)]
    for first, begun in enumerate(passed):
        for last in range(first, len(passed)):
            assert last - first + 1 <= per_minute * (1 + (passed[last] - begun) / 60) + 1e-6


@given(st.integers(2, 120), st.lists(st.floats(0, 30), max_size=50))
def test_whoever_takes_all_there_is_loses_nothing(per_minute: int, pauses: list[float]) -> None:
    """As long as they come before the bucket is full again: all that it held and all that filled it."""
    clock, passed = Hands(), 0
    own = quotas(clock, per_minute=per_minute)
    for pause in [0.0, *pauses]:
        clock.at += pause
        while ask(own):
            passed += 1
    assert passed > per_minute * (1 + clock.at / 60) - 1 - 1e-6


@given(st.integers(1, 1000), st.floats(0, 0.999), st.floats(0, 1e6))
def test_whoever_waits_as_long_as_they_are_told_is_let_in(per_minute: int, tokens: float, at: float) -> None:
    """And not a hundredth earlier than need be."""
    bucket = Bucket(tokens=tokens, at=at)
    assert bucket.taken() is None
    wait_s = bucket.wait_s(per_minute)
    assert bucket.filled(per_minute, at + wait_s * 1.001 + 1e-6).taken() is not None
    assert bucket.filled(per_minute, at + wait_s * 0.99 - 1e-6).taken() is None or wait_s < 1e-3


def test_a_clock_that_goes_back_gives_nothing() -> None:
    """Nor does what was lost come twice when it goes on."""
    clock = Hands()
    clock.at = 100
    own = quotas(clock, per_minute=1)
    assert ask(own)
    clock.at = 50
    assert not ask(own)
    clock.at = 159
    assert not ask(own)
    clock.at = 160
    assert ask(own)


def test_a_clock_that_goes_back_takes_nothing() -> None:
    """What the bucket held it still holds."""
    clock = Hands()
    clock.at = 100
    own = quotas(clock, per_minute=2)
    assert ask(own)
    clock.at = 40
    assert ask(own)


def test_accounts_and_models_have_buckets_of_their_own() -> None:
    """Save models that share one, and one that has none."""
    own = quotas(Hands(), per_minute=2)
    assert [ask(own), ask(own, model=TWIN), ask(own), ask(own, model=TWIN)] == [True, True, False, False]
    assert ask(own, model=OTHER)
    assert ask(own, account="2")
    assert all(ask(own, model=FREE) for _ in range(1000))


def test_whoever_is_refused_hears_why_and_for_how_long() -> None:
    """The number of the quota, and the seconds until the next token."""
    clock = Hands()
    own = quotas(clock, per_minute=2)
    assert [ask(own), ask(own)] == [True, True]
    clock.at = 10
    with (
        pytest.raises(Throttled, match="2 requests a minute are taken from an account here") as refused,
        own.admitted("1", MODEL),
    ):
        pass
    assert refused.value.retry_after_s == pytest.approx(20)


def test_only_so_many_are_under_way() -> None:
    """Of an account; each that ends, well or badly, makes room, and one refused so costs no token."""
    own = quotas(Hands(), per_minute=3, in_flight=2)
    with ExitStack() as under_way:
        under_way.enter_context(own.admitted("1", MODEL))
        under_way.enter_context(own.admitted("1", FREE))
        with pytest.raises(Throttled, match="2 requests of yours are under way"), own.admitted("1", FREE):
            pass
        assert ask(own, account="2")
    with pytest.raises(ValueError, match="a picture"), own.admitted("1", MODEL):
        raise ValueError("a picture failed")
    assert [ask(own), ask(own)] == [True, False]
