"""Marks for flows under test: signed by a development chain that all tests of a run share. Knows no flow."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from outcrop.clock import unix_time
from outcrop.provenance.chain import Chain, development_chain
from outcrop.provenance.marks import Marks
from outcrop.provenance.verify import Verifier

KEY = b"a key that only the tests have.."
NOW = 1_795_435_200.0
"""Noon of 23 November 2026."""


def marks() -> Marks:
    """Marks as a server has them."""
    return Marks(chain, lambda: KEY, unix_time)


def verifier() -> Verifier:
    """What verifies them."""
    return Verifier(lambda: [KEY], lambda: [chain().root])


@cache
def chain() -> Chain:
    """A chain of no folder that is left behind."""
    with TemporaryDirectory() as home:
        return development_chain(Path(home), unix_time())
