"""Measures a call of a model, however it ends. Knows errors and their statuses; knows no operation."""

from collections.abc import Iterator
from contextlib import contextmanager

from outcrop.api.problems import status_of
from outcrop.clock import Clock
from outcrop.errors import OutcropError
from outcrop.records.meter import Meter, Outcome


@contextmanager
def measured(metrics: Meter, model: str, clock: Clock) -> Iterator[None]:
    """Count what happens in the block as one call."""
    began = clock()
    outcome: Outcome = "server error"  # as whatever is no domain error is
    try:
        yield
        outcome = "done"
    except OutcropError as error:
        outcome = _outcome(status_of(error))
        raise
    finally:
        metrics.count(model, outcome, (clock() - began) * 1000)


def _outcome(status: int) -> Outcome:
    if status == 429:
        return "throttled"
    return "server error" if status >= 500 else "client error"
