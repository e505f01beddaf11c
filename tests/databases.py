"""Databases to test on: a file of SQLite, and PostgreSQL, of which one server runs for the whole session.

Knows how such a server is started without a system service and without its user's rights; knows no table.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psycopg

from outcrop.clock import new_id
from outcrop.store.database import Database, open_database

Kind = Literal["sqlite", "postgresql"]
NONE = "there are no programs of a PostgreSQL server: install the package postgresql"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a database is, for this process and for others."""

    home: Path
    url: str | None = None

    def open(self) -> Database:
        """The database there."""
        return open_database(self.home, self.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A server of PostgreSQL that is running, reached by a socket in a folder of its own."""

    folder: Path

    def url(self, name: str) -> str:
        """Of one of its databases."""
        return f"postgresql://outcrop@/{name}?host={self.folder}"

    def administer(self, statement: str) -> None:
        """Say something that belongs in no transaction."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """The name of a database as new as its template, for as long as the block lasts."""
        name = f"t{new_id().replace('-', '')}"
        self.administer(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield name
        finally:
            self.administer(f"DROP DATABASE {name} WITH (FORCE)")


def programs() -> Path | None:
    """The folder of a server's programs, the newest's; Debian keeps them off the path."""
    found = shutil.which("initdb")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return Path(found).parent if found else debian[-1].parent if debian else None


@contextmanager
def cluster(bin_folder: Path, *settings: str) -> Iterator[Cluster]:
    """Run a server for as long as the block lasts; without settings, one that is quick and not safe.

    It refuses to be root's, so root starts it as another user.
    """
    root = os.geteuid() == 0
    user = next(name for name in ("postgres", "nobody") if _is_there(name)) if root else None
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path is short
    if user is not None:
        shutil.chown(folder, user)

    def run(program: str, *arguments: str) -> None:
        command = [str(bin_folder / program), "-D", str(folder / "data"), *arguments]
        groups: list[int] | None = [] if root else None
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder, user=user, extra_groups=groups)

    given = settings or ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
    options = " ".join(
        f"-c {setting}" for setting in ("listen_addresses=", f"unix_socket_directories={folder}", *given)
    )
    try:
        run("initdb", "--username=outcrop", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8")
        run("pg_ctl", "start", "--wait", f"--log={folder / 'log'}", f"--options={options}")
        try:
            yield Cluster(folder=folder)
        finally:
            run("pg_ctl", "stop", "--mode=immediate")
    finally:
        shutil.rmtree(folder)


def _is_there(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True
