"""The price lists of the database, for whoever has the settings' catalogue. Knows threads; changes no list."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from outcrop.catalog.load import Catalog
from outcrop.clock import day_of, unix_time
from outcrop.errors import BadSettings
from outcrop.ledger.price_book import PriceBook
from outcrop.rounds import going_round
from outcrop.settings import Settings
from outcrop.store.database import FILE_NAME, Database, Failure, open_database

LOOK_S: Final = 1.0
"""Seconds between two looks for lists that have changed."""

logger = logging.getLogger("outcrop.prices")


@contextmanager
def open_prices(catalog: Catalog, database: Database, every_s: float = LOOK_S) -> Iterator[Catalog]:
    """The catalogue with the lists in the database, whoever changes them, for as long as the block lasts.

    Raises: BadSettings when one cannot be read at first.
    """
    book = PriceBook(database)

    def look() -> None:
        try:
            book.look()
        except (*Failure, BadSettings) as error:  # such as a database that is away: the lists that are known hold
            logger.error("price lists cannot be looked for: %s", error)  # noqa: TRY400 - the line says it all

    with going_round("outcrop-prices", look, every_s):
        yield catalog.keeping(book)


def with_kept_lists(catalog: Catalog, database: Database) -> Catalog:
    """The catalogue at today's prices, with the lists that the database keeps now.

    Raises: BadSettings when one cannot be read.
    """
    return catalog.keeping(PriceBook(database)).on(day_of(unix_time()))


def at_prices_of(settings: Settings, catalog: Catalog) -> Catalog:
    """The same where there may be no database yet: none is made.

    Raises: BadSettings.
    """
    if settings.database is None and not (settings.home / FILE_NAME).exists():
        return catalog
    with open_database(settings.home, settings.database) as database:
        return with_kept_lists(catalog, database)
