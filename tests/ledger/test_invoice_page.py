"""An invoice as a page: whole, escaped, and with every figure of the invoice in it."""

from html.parser import HTMLParser

import pytest

from outcrop.errors import ImpossibleBooking, InvalidRequest
from outcrop.ledger.invoice import Invoice, draw_up
from outcrop.ledger.invoice_page import invoice_page
from outcrop.ledger.month import read_month
from outcrop.store.charges import Charge
from outcrop.units import Micros, ModelId

NOVEMBER = read_month("2026-11")
CHARGE = Charge(
    account_id="123456789012",
    model_id=ModelId("a.model"),
    operation="text_to_image",
    price_list="A list & more",
    price=Micros(40_000),
    kind="settle",
    pictures=1_234,
    amount=Micros(49_360_000),
    own_cost=Micros(1_500_001),
    own_of=1_234,
)
BACK = Charge(
    **{name: getattr(CHARGE, name) for name in ("account_id", "model_id", "operation", "price_list", "price")},
    kind="refund",
    pictures=2,
    amount=Micros(80_000),
    own_cost=Micros(0),
    own_of=0,
)


class Cells(HTMLParser):
    """The texts of a table's cells, and whether every element is closed in its turn."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        assert tag != "script" or not attrs
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the last one."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep a text."""
        self.texts.append(data.strip())


def drawn(account_id: str | None = "123456789012") -> Invoice:
    """An invoice of two lines and a pool."""
    return draw_up(NOVEMBER, account_id, [CHARGE, BACK], {"pool:<spring>": Micros(9_280_000)})


def page(found: Invoice, now: float = NOVEMBER.until) -> tuple[str, list[str]]:
    """A page, and its texts."""
    text = invoice_page(found, {ModelId("a.model"): "A <model>"}, {"123456789012": "studio"}, now)
    cells = Cells(text)
    assert cells.open == []
    return text, cells.texts


def test_every_figure_is_there() -> None:
    """1,234 x 0.04 = 49.36, less 2 x 0.04; 49.28 less 9.28 of credit is 40."""
    text, cells = page(drawn())
    for figure in (
        "1,234",
        "$0.04",
        "$49.36",
        "\u22122",
        "\u2212$0.08",
        "1,232 pictures",
        "$49.28",
        "\u2212$9.28",
        "$40.00",
    ):
        assert figure in cells
    assert "studio (123456789012)" in cells
    assert "from credit '<spring>'" in cells
    assert "A <model>" in cells
    assert "cost $1.500001 here." in text
    assert "not over" not in text


def test_what_is_not_known_or_not_over_is_said() -> None:
    """A month under way, and own costs that nobody has told."""
    unknown = draw_up(NOVEMBER, None, [], {})
    text, cells = page(unknown, NOVEMBER.until - 1)
    assert "This month is not over." in text
    assert "Nothing was delivered." in cells
    assert "not known" in text
    assert "all accounts" in cells
    assert "studio (123456789012)" in page(drawn(None))[1]


def test_pictures_charged_otherwise_than_at_their_price_are_loud() -> None:
    """No invoice is drawn up over an error."""
    wrong = Charge(**{name: getattr(CHARGE, name) for name in Charge.__slots__} | {"amount": Micros(1)})
    with pytest.raises(ImpossibleBooking, match=r"1234 pictures of a\.model at 40000 micro-dollars were charged 1;"):
        draw_up(NOVEMBER, None, [wrong], {})


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "11-2026", "9999-12", "2026-11-01"])
def test_what_is_no_month_is_refused(text: str) -> None:
    """As are those after which there is no date."""
    with pytest.raises(InvalidRequest, match="is no month; write it as in 2026-11"):
        read_month(text)
