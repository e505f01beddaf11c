"""The one source of time and chance."""

from uuid import UUID

import pytest

from outcrop import clock
from outcrop.units import MAX_SEED


def test_time_never_goes_back() -> None:
    """Differences mean seconds, whatever is done to the machine's date."""
    assert clock.now() <= clock.now()


def test_every_id_is_new() -> None:
    """And in the form that AWS's request ids have."""
    ids = {clock.new_id() for _ in range(100)}
    assert len(ids) == 100
    assert {str(UUID(one)) for one in ids} == ids


@pytest.mark.parametrize(("drawn", "seed"), [(0, 1), (MAX_SEED - 1, MAX_SEED)])
def test_a_random_seed_is_never_zero(monkeypatch: pytest.MonkeyPatch, drawn: int, seed: int) -> None:
    """Asked for again, 0 would mean another one; every other seed can be drawn."""
    asked: list[int] = []

    def below(limit: int) -> int:
        asked.append(limit)
        return drawn

    monkeypatch.setattr("secrets.randbelow", below)
    assert clock.random_seed() == seed
    assert asked == [MAX_SEED]
