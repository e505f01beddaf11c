"""Runs the server of `outcrop serve` until it is told to stop. Knows sockets and signals; knows no wire."""

import contextlib
import errno
import gc
import ipaddress
import logging
import signal
import socket
from collections.abc import Iterator
from dataclasses import replace
from typing import NoReturn

import typer
import uvicorn
from starlette.applications import Starlette

from outcrop import __version__
from outcrop.access.cloudfront import read_cloudfront
from outcrop.access.directory import Directory
from outcrop.access.first_start import keys_for_others, only_key, set_up
from outcrop.access.keys import NewKey
from outcrop.access.sign_in_links import SignInLinks
from outcrop.api.app import create_app
from outcrop.api.connection import ALPN, KEEP_ALIVE_S, Connection
from outcrop.api.linked import Distribution
from outcrop.api.made import TaskRecords
from outcrop.api.manner import Manner
from outcrop.api.server import Server
from outcrop.catalog.load import Catalog
from outcrop.cli.auditing import open_trail
from outcrop.cli.blocks import return_large_blocks
from outcrop.cli.calls import Reached, ready_calls
from outcrop.cli.delivering import open_delivering
from outcrop.cli.directory import open_directory
from outcrop.cli.forwarding import open_upstream
from outcrop.cli.invocation_logging import open_invocation_log
from outcrop.cli.kept_prices import open_prices
from outcrop.cli.limiting import open_limits
from outcrop.cli.making import open_maker
from outcrop.cli.metering import open_metrics
from outcrop.cli.sweeping import open_sweeps
from outcrop.cli.tls import Tls, open_tls
from outcrop.cli.watching import open_watch
from outcrop.cli.wiring import open_catalog, open_flow, open_shelves, open_verifier
from outcrop.clock import now, random_bytes, unix_time
from outcrop.errors import BadSettings
from outcrop.jobs.desk import Shelves, open_desk
from outcrop.jobs.sweeping import Sweeper, open_sweeping
from outcrop.ledger.books import open_books
from outcrop.log_lines import write_log
from outcrop.records.invocation_log import InvocationLog
from outcrop.records.meter import Meter
from outcrop.records.trail import Trail
from outcrop.settings import Settings
from outcrop.store.database import FILE_NAME

GREETED = "core"
"""The model that the first calls are shown for: drafts come soonest."""

GRACE_S = 10
"""Seconds that requests under way get to finish after the server is told to stop."""


def serve_bedrock(settings: Settings, *, show_calls: bool) -> None:
    """Serve until Ctrl-C or SIGTERM; answers before the engine has loaded.

    Raises: BadSettings when the address cannot be listened on or nobody has a key for it, or the settings do not fit
    the catalogue; BadCheckpoint when a folder of weights is none.
    """
    _prepare(settings)
    catalog = open_catalog(settings)
    tls = open_tls(settings)
    manner = _manner(settings, catalog)
    shelves = open_shelves(settings)
    with (
        contextlib.suppress(KeyboardInterrupt),
        open_callers(settings) as directory,
        open_prices(catalog, directory.database) as catalog,
        open_books(directory.database, unix_time, catalog.own_costs) as books,
        open_watch(settings, directory.database),
        listen(settings.host, settings.port) as listener,
        open_flow(settings, catalog) as flow,
        open_metrics(settings) as metrics,
        open_invocation_log(directory, shelves.buckets, metrics) as log,
        open_trail(settings) as trail,
        contextlib.nullcontext(open_maker(settings, catalog, flow, books, directory.database)) as maker,
        open_desk(
            directory.database, replace(maker, told=_task_records(settings, trail, metrics, log)), shelves, now
        ) as desk,
        open_sweeping(_sweeper(settings, directory, shelves)),
        open_delivering(directory, private=settings.private_webhooks),
        open_sweeps(desk.library),
    ):
        key = only_key(directory) if is_loopback(settings.host) else None
        app = create_app(
            catalog=catalog,
            flow=flow,
            directory=directory,
            books=books,
            desk=desk,
            region=settings.region,
            manner=replace(manner, trail=trail if settings.audit else None, metrics=metrics, invocation_log=log),
        )
        reached = Reached(url=address(listener, tls=tls is not None), region=settings.region, tls=tls)
        calls = ready_calls(reached, catalog.model_named(GREETED).id, key, directory.now()) if show_calls else ""
        typer.echo("\n\n".join(filter(None, (_greeting(reached, key, manner.links), calls))))
        _collect_garbage()
        make_server(app, tls).run(sockets=[listener])
    typer.echo("Outcrop has stopped.")


def _task_records(settings: Settings, trail: Trail, metrics: Meter, log: InvocationLog) -> TaskRecords:
    """Where it is written down what became of jobs' tasks."""
    kept = trail if settings.audit else None
    return TaskRecords(trail=kept, metrics=metrics, log=log, region=settings.region, now=unix_time)


