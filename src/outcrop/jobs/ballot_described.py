"""A ballot as the server's own REST tells a member of it: which picture is which only once they have voted on all.

Changes nothing.
"""

from outcrop.assets.library import deliverable
from outcrop.clock import moment_of
from outcrop.jobs.balloting import Side, comparison_of, open_pairs, order_of, place_of
from outcrop.jobs.comparison_described import drawn
from outcrop.jobs.tally import Standing, tally
from outcrop.store.ballots import Ballot, Vote, votes_of
from outcrop.store.comparisons import Axis, Comparison
from outcrop.store.database import Connection

Object = dict[str, object]


def described(connection: Connection, of: Ballot, user_id: str) -> Object:
    """All that a member is told of a ballot; what would tell the sides, and how others voted, after their last vote."""
    comparison = comparison_of(connection, of)
    cast = votes_of(connection, of.id)
    mine = {vote.pair: vote for vote in cast if vote.user_id == user_id}
    there = open_pairs(connection, of)
    order = [pair for pair in order_of(of, user_id) if pair in there or pair in mine]
    waiting = [pair for pair in order if pair not in mine]
    contestants, others = _sides(comparison, of)
    return {
        "id": of.id,
        "name": comparison.name,
        "by": contestants.by,
        "contestants": list(contestants.values),
        "next": None
        if not waiting
        else {"pair": waiting[0], "about": _about(others, _place(comparison, of.pairs[waiting[0] - 1][0], others))},
        "pairs": len(order),
        "voted": len(mine),
        "members": len({vote.user_id for vote in cast}),
        "result": None if waiting else _result(connection, of, comparison, cast, mine),
        "user": of.user_name,
        "createdAt": moment_of(of.created_at),
    }


def _result(
    connection: Connection, of: Ballot, comparison: Comparison, cast: list[Vote], mine: dict[int, Vote]
) -> Object:
    """What came of it, and which picture was which."""
    contestants, others = _sides(comparison, of)
    places = [tuple(_place(comparison, cell, contestants) for cell in pair) for pair in of.pairs]
    better = {"first": 0, "second": 1, "tie": None}
    duels = []
    for vote in cast:
        first, second = places[vote.pair - 1]
        place = better[vote.choice]
        duels.append((first, second, None if place is None else (first, second)[place]))
    assets = {cell.number: cell.asset for cell in drawn(connection, comparison)}

    def shown(pair: int, place: int) -> Object:
        asset = assets[of.pairs[pair - 1][place]]
        there = asset is not None and deliverable(asset)
        return {
            "contestant": contestants.values[places[pair - 1][place]],
            "asset": asset.id if asset is not None and there else None,
        }

    return {
        "comparison": comparison.id if comparison.deleted_at is None else None,
        "tally": [
            _standing(contestants.values[place], standing)
            for place, standing in enumerate(tally(len(contestants.values), duels))
        ],
        "mine": [
            {
                "pair": pair,
                "about": _about(others, _place(comparison, of.pairs[pair - 1][0], others)),
                **{side: shown(pair, place_of(of, pair, vote.user_id, side)) for side in _SIDES},
                "found": _found(of, vote),
            }
            for pair, vote in mine.items()
        ],
    }


_SIDES: tuple[Side, Side] = ("left", "right")


def _found(of: Ballot, vote: Vote) -> str:
    """What a vote said, by the sides as its member saw them."""
    if vote.choice == "tie":
        return "tie"
    place = 0 if vote.choice == "first" else 1
    return "left" if place_of(of, vote.pair, vote.user_id, "left") == place else "right"


def _standing(contestant: str, standing: Standing) -> Object:
    low, high = standing.interval or (None, None)
    return {
        "contestant": contestant,
        "wins": standing.wins,
        "losses": standing.losses,
        "ties": standing.ties,
        "share": standing.share,
        "low": low,
        "high": high,
    }


def _sides(comparison: Comparison, of: Ballot) -> tuple[Axis, Axis]:
    """What is voted between, and what is the same in each pair."""
    across, down = comparison.across, comparison.down
    return (across, down) if of.along == "across" else (down, across)


def _place(comparison: Comparison, cell: int, axis: Axis) -> int:
    """The row or the column of a cell."""
    row, column = divmod(cell - 1, len(comparison.across.values))
    return column if axis is comparison.across else row


def _about(axis: Axis, place: int) -> str:
    return f"{axis.by}: {axis.values[place]}"
