"""Blind ballots: pairs of a comparison's pictures, of which nobody is told which is which before they have voted.

Sides and order are shuffled for each member by a seed that never leaves the server. Knows no wire.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal

from outcrop.assets.asset_ids import new_asset_id
from outcrop.errors import AlreadyThere, InvalidRequest, NoSuchResource
from outcrop.jobs.comparison_described import drawn
from outcrop.jobs.desk import Desk
from outcrop.store.accounts import User
from outcrop.store.assets import Asset, pin_assets
from outcrop.store.ballots import Along, Ballot, Choice, Vote, add_ballot, cast_vote, find_ballot, votes_of
from outcrop.store.comparisons import Comparison, find_comparison
from outcrop.store.database import Connection
from outcrop.store.jobs import ENDS

Side = Literal["left", "right"]
SEED_BYTES: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Balloting:
    """Makes ballots and takes votes."""

    desk: Desk
    random: Callable[[int], bytes]

    def begin(self, user: User, of: Comparison, along: Along) -> Ballot:
        """Ask for votes on every two pictures of a comparison that differ along one side alone; retention spares them.

        Raises: InvalidRequest when that side has one row or column; AlreadyThere when pictures are still to come, or no
        two of them are there.
        """
        at = self.desk.maker.books.now()
        with self.desk.library.database.writing() as connection:
            cells = drawn(connection, of)
            if any(cell.job.state not in ENDS for cell in cells):
                raise AlreadyThere("Some pictures are still to come; vote when all are there.")
            assets = {cell.number: cell.asset.id for cell in cells if cell.asset is not None}
            pairs = tuple(pair for pair in _pairs(of, along) if set(pair) <= set(assets))
            if not pairs:
                raise AlreadyThere("No two pictures of it that could be voted between are there.")
            new = Ballot(
                id=new_asset_id(at, self.random),
                account_id=user.account_id,
                user_name=user.name,
                created_at=int(at),
                comparison_id=of.id,
                along=along,
                pairs=pairs,
                seed=self.random(SEED_BYTES).hex(),
            )
            add_ballot(connection, new)
            pin_assets(connection, [assets[number] for pair in pairs for number in pair], pinned=True)
        return new

    def find(self, account_id: str, ballot_id: str) -> Ballot:
        """An account's ballot.

        Raises: NoSuchResource when it has none of that id.
        """
        with self.desk.library.database.reading() as connection:
            found = find_ballot(connection, account_id, ballot_id)
        if found is None:
            raise NoSuchResource(f"There is no ballot '{ballot_id[:40]}' in this account; GET /v1/ballots lists them.")
        return found

    def vote(self, user: User, of: Ballot, pair: int, found: Side | Literal["tie"]) -> None:
        """Take a member's vote on a pair, by the sides as they see them; the same vote again changes nothing.

        Raises: InvalidRequest when there is no such pair; AlreadyThere when they have voted otherwise, or its pictures
        are gone.
        """
        check_pair(of, pair)
        choice = chosen(of, pair, user.id, found)
        vote = Vote(
            ballot_id=of.id, pair=pair, user_id=user.id, choice=choice, voted_at=int(self.desk.maker.books.now())
        )
        with self.desk.library.database.reading() as connection:
            before = [one for one in votes_of(connection, of.id) if (one.pair, one.user_id) == (pair, user.id)]
            there = open_pairs(connection, of)
        if before and before[0].choice == choice:
            return
        if pair not in there:
            raise AlreadyThere(f"A picture of pair {pair} is gone; vote on the others.")
        with self.desk.library.database.writing() as connection:
            cast_vote(connection, vote)

    def picture(self, user: User, of: Ballot, pair: int, side: Side) -> Asset:
        """The picture that a member sees on one side of a pair.

        Raises: NoSuchResource when there is no such pair, or the picture is gone.
        """
        with self.desk.library.database.reading() as connection:
            found = open_pairs(connection, of).get(pair)
        if found is None:
            raise NoSuchResource(f"There is no pair {pair} that can be voted on in ballot {of.id}.")
        return found[place_of(of, pair, user.id, side)]


def comparison_of(connection: Connection, of: Ballot) -> Comparison:
    """The comparison that a ballot is on, also when it was deleted since."""
    found = find_comparison(connection, of.account_id, of.comparison_id, deleted=True)
    assert found is not None, "a ballot's comparison outlives it"
    return found


def open_pairs(connection: Connection, of: Ballot) -> dict[int, tuple[Asset, Asset]]:
    """The pictures of each pair, by its number, as far as both may be delivered."""
    comparison = comparison_of(connection, of)
    assets = {cell.number: cell.asset for cell in drawn(connection, comparison)}
    found = {}
    for number, (first, second) in enumerate(of.pairs, 1):
        one, other = assets[first], assets[second]
        if one is not None and other is not None:
            found[number] = (one, other)
    return found


def order_of(of: Ballot, user_id: str) -> list[int]:
    """The numbers of the pairs in the order in which a member sees them."""
    return sorted(range(1, len(of.pairs) + 1), key=lambda pair: _chance(of, "order", pair, user_id))


def place_of(of: Ballot, pair: int, user_id: str, side: Side) -> int:
    """Whether a member sees the first (0) or the second (1) of a pair on a side."""
    turned = _chance(of, "sides", pair, user_id)[0] & 1
    return turned if side == "left" else 1 - turned


def chosen(of: Ballot, pair: int, user_id: str, found: Side | Literal["tie"]) -> Choice:
    """Which of a pair a member means by what they found."""
    if found == "tie":
        return "tie"
    return "first" if place_of(of, pair, user_id, found) == 0 else "second"


def check_pair(of: Ballot, pair: int) -> None:
    """Go on only with a pair of the ballot.

    Raises: InvalidRequest when there is none of that number.
    """
    if not 1 <= pair <= len(of.pairs):
        raise InvalidRequest(f"There is no pair {pair}; the ballot has 1 to {len(of.pairs)}.")


def _chance(of: Ballot, what: str, pair: int, user_id: str) -> bytes:
    """What nobody can tell without the seed, and is the same each time."""
    return hmac.digest(bytes.fromhex(of.seed), f"{what}/{pair}/{user_id}".encode(), "sha256")


def _pairs(of: Comparison, along: Along) -> list[tuple[int, int]]:
    """The numbers of every two cells that differ along one side alone."""
    rows, columns = len(of.down.values), len(of.across.values)
    lines = (
        [[row * columns + column + 1 for column in range(columns)] for row in range(rows)]
        if along == "across"
        else [[row * columns + column + 1 for row in range(rows)] for column in range(columns)]
    )
    if len(lines[0]) < 2:
        raise InvalidRequest(
            f"There is one {(of.across if along == 'across' else of.down).by} alone; a vote needs two."
        )
    return [pair for line in lines for pair in combinations(line, 2)]
