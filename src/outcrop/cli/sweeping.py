"""Keeps house among the assets beside the server, every hour. Knows threads; knows no rule."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Final

from outcrop.assets.library import Library
from outcrop.assets.sweep import sweep
from outcrop.errors import OutcropError
from outcrop.rounds import going_round
from outcrop.store.database import Failure

AN_HOUR_S: Final = 3600.0
ROUNDS_A_DAY: Final = 24
"""Orphans are looked for in one of so many rounds."""

logger = logging.getLogger("outcrop.assets")


@contextmanager
def open_sweeps(library: Library, every_s: float = AN_HOUR_S) -> Iterator[None]:
    """Keep house for as long as the block lasts, first as soon as it begins."""
    rounds = count()
    with going_round(
        "outcrop-assets",
        lambda: _sweep(library, orphans=next(rounds) % ROUNDS_A_DAY == 0),
        every_s,
        at_once=True,
    ):
        yield


def _sweep(library: Library, *, orphans: bool) -> None:
    try:
        swept = sweep(library, orphans=orphans)
    except (*Failure, OutcropError) as error:  # such as an S3 that is away: it may be back at the next round
        logger.error("assets cannot be swept: %s", error)  # noqa: TRY400 - the line says it all
        return
    if swept.expired or swept.erased or swept.orphans:
        logger.info(
            "assets swept: %s expired, %s files removed, %s orphans found", swept.expired, swept.erased, swept.orphans
        )
