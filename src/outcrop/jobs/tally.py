"""What votes on pairs say of those who stood in them. Knows choices and counts; knows no picture and no voter."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from typing import Final

Z: Final = 1.96
"""Standard deviations within which 95 of 100 lie."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one contestant did."""

    wins: int = 0
    losses: int = 0
    ties: int = 0

    @property
    def votes(self) -> int:
        """All votes on pairs that it stood in."""
        return self.wins + self.losses + self.ties

    @property
    def share(self) -> float | None:
        """Which part of the votes it won, a tie being half of one; None without any.

        Units: 0 to 1.
        """
        return (self.wins + self.ties / 2) / self.votes if self.votes else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where the share lies for good with 95 % confidence, if votes were independent; None without any.

        Units: 0 to 1.
        Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927, equation 5.
        """
        if self.share is None:
            return None
        n, p = self.votes, self.share
        middle = p + Z**2 / (2 * n)
        reach = Z * sqrt(p * (1 - p) / n + Z**2 / (4 * n**2))
        whole = 1 + Z**2 / n
        return (max(0.0, (middle - reach) / whole), min(1.0, (middle + reach) / whole))


def tally(contestants: int, duels: Iterable[tuple[int, int, int | None]]) -> list[Standing]:
    """How each contestant did, in votes of two of them and the place of the better one, None being a tie."""
    wins, losses, ties = [0] * contestants, [0] * contestants, [0] * contestants
    for first, second, better in duels:
        if better is None:
            ties[first] += 1
            ties[second] += 1
        else:
            wins[better] += 1
            losses[second if better == first else first] += 1
    return [Standing(wins=won, losses=lost, ties=tied) for won, lost, tied in zip(wins, losses, ties, strict=True)]
