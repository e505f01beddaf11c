"""Pictures that are drawn and paid for on a real server, for reports to add up. Knows no report."""

import json
from dataclasses import dataclass

from tests.conftest import CORE, SD35, ULTRA
from tests.serving import SIGNED, Serving


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
