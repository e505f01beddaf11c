"""Refunds over the REST, from the picture that was drawn to the invoice: pools, budgets and reports say the same."""

from dataclasses import replace

from outcrop.catalog.load import Catalog
from outcrop.clock import day_of, unix_time
from outcrop.ledger.books import open_books
from outcrop.store.bookings import add_bookings, all_bookings
from tests.api.rest.figures import DRAWN, draw, send_json
from tests.serving import ACCOUNT, Serving, serving


def left(server: Serving, pool: str) -> str:
    """What is left of a pool, in dollars."""
    told = server.send("GET", f"/v1/credit-pools/{pool}").json["left"]
    assert isinstance(told, str)
    return told


def test_a_refund_goes_where_the_money_came_from(catalog: Catalog) -> None:
    """Ultra, $0.14: the pool `a` paid $0.02 of it and `b` $0.05, $0.07 were billed; then all of it is back.

    Before it, a picture of Core for $0.04 was paid by `a` alone, of which $0.06 had been granted: it stays paid.
    """
    with serving(catalog) as server:
        send_json(server, "POST", "/v1/credit-pools", {"name": "a", "amount": "0.06", "order": 1})
        send_json(server, "POST", "/v1/credit-pools", {"name": "b", "amount": "0.05", "order": 2})
        send_json(server, "PUT", "/v1/budgets/all", {"scope": "all", "period": "month", "limit": "0.20"})
        draw(server, DRAWN[0])
        draw(server, DRAWN[-1])
        assert (left(server, "a"), left(server, "b")) == ("0", "0")
        (ultra,) = [one for one in server.send("GET", "/v1/bookings").json["bookings"] if one["price"] == "0.14"]
        answer = send_json(server, "POST", "/v1/refunds", {"bookings": [ultra["id"]]})
        assert (answer.status, [one["state"] for one in answer.json["bookings"]]) == (200, ["refunded"])
        assert (left(server, "a"), left(server, "b")) == ("0.02", "0.05")
        assert server.send("GET", "/v1/budgets/all").json["used"] == "0.04"
        total = server.send("GET", "/v1/costs").json["total"]
        assert (total["pictures"], total["listPrice"], total["fromCredit"], total["billed"]) == (1, "0.04", "0.04", "0")
        month = day_of(unix_time()).isoformat()[:7]
        invoice = server.send("GET", f"/v1/invoices/{month}").json
        assert (invoice["total"], invoice["billed"]) == ("0.04", "0")
        assert sorted(line["amount"] for line in invoice["lines"]) == ["-0.14", "0.04", "0.14"]
        again = send_json(server, "POST", "/v1/refunds", {"bookings": [ultra["id"]]})
        assert (again.status, again.json) == (200, answer.json)
        assert (left(server, "a"), left(server, "b")) == ("0.02", "0.05")
        draw(server, DRAWN[-1])  # the budget has room for it again
        with open_books(server.directory.database, unix_time) as books:
            assert books.faults() == []


def test_all_are_refunded_or_none(catalog: Catalog) -> None:
    """One that there is not, and one that was never paid for, hold the others up."""
    with serving(catalog) as server:
        draw(server, DRAWN[0])
        (paid,) = server.send("GET", "/v1/bookings").json["bookings"]
        unknown = send_json(server, "POST", "/v1/refunds", {"bookings": [paid["id"], "nothing/0"]})
        assert (unknown.status, unknown.json["code"]) == (404, "NoSuchResource")
        with server.directory.database.writing() as connection:
            (kept,) = all_bookings(connection)
            add_bookings(connection, [replace(kept, id="free/0", request_id="free", state="released", owner="")])
        released = send_json(server, "POST", "/v1/refunds", {"bookings": [paid["id"], "free/0"]})
        assert released.status == 422
        assert "Picture free/0 is released; only what was paid for" in released.json["detail"]
        states = {one["id"]: one["state"] for one in server.send("GET", "/v1/bookings").json["bookings"]}
        assert states == {paid["id"]: "settled", "free/0": "released"}
        assert paid["account"] == ACCOUNT
