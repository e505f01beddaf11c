"""Rounds: what is done again and again beside a server, in a thread of its own. Knows nothing of what is done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread


@contextmanager
def going_round(name: str, do: Callable[[], None], every_s: float, *, at_once: bool = False) -> Iterator[None]:
    """Do something again and again for as long as the block lasts, `at_once` or after the first wait.

    The block's end waits for what is being done. `do` sees to its own errors: one that it raises ends the rounds.

    Units: `every_s` seconds between the end of a round and the next.
    """
    stopping = Event()

    def run() -> None:
        waited = not at_once and stopping.wait(every_s)
        while not waited:
            do()
            waited = stopping.wait(every_s)

    thread = Thread(target=run, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join()
