"""The studio's pages: files of the package, read once and served from memory. Knows files; knows no call.

A page may load and call nothing but this server, and run no script that is not one of these files: whatever a prompt
or a name holds stays text. Files lie under a digest of them all, so a browser keeps them for ever and a new version
is a new address; only the first page is asked for again.

Source: Content Security Policy Level 3; RFC 9110 and RFC 9111 for validators and caches.
"""

import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final, final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

FOLDER: Final = "studio"
INDEX: Final = "index.html"
TYPES: Final[Mapping[str, str]] = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}
"""What is served, by the end of its name; anything else in the folder is not."""
PLACE: Final = b"{{files}}"
"""In the first page, where the address of the files belongs."""
SHORT_BYTES: Final = 1024
"""Up to here a file is not worth compressing."""
RULES: Final = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",  # previews come inside events; what is edited is a picture of the page's own
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
)
HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": "; ".join(RULES),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file as it is served."""

    content: bytes
    compressed: bytes | None
    """By gzip, where that is worth it."""
    media_type: str
    etag: str
    cached: str
    """What caches are told."""


@final
class Studio:
    """ASGI middleware that answers for the studio's files, and passes everything else on."""

    def __init__(self, app: ASGIApp, files: Mapping[str, File]) -> None:
        """`files` by their paths; `studio_files` reads the package's."""
        self._app = app
        self._files = files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or leave it to the rest of the application."""
        file = self._files.get(scope["path"]) if scope["type"] == "http" else None
        if file is None or scope["method"] not in {"GET", "HEAD"}:
            await self._app(scope, receive, send)
        else:
            await _answer(file, Request(scope))(scope, receive, send)


@cache
def studio_files() -> Mapping[str, File]:
    """Every file of the studio by the path that it is served on."""
    contents = dict(_contents(resources.files("outcrop") / FOLDER, ""))
    digest = sha256(b"".join(name.encode() + sha256(contents[name]).digest() for name in sorted(contents)))
    root = f"/{FOLDER}/{digest.hexdigest()[:16]}"
    index = contents.pop(INDEX).replace(PLACE, root.encode())
    for_ever = "public, max-age=31536000, immutable"
    files = {f"{root}/{name}": _file(name, content, for_ever) for name, content in contents.items()}
    return {"/": _file(INDEX, index, "no-cache"), **files}


def _contents(folder: Traversable, above: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        name = f"{above}{entry.name}"
        if entry.is_dir():
            yield from _contents(entry, f"{name}/")
        elif _ending(name) in TYPES:
            yield name, entry.read_bytes()


def _ending(name: str) -> str:
    return f".{name.rpartition('.')[2]}"


def _file(name: str, content: bytes, cached: str) -> File:
    return File(
        content=content,
        compressed=gzip.compress(content, mtime=0) if len(content) > SHORT_BYTES else None,
        media_type=TYPES[_ending(name)],
        etag=f'"{sha256(content).hexdigest()[:32]}"',
        cached=cached,
    )


def _answer(file: File, request: Request) -> Response:
    headers = {**HEADERS, "Cache-Control": file.cached, "ETag": file.etag, "Vary": "Accept-Encoding"}
    if file.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    content = file.content
    if file.compressed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        content = file.compressed
        headers["Content-Encoding"] = "gzip"
    headers["Content-Length"] = str(len(content))
    shown = b"" if request.method == "HEAD" else content
    return Response(shown, headers=headers, media_type=file.media_type)
