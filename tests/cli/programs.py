"""The command line and the server as programs of their own, with a home of their own. Knows nothing of what they do."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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
def started(home: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server in a process of its own, and its address; killed at the end if it still runs."""
    with subprocess.Popen(
        [sys.executable, "-m", "outcrop", "serve", "--port", "0", *arguments],
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            first, second = process.stdout.readline(), process.stdout.readline()
            found = re.search(r"listens on (http://\S+) as Amazon Bedrock in us-west-2", first)
            assert found, (first, process.stderr)
            assert second.startswith("Any AWS key is accepted")
            yield process, found[1]
        finally:
            process.kill()
