"""What every request gets, whatever happens to it: an id, an answer, one line in the log, and an end."""

import json
import logging
from collections.abc import Iterator
from logging.handlers import QueueHandler
from queue import SimpleQueue
from uuid import UUID

import pytest

from outcrop.catalog.load import Catalog
from outcrop.engine.engine import Errand
from tests.conftest import CORE
from tests.serving import ACCOUNT, BEARER_ID, SIGNED, Serving, serving
from tests.signing import Signer
from tests.toy_engine import BREAK, HANG, PATIENCE_S

INVOKE = f"/model/{CORE}/invoke"


Log = SimpleQueue[logging.LogRecord]


@pytest.fixture
def log() -> Iterator[Log]:
    """What the API logs, as it comes: a line is written after the client has its answer."""
    records: Log = SimpleQueue()
    handler = QueueHandler(records)
    logger = logging.getLogger("outcrop.api")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield records
    logger.removeHandler(handler)
    logger.setLevel(before)


def next_record(log: Log, request_id: str) -> logging.LogRecord:
    """The next record that names the request."""
    while request_id not in (record := log.get(timeout=PATIENCE_S)).getMessage():
        pass
    return record


def asking(prompt: str) -> bytes:
    """A body."""
    return json.dumps({"prompt": prompt}).encode()


@pytest.mark.parametrize(
    ("method", "path"), [("POST", INVOKE), ("GET", "/foundation-models"), ("GET", "/nowhere"), ("PUT", INVOKE)]
)
def test_every_answer_has_an_id_of_its_own(server: Serving, method: str, path: str) -> None:
    """Successes and errors alike."""
    ids = {server.send(method, path, asking("a")).headers["x-amzn-requestid"] for _ in range(2)}
    assert {str(UUID(request_id)) for request_id in ids} == ids
    assert len(ids) == 2


def test_a_request_is_one_line_in_the_log(server: Serving, log: Log) -> None:
    """Id, caller, method, path with the model, status and milliseconds; never a word of the prompt."""
    request_id = server.send("POST", INVOKE, asking("a secret garden")).headers["x-amzn-requestid"]
    line = next_record(log, request_id).getMessage()
    assert line.split()[1:5] == [BEARER_ID, "POST", INVOKE, "200"]
    assert line.endswith(" ms")
    assert "secret" not in line


def test_a_defect_is_in_the_log_with_its_traceback(server: Serving, log: Log) -> None:
    """Under the id that the client has, before the line of the request; the client hears nothing of it."""
    answer = server.send("POST", INVOKE, asking(BREAK))
    request_id = answer.headers["x-amzn-requestid"]
    defect = next_record(log, request_id)
    assert defect.levelno == logging.ERROR
    assert "a secret of the engine" in defect.getMessage()
    assert " 500 " in next_record(log, request_id).getMessage()
    assert "secret" not in answer.body.decode()


def test_a_client_that_hangs_up_stops_its_picture(catalog: Catalog) -> None:
    """At its next step, and the server goes on."""
    with serving(catalog) as own:
        connection = own.connect()
        connection.request("POST", INVOKE, asking(HANG), SIGNED)
        begun = own.engine.under_way.get(timeout=PATIENCE_S)
        connection.close()
        assert own.engine.stopped.get(timeout=PATIENCE_S) == begun
        assert own.send("POST", INVOKE, asking("a")).status == 200


def test_a_client_that_hangs_up_in_its_body_does_no_harm(catalog: Catalog) -> None:
    """Nothing was begun, and the server goes on."""
    with serving(catalog) as own:
        connection = own.connect()
        connection.putrequest("POST", INVOKE)
        for name, value in (SIGNED | {"Content-Length": "100"}).items():
            connection.putheader(name, value)
        connection.endheaders(b'{"prompt":')
        connection.close()
        assert own.send("POST", INVOKE, asking("a")).status == 200
        assert own.engine.under_way.get(timeout=PATIENCE_S).prompt.text == "a"
        assert own.engine.under_way.empty()


def test_a_picture_is_drawn_for_whoever_signed(catalog: Catalog) -> None:
    """For the account, whichever of its keys it showed, and somebody watches: accounts share the engine fairly."""
    with serving(catalog) as own:
        assert own.send("POST", INVOKE, asking("a")).status == 200
        signed = dict(Signer().headers("POST", INVOKE, asking("a"), host=f"127.0.0.1:{own.port}"))
        assert own.send("POST", INVOKE, asking("a"), signed).status == 200
        assert own.engine.errands == [Errand(account=ACCOUNT), Errand(account=ACCOUNT)]
        assert own.engine.errands[0].priority == "interactive"


def test_a_picture_under_way_is_answered_when_the_engine_stops(catalog: Catalog) -> None:
    """With an error that boto3 repeats: a server that comes back will have the picture."""
    with serving(catalog) as own:
        connection = own.connect()
        connection.request("POST", INVOKE, asking(HANG), SIGNED)
        own.engine.under_way.get(timeout=PATIENCE_S)
        own.engine.close()
        response = connection.getresponse()
        assert (response.status, json.loads(response.read())) == (503, {"message": "The engine is stopping."})
        connection.close()


def test_a_server_that_stops_answers_those_it_will_not_wait_for(catalog: Catalog) -> None:
    """A request that outlasts the time of grace hears that the server stops, and its picture stops too."""
    with serving(catalog, grace_s=1) as own:
        connection = own.connect()
        connection.request("POST", INVOKE, asking(HANG), SIGNED)
        begun = own.engine.under_way.get(timeout=PATIENCE_S)
        own.server.should_exit = True
        response = connection.getresponse()
        assert response.status == 503
        assert "The server is stopping" in json.loads(response.read())["message"]
        assert own.engine.stopped.get(timeout=PATIENCE_S) == begun
        connection.close()
