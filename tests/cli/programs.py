"""The command line and the server as programs of their own, with a home of their own. Knows nothing of what they do."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def environment(home: Path, **variables: str) -> dict[str, str]:
    """This process's variables without Outcrop's, and a home in which nothing has been kept yet."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("OUTCROP_")}  # noqa: TID251
    return environ | {"OUTCROP_HOME": str(home), "HOME": str(home)} | variables


def run(home: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m outcrop` to its end, in its home."""
    return subprocess.run(
        [sys.executable, "-m", "outcrop", *arguments],
        env=environment(home, **variables),
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@contextmanager
def started(home: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str, dict[str, str]]]:
    """A server in a process of its own, its address, and the key it shows; killed at the end if it still runs."""
    with subprocess.Popen(
        [sys.executable, "-m", "outcrop", "serve", "--port", "0", *arguments],
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            first = process.stdout.readline()
            found = re.search(r"listens on (https?://\S+) as Amazon Bedrock in us-west-2", first)
            assert found, (first, process.stderr)
            yield process, found[1], _key(process.stdout, tls=found[1].startswith("https"))
        finally:
            process.kill()


def _key(out: IO[str], *, tls: bool) -> dict[str, str]:
    """The variables that a server prints under its greeting, which ends with a line that exports them, or has none."""
    key: dict[str, str] = {}
    for line in iter(out.readline, ""):
        if line.startswith("export ") or ("answers the keys" in line and not tls):
            break
        name, _, value = line.rstrip("\n").partition("=")
        if name.startswith("AWS_"):
            key[name] = value
    return key
