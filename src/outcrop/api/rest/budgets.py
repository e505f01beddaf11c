"""Budgets: listed, made, changed, deleted. Knows whose they are and how they read; takes nothing from one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import JSONResponse, Response

from outcrop.access.arns import outcrop_arn
from outcrop.access.directory import Directory
from outcrop.api.rest.asking import Asked
from outcrop.api.rest.whose import account_id_of, whose
from outcrop.catalog.prices import to_dollars, to_micros
from outcrop.clock import moment_of
from outcrop.errors import InvalidRequest, NoSuchResource
from outcrop.ledger.allowance import used_by
from outcrop.ledger.budgets import begins, ends
from outcrop.store.budgets import Budget, delete_budget, list_budgets, put_budget
from outcrop.store.database import Connection
from outcrop.store.inference_profiles import find_profile, find_profile_named

Object = dict[str, object]
NEEDED = {
    "account": "an account's number or name",
    "user": "an account's number or name, a slash, and a user's name",
    "profile": "an account's number or name, a slash, and an inference profile of its own by name or id",
    "tag": "a tag's name, an equals sign, and its value",
}
"""Scope to what its value is; `all` has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budgets:
    """What may be spent at most."""

    directory: Directory
    region: str

    def doing(self) -> Mapping[str, Callable[[Asked], Response]]:
        """Each operation by its name."""
        return {
            "ListBudgets": self.list_all,
            "GetBudget": self.get,
            "PutBudget": self.put,
            "DeleteBudget": self.delete,
        }

    def list_all(self, asked: Asked) -> Response:
        """ListBudgets: those of an account and its users, or of the whole installation.

        Raises: Denied; NoSuchResource when there is no such account.
        """
        theirs = whose(asked, self.directory.database, self.region)
        with self.directory.database.reading() as connection:
            found = [
                self._described(connection, budget)
                for budget in list_budgets(connection)
                if theirs.account_id in {None, account_of_budget(budget)}
            ]
        return JSONResponse({"budgets": found})

    def get(self, asked: Asked) -> Response:
        """GetBudget: one budget.

        Raises: Denied; NoSuchResource when there is none of that name.
        """
        budget = self._kept(asked)
        with self.directory.database.reading() as connection:
            return JSONResponse(self._described(connection, budget))

    def put(self, asked: Asked) -> Response:
        """PutBudget: make a budget, or put another in the place of the one of its name.

        Raises: Denied; NoSuchResource when it is for an account that there is not; InvalidRequest when its value is no
        value of its scope, or its limit is not in whole micro-dollars.
        """
        asked_for = self._wanted(asked)
        with self.directory.database.reading() as connection:
            kept = _find(connection, asked_for.name)
        asked.require(self._arn(asked_for), *([] if kept is None else [self._arn(kept)]))
        with self.directory.database.writing() as connection:
            put_budget(connection, asked_for)
            content = self._described(connection, asked_for)
        return JSONResponse(content, 201 if kept is None else 200)

    def delete(self, asked: Asked) -> Response:
        """DeleteBudget: it holds nobody up any more.

        Raises: Denied; NoSuchResource when there is none of that name.
        """
        budget = self._kept(asked)
        with self.directory.database.writing() as connection:
            delete_budget(connection, budget.name)
        return Response(status_code=204)

    def _kept(self, asked: Asked) -> Budget:
        """The budget that the path names, if whoever asks may do this to it."""
        name = asked.parameters["name"]
        with self.directory.database.reading() as connection:
            kept = _find(connection, name)
        if kept is None:
            asked.require(outcrop_arn(self.region, asked.caller.user.account_id, f"budget/{name}"))
            raise NoSuchResource(f"There is no budget '{name}'; GET /v1/budgets shows those there are.")
        asked.require(self._arn(kept))
        return kept

    def _wanted(self, asked: Asked) -> Budget:
        body = asked.body
        return Budget(
            name=asked.parameters["name"],
            scope=body["scope"],
            value=self._value(asked, body),
            period=body["period"],
            ceiling=to_micros(body["limit"]),
            warn_at=tuple(sorted(body.get("warnAt", [80]))),
        )

    def _value(self, asked: Asked, body: Mapping[str, Any]) -> str:
        scope: str = body["scope"]
        value: str = body.get("value", "")
        name, sign, rest = value.partition("=" if scope == "tag" else "/")
        right = {"all": not value, "account": bool(value) and not sign}.get(scope, bool(name and sign and rest))
        if not right:
            needed = NEEDED.get(scope)
            raise InvalidRequest(
                f"A budget for {scope} has no value; leave it out."
                if needed is None
                else f"The value of a budget for {scope} is {needed}; '{value[:80]}' is not."
            )
        if scope in {"all", "tag"}:
            return value
        account = account_id_of(asked, name, self.directory.database, self.region)
        return account + sign + (self._profile(account, rest) if scope == "profile" else rest)

    def _profile(self, account: str, named: str) -> str:
        with self.directory.database.reading() as connection:
            found = find_profile_named(connection, account, named) or find_profile(connection, account, named)
        if found is None:
            raise NoSuchResource(f"Account {account} has no inference profile '{named[:80]}' of its own.")
        return found.id

    def _arn(self, budget: Budget) -> str:
        return outcrop_arn(self.region, account_of_budget(budget) or "", f"budget/{budget.name}")

    def _described(self, connection: Connection, budget: Budget) -> Object:
        since = begins(budget, int(self.directory.now()))
        end = ends(budget, since)
        return {
            "name": budget.name,
            "scope": budget.scope,
            "value": budget.value,
            "period": budget.period,
            "limit": to_dollars(budget.ceiling),
            "used": to_dollars(used_by(connection, budget, since)),
            "warnAt": budget.warn_at,
            "beginsAnew": None if end is None else moment_of(end),
        }


def account_of_budget(budget: Budget) -> str | None:
    """The account whose budget it is; None where it is the installation's."""
    return budget.value.partition("/")[0] if budget.scope in {"account", "user", "profile"} else None


def _find(connection: Connection, name: str) -> Budget | None:
    return next((budget for budget in list_budgets(connection) if budget.name == name), None)
