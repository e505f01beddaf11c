"""The engine's own process: draws what the parent submits, until the parent hangs up.

Started as `python -m outcrop.engine.worker FD`, FD being the inherited end of a socket pair. Knows messages; the work
is `local`'s.
"""

import sys
from functools import partial
from multiprocessing.connection import Connection
from threading import Lock

import diffusers
import torch

from outcrop.clock import now
from outcrop.engine.engine import Drawn, Event, Failed, Ticket
from outcrop.engine.local import LocalEngine
from outcrop.engine.messages import Cancel, Heard, Setup, Submit, Up
from outcrop.log_lines import write_log


def serve(parent: Connection) -> None:
    """Obey the parent's messages until it closes the connection."""
    setup: Setup = parent.recv()
    write_log(setup.log_level, setup.log_form)
    torch.set_num_threads(setup.threads)
    engine = LocalEngine(setup.checkpoints, now, setup.memory, setup.precision)
    parent.send(Up(device=engine.device.type))
    tickets: dict[int, Ticket] = {}
    sending = Lock()

    def tell(number: int, event: Event) -> None:
        if isinstance(event, Drawn | Failed):
            tickets.pop(number, None)
        with sending:
            parent.send(Heard(number=number, event=event))

    def submit(order: Submit) -> None:
        listen = partial(tell, order.number)
        tickets[order.number] = engine.submit(order.plan, listen, order.errand)

    while True:
        try:
            order = parent.recv()
        except (EOFError, OSError):
            return  # the parent is gone, and with it whoever wanted the pictures
        match order:
            case Submit():
                submit(order)
            case Cancel(number=number) if number in tickets:
                tickets[number].cancel()


def main() -> None:
    """Entry point of the process."""
    diffusers.utils.logging.disable_progress_bar()  # the one library that has no variable for it
    serve(Connection(int(sys.argv[1])))


if __name__ == "__main__":
    main()
