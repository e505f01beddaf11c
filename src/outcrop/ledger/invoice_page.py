"""Sets an invoice as a page that can be printed: HTML in one file, without scripts. Knows invoices; knows no database.

What comes from callers or operators (names of accounts, lists, pools) is escaped.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from html import escape

from outcrop.catalog.prices import dollars
from outcrop.ledger.invoice import Invoice, InvoiceLine
from outcrop.units import ModelId

STYLE = """
@page { size: A4; margin: 18mm 16mm 20mm; @bottom-right { content: counter(page) " / " counter(pages); } }
* { box-sizing: border-box; }
body { font: 10pt/1.45 system-ui, "Helvetica Neue", Arial, sans-serif; color: #1a1d21; margin: 0 auto; max-width: 180mm;
  padding: 12mm 0; }
h1 { font-size: 20pt; font-weight: 600; letter-spacing: -0.01em; margin: 0; }
.of { color: #565d66; margin: 1mm 0 9mm; }
.of strong { color: #1a1d21; font-weight: 600; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { font-size: 8pt; font-weight: 600; color: #565d66; text-align: left; border-bottom: 0.3mm solid #1a1d21; }
th, td { padding: 1.6mm 3mm 1.6mm 0; vertical-align: top; }
th:last-child, td:last-child { padding-right: 0; }
td { border-bottom: 0.1mm solid #d4d8dd; }
tr { break-inside: avoid; }
thead { display: table-header-group; }
.n { text-align: right; white-space: nowrap; }
small { color: #565d66; font-size: 8pt; display: block; overflow-wrap: anywhere; }
.sums { width: 58%; margin: 6mm 0 0 auto; break-inside: avoid; }
.sums td { border: 0; padding-bottom: 0.8mm; padding-top: 0.8mm; }
.sums .due td { border-top: 0.3mm solid #1a1d21; font-size: 12pt; font-weight: 600; padding-top: 2mm; }
.beside { margin: 10mm 0 0; color: #565d66; font-size: 8.5pt; max-width: 130mm; }
@media screen { body { padding: 12mm 8mm; } }
"""


def invoice_page(found: Invoice, models: Mapping[ModelId, str], accounts: Mapping[str, str], now: float) -> str:
    """The page of an invoice; `models` and `accounts` are names for people.

    Units: `now` in seconds since 1970, the moment at which it is printed.
    """
    whom = "all accounts" if found.account_id is None else _account(found.account_id, accounts)
    title = f"Invoice {found.month.name}"
    so_far = " This month is not over." if now < found.month.until else ""
    printed = f"{datetime.fromtimestamp(now, UTC):%Y-%m-%d %H:%M} UTC"
    rows = "\n".join(_row(line, found, models, accounts) for line in found.lines)
    many = found.account_id is None
    headings = [("Account", "")] * many + [
        ("Model", ""),
        ("Pictures", "n"),
        ("Each", "n"),
        ("Amount", "n"),
        ("Own cost", "n"),
    ]
    head = "".join(f'<th class="{kind}">{text}</th>' for text, kind in headings)
    empty = f'<tr><td colspan="{len(headings)}">Nothing was delivered.</td></tr>'
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}, {escape(whom)}</title>
<style>{STYLE}</style>
</head>
<body>
<h1>{title}</h1>
<p class="of"><strong>{escape(whom)}</strong><br>Pictures delivered from {_day(found.month.since)} to
{_day(found.month.until - 1)}, UTC; US dollars. Printed {printed}.{so_far}</p>
<table>
<thead><tr>{head}</tr></thead>
<tbody>
{rows or empty}
</tbody>
</table>
<table class="sums">
{"".join(_sums(found))}</table>
<p class="beside">{_beside(found)}</p>
</body>
</html>
"""


def _row(line: InvoiceLine, found: Invoice, models: Mapping[ModelId, str], accounts: Mapping[str, str]) -> str:
    what = escape(models.get(line.model_id, line.model_id))
    how = line.operation.replace("_", " ") + (", given back" if line.pictures < 0 else "")
    told = f"{what}<small>{escape(how)} · {escape(line.price_list)}</small>"
    own = "&ndash;" if line.own_cost is None else dollars(line.own_cost)
    account = f"<td>{escape(_account(line.account_id, accounts))}</td>" if found.account_id is None else ""
    numbers = (_minus(f"{line.pictures:,}"), dollars(line.price), _minus(dollars(line.amount)), own)
    cells = "".join(f'<td class="n">{number}</td>' for number in numbers)
    return f"<tr>{account}<td>{told}</td>{cells}</tr>"


def _sums(found: Invoice) -> Iterator[str]:
    yield _sum(f"{found.pictures:,} pictures", found.total)
    for pool, amount in found.credit:
        yield _sum(f"from credit '{pool}'", -amount)
    yield _sum("To pay", found.billed, "due")


def _sum(text: str, amount: int, kind: str = "") -> str:
    return f'<tr class="{kind}"><td>{escape(text)}</td><td class="n">{_minus(dollars(amount))}</td></tr>\n'


def _beside(found: Invoice) -> str:
    if not found.own_of:
        return "What this cost here is not known: no list of own costs held in this month."
    part = "" if found.own_of == found.delivered else f", as far as it is known, of {found.own_of:,} of them"
    return f"Drawing the {found.delivered:,} pictures delivered cost {dollars(found.own_cost)} here{part}."


def _minus(number: str) -> str:
    """With the sign that is as wide as a plus."""
    return number.replace("-", "&minus;")


def _account(account_id: str, accounts: Mapping[str, str]) -> str:
    name = accounts.get(account_id)
    return account_id if name is None else f"{name} ({account_id})"


def _day(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d}"
