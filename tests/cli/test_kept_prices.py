"""The lists of the database beside a server: seen at the next look, and a look that fails changes nothing."""

import logging
from threading import Event

import pytest

from outcrop.catalog.load import Catalog
from outcrop.cli.kept_prices import open_prices
from outcrop.clock import day_of, unix_time
from outcrop.ledger.own_lists import OwnLists
from outcrop.ledger.price_book import PriceBook
from outcrop.store.price_lists import KeptList, add_list
from outcrop.units import ModelId
from tests.conftest import CORE
from tests.databases import Place
from tests.toy_engine import PATIENCE_S


def wait_for(catalog: Catalog, name: str) -> None:
    """Until a list holds for Core."""
    deadline = unix_time() + PATIENCE_S
    while catalog.on(day_of(unix_time())).prices.of(ModelId(CORE)).name != name:
        assert unix_time() < deadline, f"'{name}' is not seen"
        Event().wait(0.01)


def test_a_server_goes_by_what_others_change(place: Place, catalog: Catalog, caplog: pytest.LogCaptureFixture) -> None:
    """Without being told; what cannot be read is an error in the log, and what was known holds."""
    caplog.set_level(logging.ERROR, "outcrop.prices")
    content = {"name": "Ours", "holds_from": day_of(unix_time()), "source": "us", "per_image": {CORE: "0.01"}}
    shipped = catalog.prices.of(ModelId(CORE)).name
    with place.open() as here, place.open() as elsewhere, open_prices(catalog, here, every_s=0.01) as priced:
        other = OwnLists(catalog=catalog.keeping(PriceBook(elsewhere)), database=elsewhere, now=unix_time)
        other.add(content)
        wait_for(priced, "Ours")
        other.retire("Ours")
        wait_for(priced, shipped)
        with elsewhere.writing() as connection:
            add_list(connection, KeptList(id="odd", kind="prices", name="Odd", content="{}", added_at=0))
        deadline = unix_time() + PATIENCE_S
        while not caplog.messages:
            assert unix_time() < deadline, "no error"
            Event().wait(0.01)
        wait_for(priced, shipped)
    assert "The list 'Odd' in the database cannot be used" in caplog.messages[0]
