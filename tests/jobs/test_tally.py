"""What votes say: every vote counts once for each of its two, and the interval is Wilson's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcrop.jobs.tally import Standing, tally

MOST = 5


@st.composite
def duels(draw: st.DrawFn) -> list[tuple[int, int, int | None]]:
    """Votes between some of five."""
    pair = st.lists(st.integers(0, MOST - 1), min_size=2, max_size=2, unique=True)
    found = draw(st.lists(st.tuples(pair, st.sampled_from([0, 1, None])), max_size=30))
    return [(pair[0], pair[1], None if place is None else pair[place]) for pair, place in found]


@given(duels())
def test_every_vote_counts_once_for_each_of_its_two(cast: list[tuple[int, int, int | None]]) -> None:
    """A win is another's loss, a tie is both's; shares lie within their intervals, and those within 0 and 1."""
    found = tally(MOST, cast)
    assert sum(one.wins for one in found) == sum(one.losses for one in found)
    assert sum(one.votes for one in found) == 2 * len(cast)
    for one in found:
        assert (one.share is None) == (one.interval is None) == (one.votes == 0)
        if one.share is not None and one.interval is not None:
            assert 0 <= one.interval[0] <= one.share <= one.interval[1] <= 1


@pytest.mark.parametrize(
    ("wins", "losses", "low", "high"),
    [(8, 2, 0.490, 0.943), (5, 5, 0.237, 0.763), (0, 10, 0.0, 0.278), (55, 45, 0.452, 0.644)],
)
def test_the_interval_is_as_published(wins: int, losses: int, low: float, high: float) -> None:
    """Wilson's score interval of 95 %, to three places."""
    interval = Standing(wins=wins, losses=losses).interval
    assert interval is not None
    assert interval == pytest.approx((low, high), abs=0.0006)


def test_a_tie_is_half_a_win() -> None:
    """For both of them."""
    first, second = tally(2, [(0, 1, 0), (0, 1, None)])
    assert (first.share, second.share) == (0.75, 0.25)
