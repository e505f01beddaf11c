"""Who makes what jobs ask for, as the settings say."""

from pathlib import Path

import pytest

from outcrop.catalog.load import Catalog
from outcrop.cli.making import open_maker
from outcrop.clock import now, unix_time
from outcrop.errors import Withheld
from outcrop.flow import Flow
from outcrop.ledger.books import open_books
from outcrop.prompt import plain
from outcrop.request import TextToImage
from outcrop.settings import Settings
from outcrop.units import Size
from tests.serving import ACCOUNT, directory_of
from tests.toy_engine import ToyEngine

BLOCKED = TextToImage(prompt=plain("a nude woman"), size=Size(width=64, height=64))


def test_prompts_are_held_back_unless_the_operator_says_otherwise(catalog: Catalog, tmp_path: Path) -> None:
    """`moderation` is on where nobody says anything."""
    with (
        directory_of(tmp_path) as directory,
        open_books(directory.database, unix_time) as books,
        Flow(ToyEngine(), now) as flow,
    ):
        usual = open_maker(Settings(home=tmp_path), catalog, flow, books, directory.database)
        with pytest.raises(Withheld):
            usual.screening.screen(ACCOUNT, BLOCKED)
        off = open_maker(Settings(home=tmp_path, moderation="off"), catalog, flow, books, directory.database)
        off.screening.screen(ACCOUNT, BLOCKED)
