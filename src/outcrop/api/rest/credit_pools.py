"""Credit pools: listed, granted, closed, and how each was used up. Knows how they read; draws nothing from one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.responses import JSONResponse, Response

from outcrop.access.arns import outcrop_arn
from outcrop.access.directory import Directory
from outcrop.api.rest.asking import Asked
from outcrop.api.rest.whose import account_id_of, whose
from outcrop.catalog.load import Catalog
from outcrop.catalog.prices import to_dollars, to_micros
from outcrop.clock import day_of, moment_of
from outcrop.errors import InvalidRequest, NoSuchResource
from outcrop.ledger import entries
from outcrop.ledger.books import Books
from outcrop.ledger.burn_down import burn_down
from outcrop.ledger.invoice import signed
from outcrop.ledger.report import run_out
from outcrop.store.credit_pools import CreditPool, list_pools
from outcrop.store.database import Connection
from outcrop.store.movements import days_of_pool

Object = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditPools:
    """Credit that is drawn before anybody pays."""

    catalog: Catalog
    directory: Directory
    books: Books
    region: str

    def doing(self) -> Mapping[str, Callable[[Asked], Response]]:
        """Each operation by its name."""
        return {
            "ListCreditPools": self.list_all,
            "CreateCreditPool": self.create,
            "GetCreditPool": self.get,
            "CloseCreditPool": self.close,
        }

    def list_all(self, asked: Asked) -> Response:
        """ListCreditPools: those that an account may use, or all of them.

        Raises: Denied; NoSuchResource when there is no such account.
        """
        account = whose(asked, self.directory.database, self.region).account_id
        with self.directory.database.reading() as connection:
            found = [
                self._described(connection, pool)
                for pool in list_pools(connection)
                if account is None or not pool.accounts or account in pool.accounts
            ]
        return JSONResponse({"creditPools": found})

    def create(self, asked: Asked) -> Response:
        """CreateCreditPool: grant credit.

        Raises: Denied; AlreadyThere when a pool has its name; NoSuchModel or NoSuchResource when it is for a model or
        an account that there is not; InvalidRequest when it would end before it starts.
        """
        body = asked.body
        asked.require(self._arn(body["name"]))
        granted, starts, ends = to_micros(body["amount"]), body.get("since"), body.get("until")
        pool = CreditPool(
            name=body["name"],
            amount=granted,
            left=granted,
            starts_at=int(self.books.now()) if starts is None else _midnight(starts),
            ends_at=None if ends is None else _midnight(ends),
            place=body.get("order"),
            models=tuple(self.catalog.model_named(name).id for name in body.get("models", ())),
            accounts=tuple(
                account_id_of(asked, name, self.directory.database, self.region) for name in body.get("accounts", ())
            ),
        )
        if pool.ends_at is not None and pool.ends_at <= pool.starts_at:
            raise InvalidRequest("The pool would end before it starts; give a later 'until'.")
        self.books.grant(pool)
        with self.directory.database.reading() as connection:
            return JSONResponse(self._described(connection, pool), 201)

    def get(self, asked: Asked) -> Response:
        """GetCreditPool: one pool, and what was drawn from it day by day.

        Raises: Denied; NoSuchResource when there is none of that name.
        """
        name = asked.parameters["name"]
        asked.require(self._arn(name))
        with self.directory.database.reading() as connection:
            found = self._described(connection, _find(connection, name))
            moved = days_of_pool(connection, entries.pool(name))
        days = [
            {
                "day": one.day.isoformat(),
                "drawn": signed(one.drawn),
                "ended": to_dollars(one.ended),
                "left": to_dollars(one.left),
            }
            for one in burn_down(moved, day_of(self.books.now()))
        ]
        return JSONResponse(found | {"burnDown": days})

    def close(self, asked: Asked) -> Response:
        """CloseCreditPool: nothing is drawn from it any more, and what is left expires; what it paid stays paid.

        Raises: Denied; NoSuchResource when there is none of that name.
        """
        name = asked.parameters["name"]
        asked.require(self._arn(name))
        self.books.end(name)
        with self.directory.database.reading() as connection:
            return JSONResponse(self._described(connection, _find(connection, name)))

    def _arn(self, name: str) -> str:
        return outcrop_arn(self.region, "", f"credit-pool/{name}")

    def _described(self, connection: Connection, pool: CreditPool) -> Object:
        now = int(self.books.now())
        out = run_out(connection, pool, now)
        return {
            "name": pool.name,
            "amount": to_dollars(pool.amount),
            "left": to_dollars(pool.left),
            "since": moment_of(pool.starts_at),
            "until": None if pool.ends_at is None else moment_of(pool.ends_at),
            "order": pool.place,
            "models": pool.models,
            "accounts": pool.accounts,
            "runsOut": None if out is None else out.isoformat(),
            "pictures": self._pictures(pool, now),
        }

    def _pictures(self, pool: CreditPool, now: int) -> list[Object]:
        """How many pictures it still pays for, by each model that it covers and that AWS still sells."""
        prices = self.catalog.on(day_of(now)).prices
        covered = [card for card in self.catalog.models.values() if not pool.models or card.id in pool.models]
        return [
            {"model": card.id, "pictures": pool.left // max(prices.price(card.id), 1)}
            for card in covered
            if card.lifecycle == "ACTIVE"
        ]


def _midnight(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())


def _find(connection: Connection, name: str) -> CreditPool:
    for pool in list_pools(connection):
        if pool.name == name:
            return pool
    raise NoSuchResource(f"There is no credit pool '{name}'; GET /v1/credit-pools shows those there are.")
