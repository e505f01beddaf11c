"""Measures a call of a model, however it ends. Knows errors and their statuses; knows no operation."""

from collections.abc import Iterator
from contextlib import contextmanager

from outcrop.api.problems import status_of
from outcrop.catalog.card import ModelCard
from outcrop.clock import Clock
from outcrop.errors import OutcropError
from outcrop.records.meter import Meter, Outcome


@contextmanager
def measured(metrics: Meter, card: ModelCard, clock: Clock) -> Iterator[None]:
    """Count what happens in the block as one call of a model."""
    began = clock()
    outcome: Outcome = "server error"  # as whatever is no domain error is
    try:
        yield
        outcome = "done"
    except OutcropError as error:
        outcome = _outcome(status_of(error))
        raise
    finally:
        metrics.count(card.id, outcome, (clock() - began) * 1000)
        if outcome == "done" and card.lifecycle == "LEGACY":
            metrics.count_legacy(card.id)


def _outcome(status: int) -> Outcome:
    if status == 429:
        return "throttled"
    return "server error" if status >= 500 else "client error"
