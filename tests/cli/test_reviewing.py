"""`outcrop reviews` on a home of its own: the queue, a decision that is made once, and what it pays back."""

from pathlib import Path

import pytest

from outcrop.assets.library import NewAsset
from outcrop.cli.accounting import opened
from outcrop.cli.reviewing import OPERATOR, decide, show_reviews
from outcrop.cli.wiring import open_shelves
from outcrop.clock import unix_time
from outcrop.errors import AlreadyThere, InvalidRequest, NoSuchResource
from outcrop.jobs.desk import open_library
from outcrop.jobs.reviewing import hold
from outcrop.ledger.books import Order
from outcrop.ledger.item import Item
from outcrop.settings import Settings, read_settings
from outcrop.store.accounts import Account, add_account
from outcrop.store.assets import find_asset
from outcrop.store.bookings import all_bookings
from outcrop.store.reviews import find_review
from outcrop.units import Micros, ModelId

PAYER = "123456789012"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of a home that has an account."""
    monkeypatch.setenv("OUTCROP_HOME", str(tmp_path))
    settings = read_settings()
    with opened(settings) as (database, _), database.writing() as connection:
        add_account(connection, Account(id=PAYER, name="studio", created_at=0))
    return settings


def waiting(settings: Settings) -> str:
    """The id of a picture that was paid for and is held."""
    with opened(settings) as (database, books):
        order = Order(request_id="job.1", account_id=PAYER, user_name="ann", price_list="list")
        (booking,) = books.reserve(
            order, [Item(model=ModelId("a.model"), operation="text_to_image", price=Micros(40_000))]
        )
        books.settle({booking.id: 10})
        books.hand_over([booking.id])
        library = open_library(database, open_shelves(settings), unix_time)
        digest = library.put(b"a picture")
        new = NewAsset(
            account_id=PAYER, user_name="ann", digest=digest, format="png", width=1, height=1, size_bytes=9, held="held"
        )
        with database.writing() as connection:
            asset = library.keep(connection, new)
            hold(connection, asset, booking.id)
        return asset.id


@pytest.mark.parametrize(
    ("decision", "held", "paid"), [("approve", None, "settled"), ("reject", "rejected", "refunded")]
)
def test_a_decision_is_made_once(
    home: Settings, capsys: pytest.CaptureFixture[str], decision: str, held: str | None, paid: str
) -> None:
    """By the operator, with the reason; it is listed before and after."""
    asset = waiting(home)
    show_reviews(home, "held")
    assert asset in capsys.readouterr().out
    assert asset in decide(home, asset, decision, "Seen.", "Well lit.")  # type: ignore[arg-type]  # one of two
    with opened(home) as (database, _), database.reading() as connection:
        review, kept = find_review(connection, PAYER, asset), find_asset(connection, asset)
        assert review is not None
        assert kept is not None
        assert (review.decision, review.decided_by, kept.held) == (decision, OPERATOR, held)
        assert (review.reason, review.comment) == ("Seen.", "Well lit.")
        assert [booking.state for booking in all_bookings(connection)] == [paid]
    with pytest.raises(AlreadyThere, match="decided already"):
        decide(home, asset, "approve", "Again.", None)
    show_reviews(home, "held")
    assert asset not in capsys.readouterr().out


def test_what_is_not_held_is_not_decided(home: Settings) -> None:
    """And what is no state is not listed."""
    with pytest.raises(NoSuchResource):
        decide(home, "1m848cmaphynda2e", "approve", "Seen.", "Well lit.")
    with pytest.raises(InvalidRequest, match="held, approved, rejected"):
        show_reviews(home, "all")
