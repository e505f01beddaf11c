"""What finished pictures are marked with, so that they can be told later. Knows plans and files; knows no engine."""

from collections.abc import Callable
from threading import Lock
from typing import final

from outcrop.clock import UnixTime, moment_of
from outcrop.plan import Plan
from outcrop.provenance.chain import Chain
from outcrop.provenance.credentials import Parent, sign
from outcrop.provenance.manifest import drawn, manifest


@final
class Marks:
    """Marks pictures in the name of whoever runs this installation."""

    def __init__(self, chain: Callable[[], Chain], now: UnixTime) -> None:
        """`chain` is asked once, when first a file is signed; it may make one."""
        self._find_chain = chain
        self._chain: Chain | None = None
        self._now = now
        self._lock = Lock()

    def sign(self, file: bytes, plan: Plan) -> bytes:
        """The file of a planned picture with its content credentials; its pixels and its recipe stay as they are.

        Raises: ModelFailed when it cannot be signed; BadSettings when there is no chain to sign it with.
        """
        origin = manifest(drawn(plan), moment_of(self._now()))
        parent = None if plan.parent is None else Parent(file=plan.parent)
        return sign(file, plan.output_format, origin, self._signer(), parent)

    def _signer(self) -> Chain:
        with self._lock:
            if self._chain is None:
                self._chain = self._find_chain()
            return self._chain
