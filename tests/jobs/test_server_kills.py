"""A server that is killed amid a draft set or its finals, and one that goes on: each picture is there and paid once.

All of it through HTTP: whoever ordered orders again under the same keys when the connection breaks, as clients do.
"""

import http.client
import json
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from outcrop.access.user_policies import OPERATOR, put_managed_policy
from tests.databases import Place
from tests.jobs.ordering import DRAFTS, FINALS
from tests.jobs.test_drafting import check
from tests.ledger.forking import Nursery, nursery
from tests.serving import SIGNED, TESTER, directory_of
from tests.toy_engine import PATIENCE_S

LAST = "before end"
"""Of a credit pool: where the server that went on is killed, too, once all is done."""
POINTS = (
    *(("before reserve_within", 2), ("after reserve_within", 3)),  # while the drafts are ordered
    *(("before reserve", 1), ("after deliver_within", 1), ("before deliver_within", 3)),  # while they are drawn
    *(("before reserve_within", 5), ("after reserve_within", 5)),  # while the finals are ordered
    *(("before reserve", 4), ("before deliver_within", 4), ("after deliver_within", 5)),  # while they are drawn
)
"""Where the first server is killed: at which call of the books, of three drafts and two finals."""
ORDER = {"prompt": "a fox in the snow", "count": DRAFTS, "seed": 7}


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Whoever orders from a server that may die."""

    port: int

    def ask(self, method: str, path: str, wanted: object = None, key: str | None = None) -> dict[str, Any]:
        """What the server answers.

        Raises: OSError or HTTPException when it dies meanwhile.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        try:
            body = None if wanted is None else json.dumps(wanted)
            connection.request(method, path, body, SIGNED | ({} if key is None else {"Idempotency-Key": key}))
            response = connection.getresponse()
            told: dict[str, Any] = json.loads(response.read())
            assert response.status < 300, told
            return told
        finally:
            connection.close()

    def ended(self, set_id: str) -> dict[str, Any]:
        """A set once all of its pictures have ended."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        try:
            connection.request("GET", f"/v1/events?set={set_id}", headers=SIGNED)
            connection.getresponse().read()  # the stream ends when they have
        finally:
            connection.close()
        return self.ask("GET", f"/v1/drafts/{set_id}")

    def order(self) -> None:
        """Order drafts and wait for them, then finals of some, and wait for those."""
        made = self.ask("POST", "/v1/drafts", ORDER, "drafts")["id"]
        assert {one["state"] for one in self.ended(made)["drafts"]} == {"done"}
        self.ask("POST", f"/v1/drafts/{made}/finish", {"picks": list(FINALS)}, "finals")
        assert {one["state"] for one in self.ended(made)["finals"]} == {"done"}


def survived(servers: Nursery, home: Path, point: str, nth: int) -> None:
    """Order from a server that is killed, and once more from the next one."""
    with directory_of(home) as directory, directory.database.writing() as connection:
        put_managed_policy(directory, connection, TESTER, OPERATOR)
    place = Place(home=home)
    with pytest.raises((OSError, http.client.HTTPException)):
        Client(port=servers.start(place, point, nth)).order()
    assert servers.end() == -signal.SIGKILL, (point, nth)
    client = Client(port=servers.start(place, LAST, 1))
    client.order()
    with pytest.raises((OSError, http.client.HTTPException)):
        client.ask("DELETE", "/v1/credit-pools/any")
    assert servers.end() == -signal.SIGKILL


def kill(home: Path, toy: Path, points: Sequence[tuple[str, int]]) -> None:
    """Kill a server at each point, each in a home of its own."""
    with nursery(home, toy) as servers:
        for number, (point, nth) in enumerate(points):
            survived(servers, home / str(number), point, nth)
            check(home / str(number))


def test_drafts_and_finals_survive_their_server(tmp_path: Path, toy_folder: Path) -> None:
    """Killed at every other point of the way from the order to the last final."""
    kill(tmp_path, toy_folder, POINTS[::2])


@pytest.mark.slow
def test_they_survive_it_wherever_it_is_killed(tmp_path: Path, toy_folder: Path) -> None:
    """At the other ones."""
    kill(tmp_path, toy_folder, POINTS[1::2])
