"""How credit and budgets stand at a moment, read without changing anything. Knows no price and no picture."""

from collections.abc import Sequence
from dataclasses import dataclass

from outcrop.ledger.allowance import used_by
from outcrop.ledger.budgets import begins
from outcrop.store.budgets import Budget, list_budgets
from outcrop.store.credit_pools import CreditPool, pools_that_hold
from outcrop.store.database import Connection
from outcrop.units import Micros


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What there is to pay with, and what may be spent."""

    at: int
    pools: Sequence[CreditPool]
    """Those that can be drawn now."""
    budgets: Sequence[tuple[Budget, Micros]]
    """Each with what is used of it in its present period."""


def standing(connection: Connection, at: int) -> Standing:
    """How it all stands at a moment that is now."""
    budgets = [(budget, used_by(connection, budget, begins(budget, at))) for budget in list_budgets(connection)]
    return Standing(at=at, pools=pools_that_hold(connection, at), budgets=budgets)
