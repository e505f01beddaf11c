"""The studio's files as a real server gives them: whole, kept by browsers, and closed to everything foreign."""

import gzip
import re

import pytest

from outcrop.api.manner import Manner
from outcrop.api.studio import INDEX, TYPES, studio_files
from outcrop.catalog.load import Catalog
from tests.serving import Serving, serving

FILES = sorted(set(studio_files()) - {"/"})


def test_the_first_page_needs_no_key(server: Serving) -> None:
    """It is asked for again each time, which costs nothing while it is the same."""
    answer = server.send("GET", "/", headers={})
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer.headers["cache-control"] == "no-cache"
    again = server.send("GET", "/", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status, again.body) == (304, b"")


def test_a_page_loads_and_calls_nothing_foreign(server: Serving) -> None:
    """Nor may it be framed, nor run what is written into it."""
    policy = server.send("GET", "/", headers={}).headers["content-security-policy"].split("; ")
    assert policy[:2] == ["default-src 'none'", "script-src 'self'"]
    assert "frame-ancestors 'none'" in policy
    assert not [rule for rule in policy if "unsafe" in rule or "*" in rule or "http" in rule]


def test_the_first_page_has_no_script_and_no_style_of_its_own() -> None:
    """All it names is there, under the address of this very version."""
    page = studio_files()["/"].content.decode()
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?! type=\"module\" src=)", page)
    named = re.findall(r"(?:src|href)=\"([^\"]+)\"", page)
    assert named
    assert set(named) <= set(FILES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.split("/", 3)[3])
def test_a_file_is_kept_for_ever(server: Serving, path: str) -> None:
    """With its type, and as it is in the package, compressed or not."""
    plain = server.send("GET", path, headers={})
    assert (plain.status, plain.body) == (200, studio_files()[path].content)
    assert plain.headers["content-type"] == TYPES[f".{path.rpartition('.')[2]}"]
    assert "immutable" in plain.headers["cache-control"]
    assert plain.headers["x-content-type-options"] == "nosniff"
    squeezed = server.send("GET", path, headers={"Accept-Encoding": "gzip"})
    if "content-encoding" in squeezed.headers:
        assert gzip.decompress(squeezed.body) == plain.body
    head = server.send("HEAD", path, headers={})
    assert (head.status, head.headers["content-length"], head.body) == (200, str(len(plain.body)), b"")


def test_modules_import_what_there_is() -> None:
    """By paths from where they stand, so that nothing has to be built; and each one is reached from the first."""
    contents = {path: studio_files()[path].content.decode() for path in FILES if path.endswith(".js")}
    for path, text in contents.items():
        for name in re.findall(r"(?:from\s*|import\s*\(?\s*)\"(\.[^\"]+)\"", text):
            parts = path.rpartition("/")[0].split("/")
            for step in name.split("/"):
                parts = parts[:-1] if step == ".." else [*parts, *([] if step == "." else [step])]
            assert "/".join(parts) in contents, f"{path} imports {name}"


def test_no_module_writes_markup_or_runs_text() -> None:
    """What a person or a model has written is shown as text, never as part of the page."""
    for path in FILES:
        if path.endswith(".js") and "/vendor/" not in path:
            text = studio_files()[path].content.decode()
            assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|dangerouslySet|document\.write", text)
            assert not re.search(r"\beval\(|new Function\(", text)


def test_all_of_it_is_light() -> None:
    """500 KB before pictures, were every page of it loaded and nothing compressed."""
    assert sum(len(file.content) for file in studio_files().values()) <= 500_000


def test_files_lie_under_a_digest_of_them_all() -> None:
    """Another version is another address."""
    roots = {path.split("/")[2] for path in FILES}
    assert len(roots) == 1
    assert re.fullmatch(r"[0-9a-f]{16}", roots.pop())
    assert not [path for path in FILES if path.endswith(INDEX)]


def test_whoever_wants_no_studio_has_none(catalog: Catalog) -> None:
    """Then there is no such operation, as ever."""
    with serving(catalog, manner=Manner(studio=False)) as own:
        assert own.send("GET", "/").code == "UnknownOperationException"
        assert own.send("GET", FILES[0]).code == "UnknownOperationException"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_files_are_read_alone(server: Serving, method: str) -> None:
    """Anything else is asked of the API, which has no such operation."""
    assert server.send(method, "/").code == "UnknownOperationException"
