"""What is held for a review, asked for by every operation of the contract that reads: none shows it but the reviewer's.

The sheets are pictures, on which it is blank: test_drafts.py and test_comparisons.py look at them.
"""

import json
import re
from collections.abc import Iterator

import pytest

from outcrop.api.rest.contract import contract
from outcrop.catalog.load import Catalog
from outcrop.store.jobs import Sought, list_jobs
from tests.api.rest.drafts import drafted, post
from tests.api.rest.jobs import FOX, ended, post_job
from tests.api.rest.test_comparisons import compared
from tests.serving import Serving, serving

SHEETS = {"GetDraftSheet", "GetComparisonSheet"}
SHOWN = re.compile(rb"data:image|[A-Za-z0-9+/]{400}|\x89PNG|\xff\xd8\xff|WEBPVP8|PK\x03\x04")
"""A picture in an answer, in any of the forms that one has, or an archive."""


@pytest.fixture(scope="module")
def own(catalog: Catalog) -> Iterator[Serving]:
    """A server whose account holds everything."""
    with serving(catalog) as running:
        assert running.send("PUT", "/v1/review-policy", b'{"rules": [{}]}').status == 200
        yield running


@pytest.fixture(scope="module")
def known(own: Serving) -> dict[str, str]:
    """What stands in paths for something that has left a picture which is held."""
    job = ended(own, post_job(own, FOX).json["id"])
    (asset,) = job["assets"]
    return {
        "asset": asset,
        "job": job["id"],
        "set": drafted(own, count=1)["id"],
        "comparison": compared(own)["id"],
        "model": "core",
        "ballot": "none",
        "pair": "1",
        "side": "left",
        "name": "none",
        "month": "2026-11",
    }


def paths(known: dict[str, str], method: str) -> Iterator[tuple[str, str]]:
    """Each operation of a method, by its name, on the path that it has for what is known."""
    for one in contract().operations:
        if one.method == method:
            named = re.sub(r"{(\w+)}", lambda found: known[found[1]], one.path)
            required = [each.name for each in one.parameters if each.required and each.place == "query"]
            yield one.id, named + ("?" + "&".join(f"{name}={known['set']}" for name in required) if required else "")


def test_no_operation_that_reads_shows_it(own: Serving, known: dict[str, str]) -> None:
    """Every picture of the account is held here, so an answer with any picture at all is one too many."""
    shown = set()
    for name, path in paths(known, "GET"):
        for more in ("", "?width=32", "?format=webp") if name == "GetAssetContent" else ("",):
            answer = own.send("GET", path + more)
            if answer.headers["content-type"].startswith(("image/", "application/zip")) or SHOWN.search(answer.body):
                shown.add(name)
    assert shown == {"GetReviewContent", *SHEETS}
    assert not SHOWN.search(own.send("GET", f"/v1/events?set={known['comparison']}").body)


def test_no_operation_that_makes_something_takes_it(own: Serving, known: dict[str, str]) -> None:
    """Neither an archive, a link, a ballot, a logo nor a final; and nothing is handed in for any of them."""
    with own.directory.database.reading() as connection:
        jobs = len(list_jobs(connection, Sought()))
    asset, grid, drafts = known["asset"], known["comparison"], known["set"]
    logo = json.dumps({"palette": [], "use": [], "avoid": [], "logo": {"asset": asset}}).encode()
    refused = {
        "archive": post(own, "/v1/asset-archives", {"assets": [asset]}).status,
        "link": post(own, f"/v1/assets/{asset}/links", {"expiresInSeconds": 60}).status,
        "ballot": post(own, "/v1/ballots", {"comparison": grid}).status,
        "final": post(own, f"/v1/drafts/{drafts}/finish", {"picks": [1]}).status,
        "logo": own.send("PUT", "/v1/brand-kit", logo).status,
    }
    assert refused == {"archive": 403, "link": 403, "ballot": 409, "final": 403, "logo": 403}
    with own.directory.database.reading() as connection:
        assert len(list_jobs(connection, Sought())) == jobs
