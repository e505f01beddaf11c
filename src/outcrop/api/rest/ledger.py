"""The books as they are: entries and pictures, a page at a time, and invoices. Knows rows; adds nothing up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from starlette.responses import JSONResponse, Response

from outcrop.access.directory import Directory
from outcrop.api.rest.asking import Asked
from outcrop.api.rest.period import period
from outcrop.api.rest.whose import whose
from outcrop.catalog.prices import to_dollars
from outcrop.clock import moment_of
from outcrop.ledger.invoice import described, invoice
from outcrop.ledger.month import read_month
from outcrop.store.bookings import Booking
from outcrop.store.pages import NumberedEntry, Part, bookings_after, entries_after

Object = dict[str, object]
PAGE: Final = 100
"""How many there are on a page where nothing is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The books, to be read."""

    directory: Directory
    region: str

    def doing(self) -> Mapping[str, Callable[[Asked], Response]]:
        """Each operation by its name."""
        return {"ListEntries": self.entries, "ListBookings": self.bookings, "GetInvoice": self.invoice}

    def entries(self, asked: Asked) -> Response:
        """ListEntries: what moved in the books, in the order in which it was booked.

        Raises: Denied; NoSuchResource when there is no such account; InvalidRequest when parameters contradict.
        """
        part = self._part(asked)
        with self.directory.database.reading() as connection:
            found = entries_after(connection, part, int(asked.parameters.get("cursor", 0)))
        following = str(found[-1].number) if len(found) == part.limit else None
        return JSONResponse({"entries": [_entry(one) for one in found], "nextCursor": following})

    def bookings(self, asked: Asked) -> Response:
        """ListBookings: pictures, and what became of each, by when they were asked for.

        Raises: Denied; NoSuchResource when there is no such account; InvalidRequest when parameters contradict.
        """
        part = self._part(asked)
        at, _, booking_id = asked.parameters.get("cursor", "0.").partition(".")
        with self.directory.database.reading() as connection:
            found = bookings_after(connection, part, (int(at), booking_id))
        last = found[-1] if len(found) == part.limit else None
        following = None if last is None else f"{last.reserved_at}.{last.id}"
        return JSONResponse({"bookings": [described_booking(one) for one in found], "nextCursor": following})

    def invoice(self, asked: Asked) -> Response:
        """GetInvoice: a month, from its own entries.

        Raises: Denied; NoSuchResource when there is no such account; ImpossibleBooking when the books contradict
        themselves.
        """
        theirs = whose(asked, self.directory.database, self.region)
        with self.directory.database.reading() as connection:
            return JSONResponse(
                described(invoice(connection, read_month(asked.parameters["month"]), theirs.account_id))
            )

    def _part(self, asked: Asked) -> Part:
        theirs, when = whose(asked, self.directory.database, self.region), period(asked.parameters)
        return Part(
            since=when.since,
            until=when.until,
            account_id=theirs.account_id,
            user_name=theirs.user_name,
            limit=asked.parameters.get("limit", PAGE),
        )


def _entry(one: NumberedEntry) -> Object:
    return {
        "number": one.number,
        "at": moment_of(one.entry.at),
        "kind": one.entry.kind,
        "booking": one.entry.booking_id,
        "source": one.entry.source,
        "target": one.entry.target,
        "amount": to_dollars(one.entry.amount),
    }


def described_booking(one: Booking) -> Object:
    """A picture as it is booked, as JSON."""
    return {
        "id": one.id,
        "request": one.request_id,
        "account": one.account_id,
        "user": one.user_name,
        "model": one.model_id,
        "operation": one.operation,
        "tags": one.tags,
        "price": to_dollars(one.price),
        "priceList": one.price_list,
        "state": one.state,
        "askedAt": moment_of(one.reserved_at),
        "closedAt": None if one.closed_at is None else moment_of(one.closed_at),
        "engineSeconds": None if one.engine_ms is None else f"{one.engine_ms / 1000:.3f}",
        "ownCost": None if one.own_cost is None else to_dollars(one.own_cost),
    }
