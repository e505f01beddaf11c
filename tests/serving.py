"""Real servers on real sockets for tests, and plain HTTP to them. Knows no operation."""

import http.client
import json
import socket
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from threading import Thread
from typing import Any

import uvicorn

from outcrop.access.directory import Directory
from outcrop.access.sealing import open_seal
from outcrop.access.user_policies import FULL_ACCESS, OPERATOR, put_managed_policy
from outcrop.api.app import create_app
from outcrop.api.made import TaskRecords
from outcrop.api.manner import AS_MUCH_AS_POSSIBLE, Manner
from outcrop.assets.buckets import Buckets, disk_buckets
from outcrop.assets.disk import DiskObjects
from outcrop.assets.library import FOLDER as LIBRARY
from outcrop.assets.rendition_cache import RenditionCache
from outcrop.assets.store import Store
from outcrop.catalog.load import Catalog
from outcrop.cli.serving import make_server
from outcrop.cli.tls import Tls
from outcrop.clock import Clock, UnixTime, now, random_bytes, unix_time
from outcrop.flow import Flow
from outcrop.jobs.desk import Desk, Shelves, open_desk
from outcrop.jobs.looking import Looking, kept_picture_policies
from outcrop.jobs.making import Maker
from outcrop.jobs.reviewing import Holding, kept_rules
from outcrop.jobs.screening import Screening, kept_policies
from outcrop.ledger.books import Books, open_books
from outcrop.ledger.price_book import PriceBook
from outcrop.safety.pictures import Judge
from outcrop.store.access_keys import AccessKey, add_access_key
from outcrop.store.accounts import Account, User, add_account, add_user
from outcrop.store.bearer_keys import BearerKey, add_bearer_key
from outcrop.store.database import open_database
from outcrop.store.model_access import ALL, Grant, add_grant
from tests.marking import marks, verifier
from tests.toy_engine import PATIENCE_S, ToyEngine

