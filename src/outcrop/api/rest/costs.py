"""What the delivered pictures cost, as JSON or CSV. Knows reports; knows no price list and books nothing."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import JSONResponse, Response

from outcrop.access.directory import Directory
from outcrop.api.rest.asking import Asked
from outcrop.api.rest.period import period
from outcrop.api.rest.whose import whose
from outcrop.catalog.prices import to_dollars
from outcrop.clock import moment_of
from outcrop.ledger.allowance import FOREVER
from outcrop.ledger.report import Line, report
from outcrop.units import Micros

Object = dict[str, object]
HEADINGS = ("pictures", "listPrice", "fromCredit", "billed", "engineSeconds", "ownCost")


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Reports over the books."""

    directory: Directory
    region: str

    def doing(self) -> Mapping[str, Callable[[Asked], Response]]:
        """Each operation by its name."""
        return {"GetCosts": self.get}

    def get(self, asked: Asked) -> Response:
        """GetCosts: the delivered pictures of a period, added up by what was asked for.

        Raises: Denied; NoSuchResource when there is no such account; InvalidRequest when parameters contradict.
        """
        theirs = whose(asked, self.directory.database, self.region)
        asked_period = period(asked.parameters)
        by: Sequence[str] = asked.parameters.get("by", ["model"])
        with self.directory.database.reading() as connection:
            found = report(connection, theirs.span(asked_period.since, asked_period.until), by)
        if asked.parameters.get("format") == "csv":
            return _csv(found, by)
        return JSONResponse(
            {
                "by": by,
                "since": moment_of(asked_period.since),
                "until": None if asked_period.until == FOREVER else moment_of(asked_period.until),
                "currency": "USD",
                "lines": [{"key": dict(zip(by, line.key, strict=True)), **_figures(line)} for line in found],
                "total": _figures(_total(found)),
            }
        )


def _csv(found: Sequence[Line], by: Sequence[str]) -> Response:
    text = io.StringIO()
    rows = [[*line.key, *_figures(line).values()] for line in found]  # CSV has no null: it writes nothing
    csv.writer(text, lineterminator="\n").writerows([[*by, *HEADINGS], *rows])
    return Response(text.getvalue(), media_type="text/csv")


def _figures(line: Line) -> Object:
    amounts = map(to_dollars, (line.cost, line.credit, Micros(line.cost - line.credit)))
    own = to_dollars(line.own) if line.own_of else None
    values = (line.pictures, *amounts, f"{line.engine_ms / 1000:.3f}", own)
    return dict(zip(HEADINGS, values, strict=True))


def _total(found: Sequence[Line]) -> Line:
    return Line(
        key=(),
        pictures=sum(line.pictures for line in found),
        cost=Micros(sum(line.cost for line in found)),
        credit=Micros(sum(line.credit for line in found)),
        engine_ms=sum(line.engine_ms for line in found),
        own=Micros(sum(line.own for line in found)),
        own_of=sum(line.own_of for line in found),
    )
