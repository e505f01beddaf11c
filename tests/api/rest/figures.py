"""Pictures that are drawn and paid for on a real server, for reports to add up. Knows no report."""

import json
from dataclasses import dataclass

from tests.conftest import CORE, SD35, ULTRA
from tests.serving import SIGNED, Answer, Serving


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A request for a picture, and what it says of itself."""

    model: str
    campaign: str


DRAWN = (
    Drawing(model=CORE, campaign="spring"),
    Drawing(model=CORE, campaign="spring"),
    Drawing(model=CORE, campaign="autumn"),
    Drawing(model=SD35, campaign="autumn"),
    Drawing(model=ULTRA, campaign="spring"),
)
"""3 times $0.04 + $0.08 + $0.14 = $0.34."""


def draw(server: Serving, drawing: Drawing) -> None:
    """Draw one, and pay for it."""
    tags = {"X-Amzn-Bedrock-Request-Metadata": json.dumps({"campaign": drawing.campaign})}
    answer = server.send("POST", f"/model/{drawing.model}/invoke", b'{"prompt":"a fox"}', SIGNED | tags)
    assert answer.status == 200


def send_json(server: Serving, method: str, path: str, content: object = None) -> Answer:
    """Send a request of the REST with a body, if it has one."""
    return server.send(method, path, None if content is None else json.dumps(content).encode())
