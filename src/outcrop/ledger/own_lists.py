"""The operator's own lists of prices and of costs: proposed, added, retired, removed. Knows the rules; books nothing.

A list is never changed: what is booked names it.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from outcrop.catalog.load import Catalog
from outcrop.catalog.own_costs import OwnCostList, own_costs_of
from outcrop.catalog.prices import QUALITIES, PriceList, Rate, Work, price_list_of
from outcrop.clock import UnixTime, new_id
from outcrop.errors import AlreadyThere, InvalidRequest, NoRoom, NoSuchResource
from outcrop.ledger.price_book import read_list, written
from outcrop.store.database import Connection, Database
from outcrop.store.price_lists import (
    KeptList,
    Kind,
    add_list,
    has_cost_since,
    has_priced,
    kept_lists,
    remove_list,
    retire_list,
)

NAME: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9 ,.()_-]{0,126}[A-Za-z0-9.)])?")
YEARS: Final = range(2000, 2100)
MOST: Final = 500
"""Lists that are kept."""
LONGEST: Final = 65_536
"""Of a document, in characters."""
SETTLED_S: Final = 3600
"""How long after its end, or before its beginning, no server can still price a picture by a list."""
TABLES: Final[Mapping[str, Kind]] = {"per_image": "prices", "engine": "own-costs"}
PARTS: Final = ("name", "holds_from", "source")
Listed = PriceList | OwnCostList
Content = Mapping[str, Any]
"""A list's document, as its TOML is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A list there is, wherever it is from."""

    kind: Kind
    listed: Listed
    retired_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLists:
    """All lists there are, of which those in the database change."""

    catalog: Catalog
    """With the lists that ship and those in files."""
    database: Database
    now: UnixTime

    def all(self) -> list[Known]:
        """Every list, the oldest beginning first."""
        with self.database.reading() as connection:
            return self._all(kept_lists(connection))

    def find(self, name: str, kind: Kind | None = None) -> Known:
        """The list of a name.

        Raises: NoSuchResource when there is none.
        """
        for known in self.all():
            if known.listed.name == name and kind in {None, known.kind}:
                return known
        raise _unknown(name)

    def check(self, content: Content) -> Known:
        """What a document would be as a list; nothing is kept.

        Raises: InvalidRequest when it is none or could not hold; NoSuchModel when it prices one that there is not;
        AlreadyThere when one has its name, or another of the operator's begins on its day with a model of its; NoRoom.
        """
        with self.database.reading() as connection:
            return self._checked(connection, content)[0]

    def add(self, content: Content) -> Known:
        """Keep a list: it holds from its day on, in every server within a second.

        Raises: as `check`.
        """
        with self.database.writing() as connection:
            known, normal = self._checked(connection, content)
            kept = KeptList(
                id=new_id(),
                kind=known.kind,
                name=known.listed.name,
                content=written(normal),
                added_at=int(self.now()),
            )
            add_list(connection, kept)
        self.catalog.look()
        return known

    def retire(self, name: str, kind: Kind | None = None) -> Known:
        """End a list now: the one before it holds again; what is booked stays. Again changes nothing.

        Raises: NoSuchResource when there is none; InvalidRequest when it is not in the database.
        """
        with self.database.writing() as connection:
            retire_list(connection, self._kept(connection, name, kind).id, int(self.now()))
        self.catalog.look()
        return self.find(name)

    def remove(self, name: str, kind: Kind | None = None) -> None:
        """Forget a list by which no picture was ever priced, nor can be any more.

        Raises: NoSuchResource when there is none; InvalidRequest when it is not in the database; AlreadyThere when it
        may be in use, or was.
        """
        with self.database.writing() as connection:
            kept = self._kept(connection, name, kind)
            self._refuse_in_use(connection, kept)
            remove_list(connection, kept.id)
        self.catalog.look()

    def _refuse_in_use(self, connection: Connection, kept: KeptList) -> None:
        now, begins = int(self.now()), _midnight(read_list(kept).holds_from)
        if _has_priced(connection, kept, begins):
            raise AlreadyThere(
                f"Pictures are booked by the list '{kept.name}'; retire it: it stays, so that they can be explained."
            )
        if begins > now + SETTLED_S:
            return
        if kept.retired_at is None:
            raise AlreadyThere(f"The list '{kept.name}' holds; retire it. An hour later it can be removed.")
        if now < kept.retired_at + SETTLED_S:
            raise AlreadyThere(
                f"The list '{kept.name}' was retired just now, and a call under way may go by it; remove it in an hour."
            )

    def _kept(self, connection: Connection, name: str, kind: Kind | None) -> KeptList:
        rows = kept_lists(connection)
        for kept in rows:
            if kept.name == name and kind in {None, kept.kind}:
                return kept
        if any(known.listed.name == name and kind in {None, known.kind} for known in self._all(rows)):
            raise InvalidRequest(
                f"The list '{name}' comes from a file; it goes with the file, when the server starts again."
            )
        raise _unknown(name)

    def _all(self, rows: Sequence[KeptList]) -> list[Known]:
        fixed: list[Known] = [
            *(Known(kind="prices", listed=one) for one in self.catalog.prices.lists if one.origin != "database"),
            *(Known(kind="own-costs", listed=one) for one in self.catalog.own_costs.lists),
        ]
        kept = [Known(kind=row.kind, listed=read_list(row), retired_at=row.retired_at) for row in rows]
        return sorted([*fixed, *kept], key=lambda known: known.listed.holds_from)

    def _checked(self, connection: Connection, content: Content) -> tuple[Known, Content]:
        rows = kept_lists(connection)
        kind = _kind(content)
        normal = content if kind == "own-costs" else {**content, "per_image": self._by_ids(content["per_image"])}
        known = Known(kind=kind, listed=_read(normal, kind))
        _refuse_odd(known.listed)
        others = self._all(rows)
        for other in others:
            _refuse_clash(known, other)
        if len(rows) >= MOST:
            raise NoRoom(
                f"There are {MOST} lists in the database, the most there may be; remove one that was never used."
            )
        return known, normal

    def _by_ids(self, given: object) -> dict[str, Any]:
        """Rates by the ids of models, which may be named shortly."""
        if not isinstance(given, Mapping) or not given:
            raise InvalidRequest("The list prices no model; name some under per_image.")
        found: dict[str, Any] = {}
        for name, rates in given.items():
            card = self.catalog.model_named(name)
            if card.id in found:
                raise InvalidRequest(f"The list prices {card.id} twice.")
            found[card.id] = rates
        return found


