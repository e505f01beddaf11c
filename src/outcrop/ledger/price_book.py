"""The operator's own lists in the database, as this process last saw them. Knows lists; changes none.

Whoever prices a picture asks memory: a server looks again every second, and whoever changes a list at once.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, final

from outcrop.catalog.own_costs import OwnCostList, own_costs_of
from outcrop.catalog.prices import PriceList, price_list_of
from outcrop.errors import BadSettings
from outcrop.store.database import Database
from outcrop.store.price_lists import KeptList, kept_lists, list_states


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What there was at one moment."""

    states: tuple[tuple[str, int | None], ...] = ()
    prices: tuple[PriceList, ...] = ()
    own_costs: tuple[OwnCostList, ...] = ()


@final
class PriceBook:
    """Those lists that are not retired."""

    def __init__(self, database: Database) -> None:
        """They are read at once.

        Raises: BadSettings when one cannot be read.
        """
        self._database = database
        self._seen = _Seen()
        self.look()

    def price_lists(self) -> Sequence[PriceList]:
        """What pictures cost."""
        return self._seen.prices

    def own_costs(self) -> Sequence[OwnCostList]:
        """What the engine costs."""
        return self._seen.own_costs

    def look(self) -> None:
        """Read them anew where something has changed.

        Raises: BadSettings when one cannot be read; then those that were known stay.
        """
        with self._database.reading() as connection:
            states = list_states(connection)
            if states == self._seen.states:
                return
            lists = [read_list(kept) for kept in kept_lists(connection) if kept.retired_at is None]
        self._seen = _Seen(
            states=states,
            prices=tuple(one for one in lists if isinstance(one, PriceList)),
            own_costs=tuple(one for one in lists if isinstance(one, OwnCostList)),
        )


def read_list(kept: KeptList) -> PriceList | OwnCostList:
    """The list of a row.

    Raises: BadSettings when it is none that this Outcrop knows.
    """
    try:
        content = json.loads(kept.content)
        content["holds_from"] = date.fromisoformat(content["holds_from"])
        return price_list_of(content, "database") if kept.kind == "prices" else own_costs_of(content, "database")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadSettings(f"The list '{kept.name}' in the database cannot be used: {error}.") from None


def written(content: Mapping[str, Any]) -> str:
    """A list's document as it is kept."""
    return json.dumps({**content, "holds_from": content["holds_from"].isoformat()})
