"""Lets threads that come at once share one transaction: whoever is first serves all who wait. Knows no booking.

A transaction costs more than what is done in it, and only one at a time can write. While one is under way the next
ones gather, so the more there are, the less each of them costs. Those who were served together come again together,
so the first of them waits a moment for as many as there were; whoever comes alone waits for nobody.
"""

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from threading import Event, Lock
from typing import Final, Generic, TypeVar, final

from outcrop.store.database import Failure

MOST: Final = 64
"""Of those who wait, how many share a transaction: its length is a bound on how long the others wait."""

MOMENT_S: Final = 0.0005
"""How long at most whoever leads waits for those who came with the ones before: less than what a transaction lasts."""

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


@final
class GroupCommit(Generic[Asked, Answer]):
    """Serves what threads ask, as many at a time as there are."""

    def __init__(
        self, serve: Callable[[Sequence[Asked]], Sequence[Answer | Exception]], turn: AbstractContextManager[object]
    ) -> None:
        """`serve` answers all that it is given in one transaction, in their order; it writes when it has the `turn`."""
        self._serve = serve
        self._turn = turn
        self._waiting: deque[_Ticket[Asked, Answer]] = deque()
        self._change = Lock()
        self._led = False
        self._before = 1
        """How many were served together the last time."""
        self._as_many = Event()
        """Set when so many wait again."""

    def ask(self, asked: Asked) -> Answer:
        """What is answered, as soon as the transaction holds.

        Raises: what it is answered with, if that is an error.
        """
        own = _Ticket[Asked, Answer](asked)
        with self._change:
            self._waiting.append(own)
            if len(self._waiting) >= self._before:
                self._as_many.set()
            leads = not self._led
            self._led = True
        if not leads:
            own.sleep()
        if own.answer is None:
            self._lead(own)
        assert own.answer is not None
        (answer,) = own.answer
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _lead(self, own: "_Ticket[Asked, Answer]") -> None:
        """Serve oneself with all who wait, wake them, and leave the lead to who has come meanwhile."""
        group: list[_Ticket[Asked, Answer]] = []
        try:
            if self._before > 1:
                self._as_many.wait(MOMENT_S)
            with self._turn:
                group = self._gathered(own)
                self._answer(group)
        finally:
            with self._change:
                self._waiting.extendleft(reversed([ticket for ticket in group[1:] if ticket.answer is None]))
                self._led = bool(self._waiting)
                if self._led:
                    self._waiting[0].wake()
            for ticket in group[1:]:
                if ticket.answer is not None:
                    ticket.wake()

    def _gathered(self, own: "_Ticket[Asked, Answer]") -> list["_Ticket[Asked, Answer]"]:
        with self._change:
            self._waiting.remove(own)
            group = [own, *(self._waiting.popleft() for _ in range(min(len(self._waiting), MOST - 1)))]
            self._before = len(group)
            self._as_many.clear()
            return group

    def _answer(self, group: "list[_Ticket[Asked, Answer]]") -> None:
        """Answer all of a group; when the database does not take them, the first alone."""
        try:
            answers = self._serve([ticket.asked for ticket in group])
        except Failure:
            if len(group) == 1:
                raise
            answers = self._serve([group[0].asked])
        for ticket, answer in zip(group, answers, strict=False):
            ticket.answer = (answer,)


@final
class _Ticket(Generic[Asked, Answer]):
    """What one thread asks, and how it hears the answer."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.answer: tuple[Answer | Exception] | None = None
        self._asleep = Lock()  # of all that threads can wait for it costs the least
        self._asleep.acquire()

    def sleep(self) -> None:
        """Wait until there is an answer, or whose turn it is to lead is this one."""
        self._asleep.acquire()

    def wake(self) -> None:
        """End that; once for each sleep."""
        self._asleep.release()
