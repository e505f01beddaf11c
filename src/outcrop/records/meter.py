"""The seam to whatever counts calls of models. Knows no library, so that a server nobody measures loads none."""

from typing import Literal, Protocol, final

Outcome = Literal["done", "client error", "server error", "throttled"]
Delivered = Literal["logs", "large data"]
"""What of the invocation logs is written: batches of records, or a long body."""


class Meter(Protocol):
    """Counts calls and pictures."""

    def count(self, model: str, outcome: Outcome, ms: float) -> None:
        """Count a call that has ended."""
        ...

    def count_legacy(self, model: str) -> None:
        """Count a call that succeeded, of a model whose days are numbered."""
        ...

    def count_delivery(self, kind: Delivered, *, succeeded: bool) -> None:
        """Count an object of the invocation logs that was to be written."""
        ...

    def count_pictures(self, model: str, number: int) -> None:
        """Count pictures that are there."""
        ...

    def count_filtered(self, model: str, stage: str) -> None:
        """Count a call that a filter held back, and at which stage."""
        ...


@final
class Unmetered:
    """Counts nothing, for a server whose metrics nobody can see."""

    def count(self, model: str, outcome: Outcome, ms: float) -> None:
        """Forget a call that has ended."""

    def count_legacy(self, model: str) -> None:
        """Forget a call of a model whose days are numbered."""

    def count_delivery(self, kind: Delivered, *, succeeded: bool) -> None:
        """Forget an object of the invocation logs."""

    def count_pictures(self, model: str, number: int) -> None:
        """Forget pictures that are there."""

    def count_filtered(self, model: str, stage: str) -> None:
        """Forget a call that a filter held back."""
