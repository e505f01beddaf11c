"""A server in a process of its own, as `outcrop serve` runs it but for the toy engine, until its input ends.

`python -m tests.api.program TOY` prints its port.
"""

import sys
from pathlib import Path

from outcrop.cli.blocks import return_large_blocks
from tests.ledger.crashing import toy_catalog
from tests.serving import serving

if __name__ == "__main__":
    return_large_blocks()
    with serving(toy_catalog(Path(sys.argv[1]))) as server:
        sys.stdout.write(f"{server.port}\n")
        sys.stdout.flush()
        sys.stdin.read()
