"""Runs the server of `outcrop serve` until it is told to stop. Knows sockets and signals; knows no wire."""

import contextlib
import errno
import ipaddress
import logging
import signal
import socket
from typing import NoReturn

import typer
import uvicorn
from starlette.applications import Starlette

from outcrop import __version__
from outcrop.api.app import create_app
from outcrop.catalog.load import Catalog
from outcrop.cli.calls import ready_calls
from outcrop.cli.wiring import open_catalog, open_flow
from outcrop.errors import BadSettings
from outcrop.settings import Settings

GRACE_S = 10
"""Seconds that requests under way get to finish after the server is told to stop."""


def serve_bedrock(settings: Settings, *, show_calls: bool) -> None:
    """Serve until Ctrl-C or SIGTERM; answers before the engine has loaded.

    Raises: BadSettings when the address is not this machine's own or is taken, or the settings do not fit the
    catalogue; BadCheckpoint when a folder of weights is none.
    """
    signal.signal(signal.SIGTERM, _stop)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    catalog = open_catalog(settings)
    with (
        contextlib.suppress(KeyboardInterrupt),
        listen(settings.host, settings.port) as listener,
        open_flow(settings, catalog) as flow,
    ):
        app = create_app(catalog=catalog, flow=flow, region=settings.region)
        typer.echo(_greeting(address(listener), settings, catalog, show_calls=show_calls))
        _server(app).run(sockets=[listener])
    typer.echo("Outcrop has stopped.")


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on this machine's own loopback address; port 0 takes a free one.

    Raises: BadSettings when the host is no loopback address, or the port is taken or not ours to take.
    """
    loopback = "127.0.0.1" if host == "localhost" else host
    if not _is_loopback(loopback):
        raise BadSettings(
            f"The host is '{host}'; this version checks no keys, so it listens on loopback only. "
            "Use 127.0.0.1, and an SSH tunnel or a proxy that checks who calls to reach it from elsewhere."
        )
    family = socket.AF_INET6 if ":" in loopback else socket.AF_INET
    try:
        listener = socket.create_server((loopback, port), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise BadSettings(
                f"Port {port} of {host} is in use; stop what listens there, or give --port 0 for a free one."
            ) from None
        reason = f"{error.strerror or error}; give another --port, or --port 0 for a free one"
        raise BadSettings(f"Cannot listen on port {port} of {host}: {reason}.") from error
    # asyncio does this for sockets it opens itself: without it, every answer in two parts waits 40 ms for the client.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def address(listener: socket.socket) -> str:
    """Where a socket listens, as a URL."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _greeting(url: str, settings: Settings, catalog: Catalog, *, show_calls: bool) -> str:
    greeting = (
        f"Outcrop {__version__} listens on {url} as Amazon Bedrock in {settings.region}.\n"
        "Any AWS key is accepted: only programs on this machine can reach it. Ctrl-C stops it."
    )
    if not show_calls:
        return greeting
    cheapest = min(catalog.models, key=catalog.prices.price)
    return f"{greeting}\n\n{ready_calls(url, settings.region, cheapest)}"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _server(app: Starlette) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            app,
            http="h11",
            ws="none",
            loop="asyncio",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=GRACE_S,
        )
    )


def _stop(*_: object) -> NoReturn:
    raise KeyboardInterrupt
