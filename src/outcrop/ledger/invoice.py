"""The invoice of a month: what was delivered in it, who paid, and what it cost here. Pure but for its one reader.

It is made of the month's own entries, which nothing can change: an invoice of a month that is over stays what it is. A
picture that is given back later is a line of the month in which that happened.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from outcrop.catalog.prices import to_dollars
from outcrop.errors import ImpossibleBooking
from outcrop.ledger import entries
from outcrop.ledger.month import Month
from outcrop.store.charges import Charge, Span, charges, credit_drawn, spent_in
from outcrop.store.database import Connection
from outcrop.units import Micros, ModelId

Content = dict[str, object]
"""An object of JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLine:
    """Pictures alike, at one price; those given back are below 0."""

    account_id: str
    model_id: ModelId
    operation: str
    price_list: str
    price: Micros
    pictures: int
    amount: int
    """Micro-dollars."""
    own_cost: Micros | None
    """What they cost here; None where that is not known of all of them, or they were given back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """What a month comes to."""

    month: Month
    account_id: str | None
    """None is all accounts together."""
    lines: tuple[InvoiceLine, ...]
    credit: tuple[tuple[str, int], ...]
    """Each pool that paid, and how much in micro-dollars."""
    total: int
    """At the prices at which the pictures were booked, in micro-dollars."""
    own_cost: Micros
    """What all of it cost here, as far as it is known."""
    own_of: int
    """Of how many pictures it is."""

    @property
    def pictures(self) -> int:
        """Delivered in the month, less those given back in it."""
        return sum(line.pictures for line in self.lines)

    @property
    def delivered(self) -> int:
        """Delivered in the month, whatever became of them."""
        return sum(line.pictures for line in self.lines if line.pictures > 0)

    @property
    def from_credit(self) -> int:
        """What pools paid, in micro-dollars."""
        return sum(amount for _, amount in self.credit)

    @property
    def billed(self) -> int:
        """What is left to pay, in micro-dollars."""
        return self.total - self.from_credit


def invoice(connection: Connection, month: Month, account_id: str | None) -> Invoice:
    """The invoice of an account, or of all together.

    Raises: ImpossibleBooking when the books contradict themselves.
    """
    span = Span(since=month.since, until=month.until, account_id=account_id)
    drawn = draw_up(month, account_id, charges(connection, span), credit_drawn(connection, span))
    spent = spent_in(connection, span)
    if drawn.total != spent:
        raise ImpossibleBooking(
            f"The lines of {month.name} come to {drawn.total} micro-dollars, but its entries to {spent}; "
            "`outcrop ledger check` says where."
        )
    return drawn


def draw_up(month: Month, account_id: str | None, found: Sequence[Charge], credit: Mapping[str, Micros]) -> Invoice:
    """An invoice of what was charged.

    Raises: ImpossibleBooking when pictures were charged otherwise than at their price.
    """
    for charge in found:
        if charge.amount != charge.pictures * charge.price:
            raise ImpossibleBooking(
                f"{charge.pictures} pictures of {charge.model_id} at {charge.price} micro-dollars were charged "
                f"{charge.amount}; `outcrop ledger check` says which."
            )
    lines = tuple(_line(charge) for charge in found)
    return Invoice(
        month=month,
        account_id=account_id,
        lines=lines,
        credit=tuple((name.removeprefix(entries.POOL), int(amount)) for name, amount in credit.items()),
        total=sum(line.amount for line in lines),
        own_cost=Micros(sum(charge.own_cost for charge in found if charge.kind == "settle")),
        own_of=sum(charge.own_of for charge in found if charge.kind == "settle"),
    )


def described(found: Invoice) -> Content:
    """An invoice as JSON: amounts are decimal texts of US dollars, exact to the micro-dollar."""
    return {
        "month": found.month.name,
        "account": found.account_id,
        "currency": "USD",
        "lines": [_described(line) for line in found.lines],
        "pictures": found.pictures,
        "total": signed(found.total),
        "credit": [{"pool": pool, "amount": signed(amount)} for pool, amount in found.credit],
        "billed": signed(found.billed),
        "ownCost": {"amount": to_dollars(found.own_cost), "pictures": found.own_of, "of": found.delivered},
    }


def signed(micros: int) -> str:
    """Decimal dollars of an amount that may be below 0."""
    return f"-{to_dollars(Micros(-micros))}" if micros < 0 else to_dollars(Micros(micros))


def _line(charge: Charge) -> InvoiceLine:
    sign = 1 if charge.kind == "settle" else -1
    known = sign > 0 and charge.own_of == charge.pictures
    return InvoiceLine(
        account_id=charge.account_id,
        model_id=charge.model_id,
        operation=charge.operation,
        price_list=charge.price_list,
        price=charge.price,
        pictures=sign * charge.pictures,
        amount=sign * charge.amount,
        own_cost=charge.own_cost if known else None,
    )


def _described(line: InvoiceLine) -> Content:
    return {
        "account": line.account_id,
        "model": line.model_id,
        "operation": line.operation,
        "priceList": line.price_list,
        "price": to_dollars(line.price),
        "pictures": line.pictures,
        "amount": signed(line.amount),
        "ownCost": None if line.own_cost is None else to_dollars(line.own_cost),
    }