def read_document(text: str) -> Content:
    """A list's TOML.

    Raises: InvalidRequest when it is none, or longer than a list may be.
    """
    if len(text) > LONGEST:
        raise InvalidRequest(f"The list has more than {LONGEST:,} characters, the most that are taken.")
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InvalidRequest(f"The list is no TOML that can be read: {error}.") from None


def _kind(content: Content) -> Kind:
    """What a document is a list of."""
    tables = [name for name in TABLES if name in content]
    unknown = set(content) - {*PARTS, *TABLES}
    missing = [name for name in PARTS if name not in content]
    if len(tables) != 1 or unknown or missing:
        wrong = f" {', '.join(missing)} is missing." if missing else f" It has {', '.join(unknown)}." if unknown else ""
        raise InvalidRequest(
            f"A list has name, holds_from, source and either [per_image] or [engine]; this is none.{wrong}"
        )
    return TABLES[tables[0]]


def _read(content: Content, kind: Kind) -> Listed:
    try:
        return price_list_of(content, "database") if kind == "prices" else own_costs_of(content, "database")
    except KeyError as error:
        raise InvalidRequest(f"The list cannot be used: {error} is missing.") from None
    except (ValueError, TypeError, AttributeError) as error:
        raise InvalidRequest(f"The list cannot be used: {error}.") from None


def _refuse_odd(listed: Listed) -> None:
    """Refuse what could be read, but hardly is what was meant."""
    if NAME.fullmatch(listed.name) is None:
        raise InvalidRequest(
            f"'{listed.name}' is no name; use 1 to 128 letters, digits, spaces, commas, dots, dashes, underlines "
            "and brackets, and begin with a letter or a digit."
        )
    if listed.holds_from.year not in YEARS:
        raise InvalidRequest(f"holds_from is {listed.holds_from}; write a date from {YEARS[0]} to {YEARS[-1]}.")
    if isinstance(listed, PriceList):
        for model, rates in listed.rates.items():
            _refuse_gaps(model, rates)


def _refuse_gaps(model: str, rates: Sequence[Rate]) -> None:
    """Refuse rates of which one never holds, or that leave a picture without a price."""
    for place, rate in enumerate(rates):
        for before, other in enumerate(rates[:place]):
            if _covers_all_of(other, rate):
                raise InvalidRequest(
                    f"Rate {place + 1} of {model} never holds: rate {before + 1} covers all that it would; the first "
                    "that fits decides, so write the narrow ones first."
                )
    for quality in QUALITIES:
        if not any(rate.covers(Work(pixels=2**53, steps=2**53, quality=quality)) for rate in rates):
            raise InvalidRequest(
                f"The list has no price for large {quality} pictures of {model} with many steps; "
                "end its rates with one that has no limits."
            )


def _covers_all_of(one: Rate, other: Rate) -> bool:
    limits = ((one.max_pixels, other.max_pixels), (one.max_steps, other.max_steps))
    return one.quality in {None, other.quality} and all(
        most is None or (less is not None and less <= most) for most, less in limits
    )


def _refuse_clash(new: Known, other: Known) -> None:
    if new.listed.name == other.listed.name:
        raise AlreadyThere(f"There is a list '{other.listed.name}' already, {_told(other)}; choose another name.")
    both = sorted(_concerned(new) & _concerned(other))
    if (
        new.listed.holds_from == other.listed.holds_from
        and both
        and other.retired_at is None
        and other.listed.origin != "shipped"
    ):
        raise AlreadyThere(
            f"The list '{other.listed.name}', {_told(other)}, begins on {new.listed.holds_from} as well and prices "
            f"{', '.join(both)}; choose another day, or retire it."
        )


def _concerned(known: Known) -> set[str]:
    return set(known.listed.rates) if isinstance(known.listed, PriceList) else {"the engine"}


def _told(known: Known) -> str:
    places = {"shipped": "which comes with Outcrop", "file": "in a file", "database": "in the database"}
    return places[known.listed.origin] + (" and retired" if known.retired_at is not None else "")


def _has_priced(connection: Connection, kept: KeptList, begins: int) -> bool:
    """Whether anything is booked by a list; of own costs, whether anything that may be."""
    if kept.kind == "prices":
        return has_priced(connection, kept.name)
    return has_cost_since(connection, max(begins, kept.added_at) - SETTLED_S)


def _midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def _unknown(name: str) -> NoSuchResource:
    return NoSuchResource(f"There is no list '{name[:128]}'; `outcrop prices list` shows those there are.")
