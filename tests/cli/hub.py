"""A hub on loopback that has one repository: the few answers that fetching a model asks for. Knows no model."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass(slots=True, kw_only=True)  # a test changes what the hub answers
class Hub:
    """What it has, what it answers in place of that, and what it was asked."""

    folder: Path
    repository: str = "studio/tiny"
    url: str = ""
    refusal: tuple[int, str] | None = None
    """Status and code of the answer to everything."""
    token: str | None = None
    """What it must be asked with."""
    broken_off: str | None = None
    """A file that it gives half of, once."""
    given: list[str] = field(default_factory=list)
    """The files that were fetched."""


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, hub: Hub, *given: Any) -> None:  # noqa: ANN401 - the server's own
        self.hub = hub
        super().__init__(*given)

    def do_HEAD(self) -> None:
        """What a file is."""
        self._answer(body=False)

    def do_GET(self) -> None:
        """A file, or what the repository has."""
        self._answer(body=True)

    def _answer(self, *, body: bool) -> None:
        hub, path = self.hub, unquote(urlsplit(self.path).path)
        if hub.token is not None and self.headers.get("Authorization") != f"Bearer {hub.token}":
            self._refuse(401, "GatedRepo")
        elif hub.refusal is not None:
            self._refuse(*hub.refusal)
        elif path in {f"/api/models/{hub.repository}/revision/{name}" for name in ("main", "v1", COMMIT)}:
            self._send(json.dumps({"id": hub.repository, "sha": COMMIT, "siblings": self._siblings()}).encode())
        elif path.startswith(f"/api/models/{hub.repository}/revision/"):
            self._refuse(404, "RevisionNotFound")
        elif path.startswith(f"/api/models/{hub.repository}/tree/{COMMIT}"):
            self._send(json.dumps(self._tree()).encode())
        elif path.startswith(f"/{hub.repository}/resolve/{COMMIT}/"):
            self._file(path.removeprefix(f"/{hub.repository}/resolve/{COMMIT}/"), body=body)
        else:
            self._refuse(404, "RepoNotFound")

    def _file(self, name: str, *, body: bool) -> None:
        content = (self.hub.folder / name).read_bytes()
        if body:
            self.hub.given.append(name)
        if body and self.hub.broken_off == name:
            self.hub.broken_off = None
            self.send_response(500)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self._send(content, body=body, ETag=f'"{sha1(content).hexdigest()}"', **{"X-Repo-Commit": COMMIT})

    def _files(self) -> list[Path]:
        return sorted(path for path in self.hub.folder.rglob("*") if path.is_file())

    def _siblings(self) -> list[dict[str, str]]:
        return [{"rfilename": path.relative_to(self.hub.folder).as_posix()} for path in self._files()]

    def _tree(self) -> list[dict[str, Any]]:
        return [
            {
                "type": "file",
                "path": path.relative_to(self.hub.folder).as_posix(),
                "size": path.stat().st_size,
                "oid": sha1(path.read_bytes()).hexdigest(),
            }
            for path in self._files()
        ]

    def _send(self, content: bytes, *, body: bool = True, **headers: str) -> None:
        self.send_response(200)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if body:
            self.wfile.write(content)

    def _refuse(self, status: int, code: str) -> None:
        self.send_response(status)
        self.send_header("X-Error-Code", code)
        self.send_header("X-Error-Message", code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def hub_with(folder: Path) -> Iterator[Hub]:
    """A hub whose repository is a folder."""
    hub = Hub(folder=folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Answers, hub)) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        hub.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield hub
        finally:
            server.shutdown()
            thread.join()
