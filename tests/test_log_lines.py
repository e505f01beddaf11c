"""The log as lines of JSON: every line can be read, has its request's id, and holds no secret."""

import http.client
import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from outcrop.api.manner import Manner
from outcrop.catalog.load import Catalog, load_catalog
from outcrop.log_lines import REQUEST_ID, JsonLines
from tests.cli.programs import started
from tests.conftest import CORE, MODELS
from tests.elsewhere import OPERATOR_SECRET, elsewhere, refused
from tests.serving import BEARER_ID, KEY_ID, SECRET, SIGNED, TOKEN, serving
from tests.signing import Signer
from tests.toy_engine import BREAK, PATIENCE_S

INVOKE = f"/model/{CORE}/invoke"
WORD = "rhododendron"


@contextmanager
def written() -> Iterator[io.StringIO]:
    """All that any program part logs, however little, as lines of JSON."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield out
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    """What was written."""
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_is_an_object() -> None:
    """Time, level, where from, what; text of several lines and a traceback do not break it."""
    with written() as out:
        try:
            json.loads("two\nlines")
        except ValueError:
            logging.getLogger("outcrop.test").exception("it %s\n{not a line}", "failed")
    (line,) = lines(out)
    assert line.pop("time")[10] == "T"
    assert "JSONDecodeError: " in line.pop("traceback")
    assert line == {"level": "ERROR", "logger": "outcrop.test", "message": "it failed\n{not a line}"}


def test_a_line_says_which_request_it_is_about() -> None:
    """In its task alone."""
    with written() as out:
        token = REQUEST_ID.set("request-1")
        logging.getLogger("outcrop.test").warning("within")
        REQUEST_ID.reset(token)
        logging.getLogger("outcrop.test").warning("without")
    assert [line.get("requestId") for line in lines(out)] == ["request-1", None]


def test_a_request_s_line_has_its_parts_as_fields(catalog: Catalog) -> None:
    """So that no program has to take a sentence apart."""
    with written() as out, serving(catalog) as server:
        answer = server.send("POST", INVOKE, b'{"prompt":"a"}')
    (line,) = (line for line in lines(out) if "status" in line)
    assert line["requestId"] == answer.headers["x-amzn-requestid"]
    assert (line["key"], line["method"], line["path"], line["status"]) == (BEARER_ID, "POST", INVOKE, 200)
    assert line["ms"] >= 0


def test_trouble_elsewhere_has_its_request_s_id(toy_folder: Path) -> None:
    """What a part deep inside says can be told from what it says of other requests."""
    tiers = {model: {"checkpoint": "toy"} for model in MODELS}
    passed_on = load_catalog(folders={"toy": toy_folder}, tiers=tiers, backend="bedrock")
    trouble = refused("403 Forbidden", "ExpiredTokenException", "The token has expired")
    with (
        written() as out,
        elsewhere(trouble) as there,
        serving(passed_on, manner=Manner(upstream=there.upstream())) as server,
    ):
        answer = server.send("POST", INVOKE, json.dumps({"prompt": WORD}).encode())
    (line,) = (line for line in lines(out) if line["logger"] == "outcrop.forward")
    assert line["requestId"] == answer.headers["x-amzn-requestid"]
    assert "The token has expired" in line["message"]
    for hidden in (OPERATOR_SECRET, "Signature=", WORD, TOKEN):
        assert hidden not in out.getvalue()


def test_nothing_secret_is_in_the_log(catalog: Catalog) -> None:
    """No word of a body, query or header; no secret, token or signature; whether a call is good, bad or a defect."""
    with written() as out, serving(catalog) as server:
        host = f"127.0.0.1:{server.port}"
        for body in ({"prompt": WORD}, {"prompt": 1, "mode": WORD}, {WORD: 1}, {"prompt": "a", "image": WORD}):
            content = json.dumps(body).encode()
            server.send("POST", INVOKE, content)
            signed = dict(Signer(token=None).headers("POST", INVOKE, content, host=host))
            signature = signed["Authorization"].partition("Signature=")[2]
            server.send("POST", INVOKE, content, signed)
            server.send("POST", INVOKE, content, {"Authorization": f"Bearer {SECRET}"})
            server.send("POST", f"{INVOKE}?key={SECRET}", content, SIGNED | {"X-Amz-Security-Token": SECRET})
            assert signature not in out.getvalue()
        server.send("POST", INVOKE, json.dumps({"prompt": f"{WORD} {BREAK}"}).encode())
    assert len([line for line in lines(out) if "status" in line]) == 17
    assert any(line.get("key") == KEY_ID for line in lines(out))
    for hidden in (WORD, SECRET, TOKEN, TOKEN[4:]):
        assert hidden not in out.getvalue()


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_process_writes_as_it_is_told(form: str) -> None:
    """To standard error, from a level on."""
    program = f"""
import logging
from outcrop.log_lines import form_in_use, write_log
write_log(logging.INFO, {form!r})
assert form_in_use() == {form!r}
logging.getLogger("a").debug("no")
logging.getLogger("a").info("yes")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    assert ("message" in json.loads(done.stderr)) if form == "json" else done.stderr.endswith(" a INFO yes\n")


def test_a_server_s_whole_log_is_json(tmp_path: Path) -> None:
    """Its own lines and its engine's, from the first to the last, where the settings say so."""
    (tmp_path / "outcrop.toml").write_text('log_format = "json"\n', encoding="utf-8")
    with started(tmp_path) as (process, url, key):
        host = urlsplit(url).netloc
        signer = Signer(key_id=key["AWS_ACCESS_KEY_ID"], secret=key["AWS_SECRET_ACCESS_KEY"])
        connection = http.client.HTTPConnection(host, timeout=PATIENCE_S)
        connection.request(
            "GET", "/foundation-models", headers=dict(signer.headers("GET", "/foundation-models", host=host))
        )
        request_id = connection.getresponse().headers["x-amzn-requestid"]
        connection.close()
        process.terminate()
        _, err = process.communicate(timeout=PATIENCE_S)
    found = [json.loads(line) for line in err.splitlines()]
    assert request_id in {line.get("requestId") for line in found}
    assert key["AWS_SECRET_ACCESS_KEY"] not in err
