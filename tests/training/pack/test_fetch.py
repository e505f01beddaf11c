"""Packages come from a registry on loopback, are held against their checksums, and are fetched once."""

import base64
import hashlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from outcrop.training.pack.fetch import DEFAULT_MIRRORS, fetch
from outcrop.training.sources import Package, Registry

CONTENT = b"a package"


class Quiet(SimpleHTTPRequestHandler):
    """Serves files without a word."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name that the class gives it
        """Say nothing."""


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder and the address at which its files can be had."""
    folder = tmp_path / "registry"
    (folder / "@a/b/-").mkdir(parents=True)
    (folder / "@a/b/-/b-1.tgz").write_bytes(CONTENT)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def package(content: bytes) -> Package:
    """The package with the checksum of a content."""
    digest = base64.b64encode(hashlib.sha512(content).digest()).decode()
    return Package(name="@a/b", registry=Registry.NPM, version="1", path="@a/b/-/b-1.tgz", integrity=f"sha512-{digest}")


def test_a_package_is_fetched_once(registry: tuple[Path, str], tmp_path: Path) -> None:
    """The second time it comes from the cache."""
    folder, address = registry
    for _ in range(2):
        assert fetch(package(CONTENT), {Registry.NPM: address}, tmp_path / "cache") == CONTENT
        (folder / "@a/b/-/b-1.tgz").write_bytes(b"another one")


def test_a_wrong_package_is_refused_and_not_kept(registry: tuple[Path, str], tmp_path: Path) -> None:
    """What was pinned is what is used, or nothing."""
    with pytest.raises(ValueError, match="@a/b 1 is not what was pinned"):
        fetch(package(b"something else"), {Registry.NPM: registry[1]}, tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_a_spoilt_cache_is_fetched_again(registry: tuple[Path, str], tmp_path: Path) -> None:
    """The checksum is asked of the cache as well."""
    (tmp_path / "b-1.tgz").write_bytes(b"half a pack")
    assert fetch(package(CONTENT), {Registry.NPM: registry[1]}, tmp_path) == CONTENT


def test_the_defaults_are_the_public_registries() -> None:
    """Mirrors are named by whoever has one."""
    assert DEFAULT_MIRRORS == {
        Registry.NPM: "https://registry.npmjs.org",
        Registry.DEBIAN: "https://deb.debian.org/debian",
    }
