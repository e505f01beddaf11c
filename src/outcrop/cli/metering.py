"""Shows the server's metrics on a port of their own. Knows the port; knows no metric."""

from collections.abc import Iterator
from contextlib import contextmanager

from outcrop.errors import BadSettings
from outcrop.records.meter import Meter, Unmetered
from outcrop.settings import Settings

HOST = "127.0.0.1"
"""Metrics say how busy everybody is and ask for no key, so no other machine sees them."""


@contextmanager
def open_metrics(settings: Settings) -> Iterator[Meter]:
    """Metrics that can be read for as long as the block lasts, when the settings have a port for them.

    Raises: BadSettings when the port is taken or not ours to take.
    """
    if settings.metrics_port is None:
        yield Unmetered()
        return
    # 80 ms to import, which a server without a port for them need not wait for.
    from prometheus_client import start_http_server

    from outcrop.records.metrics import Metrics

    metrics = Metrics()
    try:
        server, thread = start_http_server(settings.metrics_port, HOST, metrics.registry)
    except OSError as error:
        raise BadSettings(f"Cannot show metrics on port {settings.metrics_port} of {HOST}: {error.strerror}.") from None
    try:
        yield metrics
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
