"""Fetches packages from their registries and holds them against their checksums. Opens none of them."""

import base64
import hashlib
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from outcrop.training.sources import Package, Registry

DEFAULT_MIRRORS: Mapping[Registry, str] = {
    Registry.NPM: "https://registry.npmjs.org",
    Registry.DEBIAN: "https://deb.debian.org/debian",
}
_TIMEOUT_S = 120.0


def fetch(package: Package, mirrors: Mapping[Registry, str], cache: Path) -> bytes:
    """A package's file: from the cache where it is there and whole, else from its registry, and then kept.

    Raises: ValueError where what came is not what was pinned; OSError where nothing came.
    """
    kept = cache / package.path.rpartition("/")[2]
    if kept.exists() and _whole(kept.read_bytes(), package.integrity):
        return kept.read_bytes()
    address = f"{mirrors[package.registry].rstrip('/')}/{package.path}"
    with urllib.request.urlopen(address, timeout=_TIMEOUT_S) as answer:
        content: bytes = answer.read()
    if not _whole(content, package.integrity):
        raise ValueError(f"{package.name} {package.version} is not what was pinned ({package.integrity}); ask a mirror")
    cache.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(content)
    return content


def _whole(content: bytes, integrity: str) -> bool:
    """Whether contents meet a checksum. Source: W3C Subresource Integrity for its form."""
    method, _, digest = integrity.partition("-")
    return base64.b64encode(hashlib.new(method, content).digest()).decode("ascii") == digest