REGION = "us-west-2"
ACCOUNT = "123456789012"
TESTER = User(id="AIDATEST", account_id=ACCOUNT, name="tester", created_at=0)
KEY_ID, SECRET = "AKIATESTTESTTESTTEST", "made-up/Secret+of40Characters0123456789ab"
BEARER_ID = f"BedrockAPIKey-test-at-{ACCOUNT}"
TOKEN = "ABSK" + b64encode(f"{BEARER_ID}:made-up-as-well".encode()).decode()
SIGNED = {"Authorization": f"Bearer {TOKEN}"}
"""Headers that say who asks, whatever the request: a bearer key, which loopback takes without TLS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back over HTTP."""

    status: int
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        """The body, a JSON object."""
        content = json.loads(self.body)
        assert isinstance(content, dict)
        return content

    @property
    def code(self) -> str:
        """The error's code as botocore reads it from the header."""
        return self.headers["x-amzn-errortype"].partition(":")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """A server that is running."""

    port: int
    engine: ToyEngine
    directory: Directory
    server: uvicorn.Server
    home: Path
    """Where it keeps its books."""
    desk: Desk

    @property
    def url(self) -> str:
        """Its address as boto3 takes it."""
        return f"http://127.0.0.1:{self.port}"

    def connect(self) -> http.client.HTTPConnection:
        """A connection of one's own; close it."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)

    def send(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
        """Send a request exactly as it is written here, with `SIGNED` unless other headers are given."""
        connection = self.connect()
        try:
            connection.request(method, path, body, SIGNED if headers is None else headers)
            response = connection.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            return Answer(status=response.status, headers=names, body=response.read())
        finally:
            connection.close()


@contextmanager
def directory_of(home: Path, clock: UnixTime = unix_time, url: str | None = None) -> Iterator[Directory]:
    """A directory in a folder, with one user, who has the two keys above, every permission and every model."""
    with open_database(home, url) as database:
        directory = Directory(
            database=database, seal=open_seal(home, None, random_bytes), now=clock, random=random_bytes
        )
        user = TESTER
        key = AccessKey(
            id=KEY_ID,
            user=user,
            secret=directory.seal.close(SECRET, KEY_ID),
            token_digest=None,
            active=True,
            this_machine_only=False,
            created_at=0,
            expires_at=None,
        )
        digest = sha256(TOKEN.encode()).digest()
        bearer = BearerKey(id=BEARER_ID, user=user, digest=digest, active=True, created_at=0, expires_at=None)
        with database.writing() as connection:
            add_account(connection, Account(id=ACCOUNT, name="test", created_at=0))
            add_user(connection, user)
            add_access_key(connection, key)
            add_bearer_key(connection, bearer)
            put_managed_policy(directory, connection, user, FULL_ACCESS)
            add_grant(connection, Grant(account_id=ACCOUNT, region=ALL, model_id=ALL, granted_at=0))
        yield directory


@contextmanager
def desk_of(home: Path, maker: Maker, directory: Directory, buckets: Buckets | None = None) -> Iterator[Desk]:
    """A desk whose jobs are worked on; folders of a home stand for buckets unless others are given."""
    shelves = Shelves(
        store=Store(DiskObjects(home)),
        pictures=Store(DiskObjects(home), LIBRARY),
        renditions=RenditionCache(home / "renditions", 1 << 30),
        buckets=buckets or disk_buckets(home / "buckets"),
        spool=home / "spool",
    )
    with open_desk(directory.database, maker, shelves, now) as desk:
        yield desk


def maker_of(catalog: Catalog, flow: Flow, books: Books, directory: Directory, judge: Judge | None = None) -> Maker:
    """A maker that holds prompts, and pictures where there is a judge, against what accounts have left."""
    looking = Looking(judge=judge, policy_of=kept_picture_policies(directory.database))
    screening = Screening(policy_of=kept_policies(directory.database), looking=looking)
    holding = Holding(rules_of=kept_rules(directory.database))
    return Maker(catalog=catalog, flow=flow, books=books, screening=screening, holding=holding)


@contextmanager
def serving(  # noqa: PLR0913  one argument a part
    catalog: Catalog,
    *,
    grace_s: int | None = None,
    manner: Manner = AS_MUCH_AS_POSSIBLE,
    clock: Clock = now,
    buckets: Buckets | None = None,
    tls: Tls | None = None,
    judge: Judge | None = None,
) -> Iterator[Serving]:
    """Run a server on a free loopback port for as long as the block lasts.

    `grace_s` is what requests under way get when it stops; None is all the time they need. `buckets` is what s3://
    means there; None is a folder of its home. `judge` looks at pictures.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:  # listens from here on: nobody has to wait for a start
        # Inherited by every connection: otherwise a small answer waits 40 ms for the client's delayed acknowledgement.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        engine = ToyEngine()
        with (
            tempfile.TemporaryDirectory() as home,
            directory_of(Path(home)) as directory,
            nullcontext(catalog.keeping(PriceBook(directory.database))) as priced,
            open_books(directory.database, unix_time, priced.own_costs) as books,
            Flow(engine, now, marks=marks()) as flow,
            desk_of(
                Path(home),
                replace(
                    maker_of(priced, flow, books, directory, judge),
                    told=TaskRecords(
                        trail=manner.trail,
                        metrics=manner.metrics,
                        log=manner.invocation_log,
                        region=REGION,
                        now=directory.now,
                    ),
                ),
                directory,
                buckets,
            ) as desk,
        ):
            with directory.database.writing() as connection:
                put_managed_policy(directory, connection, TESTER, OPERATOR)
            app = create_app(
                catalog=priced,
                flow=flow,
                directory=directory,
                books=books,
                desk=desk,
                region=REGION,
                manner=manner if manner.verifier else replace(manner, verifier=verifier()),
                clock=clock,
            )
            server = make_server(app, tls, grace_s)
            thread = Thread(target=server.run, kwargs={"sockets": [listener]}, name="server under test")
            thread.start()
            try:
                yield Serving(
                    port=listener.getsockname()[1],
                    engine=engine,
                    directory=directory,
                    server=server,
                    desk=desk,
                    home=Path(home),
                )
            finally:
                server.should_exit = True
                thread.join(PATIENCE_S)
                assert not thread.is_alive(), "the server did not stop"
