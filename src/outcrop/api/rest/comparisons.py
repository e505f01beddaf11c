"""Comparisons over the REST: grids of pictures ordered, listed, looked at, renamed, deleted, put on one picture."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from starlette.responses import JSONResponse, Response

from outcrop.access.arns import outcrop_arn
from outcrop.api.invoked import Invocable
from outcrop.api.job_queries import booked_as, new_job_id
from outcrop.api.noting import note_warned
from outcrop.api.rest.asking import Asked
from outcrop.jobs.comparing import Cell, Comparing, WantedComparison
from outcrop.jobs.comparison_described import described, drawn
from outcrop.jobs.comparison_sheet import comparison_sheet
from outcrop.jobs.desk import Desk
from outcrop.store.comparisons import (
    Axis,
    Comparison,
    delete_comparison,
    find_comparison,
    list_comparisons,
    rename_comparison,
)

PAGE: Final = 20
"""How many there are on a page where nothing is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparisons:
    """Comparisons of the account that asks."""

    models: Invocable
    desk: Desk

    def doing(self) -> Mapping[str, Callable[[Asked], Response]]:
        """Each operation by its name."""
        return {
            "CreateComparison": self.create,
            "ListComparisons": self.list_all,
            "GetComparison": self.get,
            "ChangeComparison": self.change,
            "DeleteComparison": self.delete,
            "GetComparisonSheet": self.sheet,
        }

    def create(self, asked: Asked) -> Response:
        """CreateComparison: take an order of all its pictures, and answer before any is drawn.

        Raises: Denied; NoSuchModel; what InvokeModel has for a body; InvalidRequest when there are not as many cells as
        the axes have; AlreadyThere when the key was used for another request; NoRoom; BudgetSpent.
        """
        asked.require(self._arn(asked, "*"))
        body = asked.body
        wanted = WantedComparison(
            name=body["name"],
            down=_axis(body["down"]),
            across=_axis(body["across"]),
            cells=self._cells(asked),
            tags=body.get("tags", {}),
            campaign=body.get("campaign"),
            new_job_id=partial(new_job_id, self.models.directory),
            token=asked.parameters.get("Idempotency-Key"),
        )
        begun = self._comparing.begin(asked.caller.user, wanted)
        note_warned(asked.request, begun.warned)
        made = begun.comparison
        return JSONResponse(self._described(made), 202, {"Location": f"/v1/comparisons/{made.id}"})

    def list_all(self, asked: Asked) -> Response:
        """ListComparisons: the account's, the newest first, a page at a time.

        Raises: Denied.
        """
        asked.require(self._arn(asked, "*"))
        given: Mapping[str, Any] = asked.parameters
        most = given.get("limit", PAGE)
        with self.models.directory.database.reading() as connection:
            found = list_comparisons(connection, asked.caller.user.account_id, given.get("cursor"), most)
            told = [described(connection, one) for one in found]
        return JSONResponse({"comparisons": told, "nextCursor": found[-1].id if len(found) == most else None})

    def get(self, asked: Asked) -> Response:
        """GetComparison: how its cells are getting on.

        Raises: Denied; NoSuchResource when the account has no such comparison.
        """
        return JSONResponse(self._described(self._kept(asked)))

    def change(self, asked: Asked) -> Response:
        """ChangeComparison: what it is called.

        Raises: Denied; NoSuchResource when the account has no such comparison.
        """
        of = self._owned(asked)
        with self.models.directory.database.writing() as connection:
            rename_comparison(connection, of.id, asked.body["name"])
        return JSONResponse(self._described(self._comparing.find(of.account_id, of.id)))

    def delete(self, asked: Asked) -> Response:
        """DeleteComparison: the grid alone; its pictures and the votes on them stay.

        Raises: Denied; NoSuchResource when the account has no such comparison.
        """
        of = self._owned(asked)
        with self.models.directory.database.writing() as connection:
            delete_comparison(connection, of.id, int(self.desk.maker.books.now()))
        return Response(status_code=204)

    def sheet(self, asked: Asked) -> Response:
        """GetComparisonSheet: every cell on one picture.

        Raises: Denied; NoSuchResource when the account has no such comparison; StorageFailed.
        """
        of = self._kept(asked)
        with self.models.directory.database.reading() as connection:
            cells = drawn(connection, of)
        content = comparison_sheet(self.desk.library, of, cells)
        return Response(content, media_type="image/webp", headers={"Cache-Control": "private, no-cache"})

    @property
    def _comparing(self) -> Comparing:
        return Comparing(desk=self.desk, random=self.models.directory.random)

    def _cells(self, asked: Asked) -> list[Cell]:
        """What each cell is drawn from, on a model on which whoever asks may draw."""
        body = asked.body
        tags = {**body.get("tags", {}), **({"campaign": body["campaign"]} if "campaign" in body else {})}
        names = dict.fromkeys(cell["model"] for cell in body["cells"])
        models = {name: self.models.find_in_thread(asked.request, "InvokeModel", self._id(name)) for name in names}
        return [
            Cell(
                model_id=models[cell["model"]].card.id,
                body=cell["body"],
                booked=booked_as(models[cell["model"]], tags),
            )
            for cell in body["cells"]
        ]

    def _id(self, name: str) -> str:
        """The id of the model that has a short name; any other name as it is."""
        return next((card.id for card in self.models.catalog.models.values() if card.alias == name), name)

    def _kept(self, asked: Asked) -> Comparison:
        """The comparison that the path names, if whoever asks may do this to it."""
        comparison_id = asked.parameters["comparison"]
        asked.require(self._arn(asked, comparison_id))
        return self._comparing.find(asked.caller.user.account_id, comparison_id)

    def _owned(self, asked: Asked) -> Comparison:
        """The same of what is asked for by whose it is; whoever may do nothing to their own learns of none."""
        user, comparison_id = asked.caller.user, asked.parameters["comparison"]
        with self.models.directory.database.reading() as connection:
            there = find_comparison(connection, user.account_id, comparison_id)
        asked.require(self._arn(asked, f"{user.name if there is None else there.user_name}/{comparison_id}"))
        return self._comparing.find(user.account_id, comparison_id)

    def _described(self, of: Comparison) -> dict[str, object]:
        with self.models.directory.database.reading() as connection:
            return described(connection, of)

    def _arn(self, asked: Asked, name: str) -> str:
        return outcrop_arn(self.models.region, asked.caller.user.account_id, f"comparison/{name}")


def _axis(given: Mapping[str, Any]) -> Axis:
    return Axis(by=given["by"], values=tuple(given["values"]))
