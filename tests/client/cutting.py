"""A way to a server that breaks: connections are cut off after what they brought. Knows bytes alone."""

import contextlib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import final

CHUNK = 65_536


@final
class Way:
    """Where a listener passes connections on to, and how many of them break."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.breaks = 0
        """So many of the next connections are cut once the server has said something."""
        self.deaf = 0
        """So many of the next ones are cut before the server hears anything."""
        self.taken = 0


@contextmanager
def breaking_way(to: int) -> Iterator[tuple[str, Way]]:
    """The URL of a way to a port of this machine, and what it does."""
    way = Way(to)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=_take, args=(listener, way), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", way
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _take(listener: socket.socket, way: Way) -> None:
    with contextlib.suppress(OSError):
        while True:
            client, _ = listener.accept()
            way.taken += 1
            if way.deaf:
                way.deaf -= 1
                client.close()
                continue
            breaks = way.breaks > 0
            way.breaks -= breaks
            Thread(target=_pass_on, args=(client, way.port, breaks), daemon=True).start()


def _pass_on(client: socket.socket, port: int, breaks: bool) -> None:  # noqa: FBT001 - two ends and what becomes of them
    with client, socket.create_connection(("127.0.0.1", port)) as server:
        back = Thread(target=_copy, args=(client, server), daemon=True)
        back.start()
        with contextlib.suppress(OSError):
            while content := server.recv(CHUNK):
                client.sendall(content[: len(content) // 2] if breaks else content)
                if breaks:
                    break
        for end in (client, server):  # closing alone does not end a connection on which the other thread waits
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        back.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while content := source.recv(CHUNK):
            target.sendall(content)
