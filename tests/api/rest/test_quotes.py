"""Quotes over the REST: what is quoted is what is booked."""

import json
from typing import Any

import pytest

from outcrop.catalog.prices import to_dollars, to_micros
from outcrop.store.bookings import all_bookings
from outcrop.units import Micros
from tests.api.examples import EXAMPLES
from tests.conftest import CANVAS, SDXL, TITAN, ULTRA
from tests.serving import Answer, Serving

REQUESTS: list[tuple[str, dict[str, Any], str]] = [
    ("core", {"prompt": "a fox"}, "0.04"),
    (ULTRA, {"prompt": "a fox"}, "0.14"),
    (SDXL, {"text_prompts": [{"text": "a fox"}], "steps": 20}, "0.04"),
    (SDXL, {"text_prompts": [{"text": "a fox"}], "steps": 80}, "0.08"),
    (
        TITAN,
        {
            "taskType": "TEXT_IMAGE",
            "textToImageParams": {"text": "a fox"},
            "imageGenerationConfig": {"numberOfImages": 3, "width": 512, "height": 512},
        },
        "0.024",
    ),
    (CANVAS, EXAMPLES[CANVAS]["OUTPAINTING with maskImage"], "0.04"),
]
"""Model, body, and what it costs at AWS's list prices, by hand."""


def quote(server: Serving, model: str, body: object) -> Answer:
    """Ask what a body would cost."""
    return server.send("POST", "/v1/quote", json.dumps({"model": model, "body": body}).encode())


@pytest.mark.parametrize(("model", "body", "total"), REQUESTS)
def test_what_is_quoted_is_what_is_booked(server: Serving, model: str, body: dict[str, Any], total: str) -> None:
    """To the micro-dollar; the quote itself books nothing."""

    def bookings() -> list[int]:
        with server.directory.database.reading() as connection:
            return [booking.price for booking in all_bookings(connection)]

    before = sum(bookings())
    found = quote(server, model, body).json
    assert found["total"] == total
    assert sum(bookings()) == before
    assert server.send("POST", f"/model/{found['model']}/invoke", json.dumps(body).encode()).status == 200
    assert sum(bookings()) - before == to_micros(total)


@pytest.mark.parametrize(
    ("work", "price", "total"),
    [
        ({}, "0.04", "0.04"),
        ({"steps": 80}, "0.08", "0.08"),
        ({"steps": 80, "pictures": 10}, "0.08", "0.8"),
    ],
)
def test_work_that_is_described_in_place_of_a_body(
    server: Serving, work: dict[str, Any], price: str, total: str
) -> None:
    """Stable Diffusion XL: $0.04 up to 50 steps, $0.08 beyond."""
    body = {"model": SDXL, "work": work, "candidates": 4}
    found = server.send("POST", "/v1/quote", json.dumps(body).encode()).json
    assert (found["price"], found["total"], found["billed"]) == (price, total, total)
    assert found["candidates"] == {"each": 4, "total": to_dollars(Micros(4 * to_micros(total)))}
    assert SDXL in [offer["model"] for offer in found["offers"]]


@pytest.mark.parametrize(
    ("model", "body", "status", "words"),
    [
        ("imagen", {}, 404, "There is no model 'imagen'; choose one of: "),
        ("core", {"prompt": 7}, 422, "#/prompt: expected type: String, found: Integer"),
        ("core", {}, 422, "required key [prompt] not found"),
        (CANVAS, EXAMPLES[CANVAS]["BACKGROUND_REMOVAL"], 422, "is not implemented."),
    ],
)
def test_what_has_no_price(server: Serving, model: str, body: object, status: int, words: str) -> None:
    """Is refused in the words in which InvokeModel would refuse it."""
    answer = quote(server, model, body)
    assert answer.status == status
    assert words in answer.json["detail"]