def _prepare(settings: Settings) -> None:
    """See to what holds for the whole process."""
    return_large_blocks()
    signal.signal(signal.SIGTERM, _stop)
    write_log(logging.INFO, settings.log_format)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # nobody who starts a server asked about its plugins


def _collect_garbage() -> None:
    """From now on, and not of what is there by now: to look through all of it takes a tenth of a second."""
    gc.enable()
    gc.freeze()


def _sweeper(settings: Settings, directory: Directory, shelves: Shelves) -> Sweeper:
    """Who removes what jobs leave."""
    return Sweeper(
        database=directory.database,
        bodies=shelves.store,
        spool=shelves.spool,
        now=unix_time,
        keep_days=settings.keep_jobs_days,
    )


def _manner(settings: Settings, catalog: Catalog) -> Manner:
    """What the settings say of how requests are answered, without what has to be closed."""
    return Manner(
        waits_for_weights=settings.while_loading == "wait",
        answers_retired=settings.retired_models == "answer",
        limits=open_limits(settings, catalog.models),
        rest_per_minute=settings.rest_per_minute or None,
        in_flight=settings.in_flight or None,
        keep_invocations=settings.keep_invocations,
        private_webhooks=settings.private_webhooks,
        studio=settings.studio,
        links=SignInLinks(unix_time, random_bytes) if settings.studio else None,
        public_url=settings.public_url,
        distribution=_distribution(settings),
        verifier=open_verifier(settings),
        upstream=open_upstream(settings, catalog),
    )


def _distribution(settings: Settings) -> Distribution | None:
    """Where CloudFront delivers from; the settings name all of it or nothing."""
    url, key_pair, key = settings.cloudfront_url, settings.cloudfront_key_pair_id, settings.cloudfront_private_key
    if url is None or key_pair is None or key is None:
        return None
    return Distribution(url=url, signer=read_cloudfront(key_pair, key))


@contextlib.contextmanager
def open_callers(settings: Settings) -> Iterator[Directory]:
    """Who may call. On loopback the first start makes a key; elsewhere there must be one.

    Raises: BadSettings when other machines can reach the host, and there is no key for them.
    """
    reachable = not is_loopback(settings.host)
    if reachable and settings.database is None and not (settings.home / FILE_NAME).exists():
        raise _no_key(settings.host)
    with open_directory(settings) as directory:
        if reachable and not keys_for_others(directory):
            raise _no_key(settings.host)
        set_up(directory)
        yield directory


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on an address of this machine; port 0 takes a free one.

    Raises: BadSettings when the address is not this machine's, or the port is taken or not ours to take.
    """
    host = "127.0.0.1" if host == "localhost" else host
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
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


def address(listener: socket.socket, *, tls: bool) -> str:
    """Where a socket listens, as a URL."""
    host, port = listener.getsockname()[:2]
    return f"http{'s' if tls else ''}://{f'[{host}]' if ':' in host else host}:{port}"


def is_loopback(host: str) -> bool:
    """Whether only programs on this machine can reach what listens on a host."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _no_key(host: str) -> BadSettings:
    return BadSettings(
        f"The host is '{host}', which other machines can reach, and there is no key for them; make one with "
        "`outcrop keys create`, or use 127.0.0.1."
    )


def _greeting(reached: Reached, key: NewKey | None, links: SignInLinks | None) -> str:
    lines = [f"Outcrop {__version__} listens on {reached.url} as Amazon Bedrock in {reached.region}. Ctrl-C stops it."]
    if links is not None:
        lines.append(_welcome(reached, None if key is None else links.issue(key.id)))
    if key is not None:
        lines += ["Its one key, for programs on this machine; its account has access to every model:", *key.lines()]
    else:
        lines += ["It answers the keys that `outcrop keys list` shows; `outcrop keys create` makes another."]
    lines += reached.trust_lines()
    names = [line.partition("=")[0] for line in lines if line.startswith("AWS_")]
    return "\n".join([*lines, f"export {' '.join(names)}"] if names else lines)


def _welcome(reached: Reached, token: str | None) -> str:
    """Where people go; with a link that signs them in, where only this machine can reach the server."""
    if token is None:
        return f"The studio: {reached.url}/ (sign in with a key)"
    return f"The studio: {reached.url}/#/sign-in/{token} (this link signs in once, within an hour)"


def make_server(app: Starlette, tls: Tls | None, grace_s: int | None = GRACE_S) -> uvicorn.Server:
    """The HTTP server around an application; `grace_s` is what requests under way get when it stops, None is all."""
    config = uvicorn.Config(
        app,
        http=Connection,
        timeout_keep_alive=KEEP_ALIVE_S,
        ws="none",
        loop="asyncio",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=grace_s,
        ssl_certfile=None if tls is None else tls.chain,
        ssl_keyfile=None if tls is None else tls.private_key,
    )
    config.load()
    if config.ssl is not None:
        config.ssl.set_alpn_protocols(ALPN)
    return Server(config)


def _stop(*_: object) -> NoReturn:
    raise KeyboardInterrupt
