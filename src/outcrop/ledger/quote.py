"""What pictures would cost, before they are asked for. Pure; knows no database and books nothing.

It goes by the same lists, pools and budgets as a booking, so that at the same moment a request costs what it was
quoted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from outcrop.catalog.card import ModelCard
from outcrop.catalog.load import Catalog
from outcrop.catalog.prices import LEAST, PriceList, Work, to_dollars
from outcrop.clock import moment_of
from outcrop.errors import NoSuchModel
from outcrop.ledger import entries
from outcrop.ledger.budgets import begins, concerns, ends, refusal
from outcrop.ledger.credits import split
from outcrop.ledger.standing import Standing
from outcrop.plan import Plan
from outcrop.store.bookings import Booking
from outcrop.store.budgets import Budget
from outcrop.units import Micros, ModelId

Content = dict[str, object]
"""An object of JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Pictures that somebody may ask for: alike, in one request."""

    model: ModelId
    operation: str
    work: Work | None = LEAST
    """None is not known before the pictures are there: then each is set aside as the dearest."""
    pictures: int = 1
    passed_on: bool = False
    """Whether they are drawn elsewhere: then `pictures` is how many there may be, and those that come are paid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """Who would ask for them."""

    account_id: str
    user_name: str
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The same pictures by one model."""

    model: ModelId
    name: str
    price: Micros
    """Of one picture."""
    total: Micros
    price_list: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What a credit pool would pay."""

    pool: str
    amount: Micros
    left: Micros
    """Afterwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Charged:
    """What a budget would be charged."""

    budget: str
    ceiling: Micros
    left: int
    """Afterwards, in micro-dollars; below 0 the request is refused."""
    pictures: int
    """How many such pictures it allows now."""
    begins_anew: int | None
    """Seconds since 1970; None is never."""
    refusal: str
    """What whoever asks would be told; empty where it fits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What pictures would cost, and who would pay."""

    wanted: Wanted
    offer: Offer
    offers: tuple[Offer, ...]
    """By every model that does such work, the cheapest first; those of which AWS still sells."""
    credit: tuple[Drawn, ...]
    billed: Micros
    """What no credit covers."""
    budgets: tuple[Charged, ...]
    """Those that they would count towards."""

    @property
    def refusal(self) -> str:
        """Why the request would be refused; empty where it would not."""
        return next((each.refusal for each in self.budgets if each.refusal), "")


def wanted(plans: Sequence[Plan]) -> Wanted:
    """The pictures of a planned request, of which there is at least one."""
    first = plans[0]
    return Wanted(model=first.model, operation=first.operation, work=first.work, pictures=len(plans))


def quote(asked: Wanted, payer: Payer, catalog: Catalog, standing: Standing) -> Quote:
    """What pictures would cost at a moment, on the catalogue's prices of that day.

    Raises: NoSuchModel when the catalogue has no such model, or its lists no price for such a picture.
    """
    offer = _offer(catalog.model(asked.model), asked, catalog)
    whole = _booking(asked, payer, offer, standing.at)
    left = {pool.name: pool.left for pool in standing.pools}
    # All at once as one by one: a pool is drawn to its end before the next one is.
    legs = split(whole, standing.pools)
    credit = [(leg.source.removeprefix(entries.POOL), leg.amount) for leg in legs if _is_credit(leg.source)]
    return Quote(
        wanted=asked,
        offer=offer,
        offers=_offers(asked, catalog),
        credit=tuple(Drawn(pool=name, amount=part, left=Micros(left[name] - part)) for name, part in credit),
        billed=Micros(offer.total - sum(part for _, part in credit)),
        budgets=tuple(
            _charged(budget, used, whole, offer.price) for budget, used in standing.budgets if concerns(budget, whole)
        ),
    )


def price_of(prices: PriceList, model: ModelId, work: Work | None) -> Micros:
    """What is set aside for one picture of such work, in micro-dollars.

    Raises: NoSuchModel when the list has no price for it.
    """
    return prices.dearest(model) if work is None else prices.price(model, work)


def described(found: Quote, candidates: int = 4) -> Content:
    """A quote as JSON: amounts are decimal texts of US dollars, exact to the micro-dollar, moments those of RFC 3339.

    `candidates` is of how many variations of each picture the price is told.
    """
    asked = found.wanted
    return {
        **_described(found.offer),
        "operation": asked.operation,
        "pictures": asked.pictures,
        "passedOn": asked.passed_on,
        "currency": "USD",
        "candidates": {"each": candidates, "total": to_dollars(Micros(found.offer.total * candidates))},
        "offers": [_described(offer) for offer in found.offers],
        "credit": [
            {"pool": each.pool, "amount": to_dollars(each.amount), "left": to_dollars(each.left)}
            for each in found.credit
        ],
        "billed": to_dollars(found.billed),
        "budgets": [_described_budget(each) for each in found.budgets],
        "refusal": found.refusal or None,
    }


def _described(offer: Offer) -> Content:
    return {
        "model": offer.model,
        "name": offer.name,
        "price": to_dollars(offer.price),
        "total": to_dollars(offer.total),
        "priceList": offer.price_list,
    }


def _described_budget(charged: Charged) -> Content:
    return {
        "budget": charged.budget,
        "limit": to_dollars(charged.ceiling),
        "left": to_dollars(Micros(charged.left)),
        "pictures": charged.pictures,
        "beginsAnew": None if charged.begins_anew is None else moment_of(charged.begins_anew),
        "fits": not charged.refusal,
    }


def _is_credit(source: str) -> bool:
    return source.startswith(entries.POOL)


def _offer(card: ModelCard, asked: Wanted, catalog: Catalog) -> Offer:
    listed = catalog.prices.of(card.id)
    price = price_of(listed, card.id, asked.work)
    return Offer(
        model=card.id, name=card.name, price=price, total=Micros(price * asked.pictures), price_list=listed.name
    )


def _offers(asked: Wanted, catalog: Catalog) -> tuple[Offer, ...]:
    found = []
    for card in catalog.models.values():
        if card.id == asked.model or (card.lifecycle == "ACTIVE" and asked.operation in card.operations):
            try:
                found.append(_offer(card, asked, catalog))
            except NoSuchModel:  # no list knows what this one would ask for it
                continue
    return tuple(sorted(found, key=lambda offer: (offer.price, offer.model)))


def _charged(budget: Budget, used: Micros, whole: Booking, price: Micros) -> Charged:
    since = begins(budget, whole.reserved_at)
    free = budget.ceiling - used
    return Charged(
        budget=budget.name,
        ceiling=budget.ceiling,
        left=free - whole.price,
        pictures=max(free, 0) // max(price, 1),
        begins_anew=ends(budget, since),
        refusal=refusal(budget, since, used, whole.price) if whole.price > max(free, 0) else "",
    )


def _booking(asked: Wanted, payer: Payer, offer: Offer, at: int) -> Booking:
    """All of it as if it were one picture."""
    return Booking(
        id="",
        request_id="",
        account_id=payer.account_id,
        user_name=payer.user_name,
        model_id=offer.model,
        operation=asked.operation,
        tags=payer.tags,
        price=offer.total,
        price_list=offer.price_list,
        reserved_at=at,
        owner="",
    )
