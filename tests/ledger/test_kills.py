"""A server that is killed at any point of a call: its pictures are paid if and only if they were delivered."""

import http.client
import json
import signal
from pathlib import Path

import pytest

from outcrop.clock import unix_time
from outcrop.ledger.books import open_books
from outcrop.store.bookings import all_bookings, bookings_in_hand
from outcrop.store.database import Database
from tests.conftest import CANVAS, CORE
from tests.databases import Cluster, Place
from tests.ledger.crashing import POINTS, SENT
from tests.ledger.forking import Nursery, nursery
from tests.serving import SIGNED, directory_of
from tests.toy_engine import PATIENCE_S

TWO = {
    "taskType": "TEXT_IMAGE",
    "textToImageParams": {"text": "a fox"},
    "imageGenerationConfig": {"numberOfImages": 2, "width": 320, "height": 320},
}
CALLS = ((CORE, {"prompt": "a fox", "output_format": "jpeg"}, 40_000), (CANVAS, TWO, 80_000))
"""Model, body and price of all its pictures, in micro-dollars: small ones, which are marked and encoded soon."""
LOOK_S = 0.002
"""Seconds between two looks into the books."""


def delivered_until_killed(servers: Nursery, place: Place, point: str, nth: int) -> int:
    """Start a server, call it until it dies, and return what the answers that came whole cost together."""
    port, delivered = servers.start(place, point, nth), 0
    try:
        for number in range(nth + 1):
            model, body, price = CALLS[number % len(CALLS)]
            delivered += price * _arrives(port, model, json.dumps(body).encode())
            _wait_until_handed_over(place, servers)
    except (ConnectionError, http.client.HTTPException):
        pass
    assert servers.end() == -signal.SIGKILL
    return delivered


def _arrives(port: int, model: str, body: bytes) -> bool:
    """Whether the picture comes: a connection that breaks has brought none."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        connection.request("POST", f"/model/{model}/invoke", body, SIGNED)
        response = connection.getresponse()
        assert response.status == 200
        return bool(json.loads(response.read())["images"])
    finally:
        connection.close()


def _wait_until_handed_over(place: Place, servers: Nursery) -> None:
    """The books hear a moment after the client that an answer has left; the next kill is not to come in between."""
    with place.open() as database:
        while True:
            with database.reading() as connection:
                if not bookings_in_hand(connection):
                    return
            if servers.has_ended(LOOK_S):
                return


def settled(place: Place) -> int:
    """What is settled after the next start, at which nothing dangles and the books are right."""
    with place.open() as database:
        if place.url is not None:
            _wait_until_noticed(database)
        with open_books(database, unix_time) as books:
            assert books.faults() == []
        with database.reading() as connection:
            bookings = all_bookings(connection)
    assert {booking.state for booking in bookings} <= {"settled", "released", "refunded"}
    return sum(booking.price for booking in bookings if booking.state == "settled")


def _wait_until_noticed(database: Database) -> None:
    """PostgreSQL hears a moment after the end of a process that nobody is there any more."""
    with database.reading() as connection:
        owners = {booking.owner for booking in bookings_in_hand(connection)}
    for owner in owners:
        with database.owners.living(owner):
            pass


def kill(place: Place, toy: Path, times: int) -> None:
    """Kill a server at each point in turn, and compare the books with what arrived after each kill."""
    with directory_of(place.home, url=place.url):
        pass
    arrived = 0
    with nursery(place.home, toy) as servers:
        for number in range(times):
            arrived += delivered_until_killed(servers, place, POINTS[number % len(POINTS)], 1 + number % 3)
            assert settled(place) == arrived


def test_pictures_are_paid_if_they_were_delivered(tmp_path: Path, toy_folder: Path) -> None:
    """Twenty kills: at each point of the first, the second and the third call, and five more."""
    kill(Place(home=tmp_path), toy_folder, 20)


@pytest.mark.slow
def test_three_hundred_kills(tmp_path: Path, toy_folder: Path) -> None:
    """As above, longer."""
    kill(Place(home=tmp_path), toy_folder, 300)


@pytest.mark.slow
def test_kills_on_postgresql(postgresql: Cluster, tmp_path: Path, toy_folder: Path) -> None:
    """One at each point: what was dead is noticed by its session there."""
    with postgresql.database("migrated") as name:
        kill(Place(home=tmp_path, url=postgresql.url(name)), toy_folder, len(POINTS))


def test_a_kill_right_after_the_answer_left_is_for_the_house(tmp_path: Path, toy_folder: Path) -> None:
    """Nobody can tell then whether it arrived, so it is given back: never is a picture paid that did not come."""
    place = Place(home=tmp_path)
    with directory_of(tmp_path):
        pass
    with nursery(tmp_path, toy_folder) as servers:
        arrived = delivered_until_killed(servers, place, SENT, 1)
    assert settled(place) == 0
    assert arrived in {0, CALLS[0][2]}
