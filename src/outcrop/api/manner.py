"""What the operator decides of how requests are answered. Knows no request."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """The choices; as they stand here, every request that can be answered is."""

    waits_for_weights: bool = True
    """Whether a request waits while its model is loaded; otherwise it is told to come again."""
    answers_retired: bool = True
    """Whether models draw on that AWS has retired; otherwise they are at the end of their life here too."""


AS_MUCH_AS_POSSIBLE = Manner()
"""For whoever has no choices."""
