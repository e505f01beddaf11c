"""Servers that kill themselves at a chosen point of a call, each forked from a process that is ready to serve.

python -m tests.ledger.forking CATALOG_FOLDER, then for each server a line "HOME POINT NTH URL"; answers with its port
and, when it has ended, with its status.
"""

import gc
import os
import select
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from outcrop.catalog.load import Catalog
from tests.cli.programs import environment
from tests.conftest import CANVAS, CORE
from tests.databases import Place
from tests.ledger.crashing import serve, toy_catalog
from tests.serving import serving
from tests.toy_engine import PATIENCE_S

ROOT = Path(__file__).parents[2]
WARMING = {
    CORE: b'{"prompt": "a fox", "output_format": "jpeg"}',
    CANVAS: b'{"taskType": "TEXT_IMAGE", "textToImageParams": {"text": "a fox"},'
    b' "imageGenerationConfig": {"width": 320, "height": 320}}',
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Nursery:
    """A process that forks servers, one at a time."""

    process: subprocess.Popen[str]

    def start(self, place: Place, point: str, nth: int) -> int:
        """Have a server begin, and return its port."""
        line = "\t".join((str(place.home), point, str(nth), place.url or ""))
        self._pipe(self.process.stdin).write(f"{line}\n")
        self._pipe(self.process.stdin).flush()
        return self._next()

    def has_ended(self, wait_s: float) -> bool:
        """Whether the server has ended, or does while one waits."""
        return bool(select.select([self._pipe(self.process.stdout)], [], [], wait_s)[0])

    def end(self) -> int:
        """How the server ended: minus the signal's number."""
        assert self.has_ended(PATIENCE_S)
        return self._next()

    def _next(self) -> int:
        return int(self._pipe(self.process.stdout).readline())

    def _pipe(self, pipe: IO[str] | None) -> IO[str]:
        assert pipe is not None
        return pipe


@contextmanager
def nursery(home: Path, toy: Path) -> Iterator[Nursery]:
    """One for as long as the block lasts."""
    environ = environment(home, PYTHONPATH=f"{ROOT / 'src'}:{ROOT}")
    command = [sys.executable, "-m", "tests.ledger.forking", str(toy)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environ, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield Nursery(process=process)
            assert process.stdin is not None
            process.stdin.close()
            assert process.wait(PATIENCE_S) == 0
        finally:
            process.kill()


def warm(catalog: Catalog) -> None:
    """Serve here what every server would serve first, so that each is forked with all that it would load for it."""
    with serving(catalog) as running:
        for model, body in WARMING.items():
            assert running.send("POST", f"/model/{model}/invoke", body).status == 200
    assert threading.active_count() == 1  # a fork takes one thread along
    gc.collect()
    gc.freeze()  # so that no fork copies what it only looks through


def main(toy: Path) -> None:
    """Fork a server for each line."""
    catalog = toy_catalog(toy)
    warm(catalog)
    for line in sys.stdin:
        home, point, nth, url = line.rstrip("\n").split("\t")
        child = os.fork()
        if child == 0:
            serve(Place(home=Path(home), url=url or None), point, int(nth), catalog)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
