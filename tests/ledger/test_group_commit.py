"""Threads that come at once share a transaction, and each hears its own answer."""

import sqlite3
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import final

import pytest
from sqlalchemy.exc import OperationalError

from outcrop.errors import BudgetSpent
from outcrop.ledger.group_commit import MOST, GroupCommit
from tests.toy_engine import PATIENCE_S


@final
class Desk:
    """Doubles numbers, refuses 13, and breaks down on 99 and on every group that has it."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.opens = Event()
        self.commits = GroupCommit[int, int](self.serve, self)

    def __enter__(self) -> None:
        assert self.opens.wait(PATIENCE_S)

    def __exit__(self, *_: object) -> None:
        pass

    def serve(self, asked: Sequence[int]) -> list[int | Exception]:
        """One transaction."""
        self.groups.append(list(asked))
        if 99 in asked:
            raise OperationalError("INSERT", None, sqlite3.OperationalError("no"))
        return [BudgetSpent("13 is too much") if number == 13 else 2 * number for number in asked]

    def ask_at_once(self, threads: ThreadPoolExecutor, numbers: Sequence[int]) -> list[Future[int]]:
        """Let each number be asked by a thread of its own, all before the first is served."""
        asking = [threads.submit(self.commits.ask, number) for number in numbers]
        while len(self.commits._waiting) < len(numbers):
            Event().wait(0.001)
        self.opens.set()
        return asking


def test_all_who_wait_are_served_together() -> None:
    """And in the order in which they came; one is refused without the others."""
    desk = Desk()
    with ThreadPoolExecutor(8) as threads:
        answers = desk.ask_at_once(threads, [1, 2, 13, 4])
        assert [answer.result(PATIENCE_S) for answer in answers if answer is not answers[2]] == [2, 4, 8]
        with pytest.raises(BudgetSpent, match="13 is too much"):
            answers[2].result(PATIENCE_S)
    assert [sorted(group) for group in desk.groups] == [[1, 2, 4, 13]]


def test_one_that_the_database_does_not_take_fails_alone() -> None:
    """Whoever leads; the others are served without it."""
    desk = Desk()
    with ThreadPoolExecutor(8) as threads:
        answers = desk.ask_at_once(threads, [1, 99, 3, 4])
        assert [answers[place].result(PATIENCE_S) for place in (0, 2, 3)] == [2, 6, 8]
        with pytest.raises(OperationalError):
            answers[1].result(PATIENCE_S)


def test_a_group_is_not_longer_than_it_may_be() -> None:
    """Nobody waits for a crowd."""
    desk = Desk()
    with ThreadPoolExecutor(MOST + 9) as threads:
        answers = desk.ask_at_once(threads, range(100, 100 + MOST + 9))
        assert sorted(answer.result(PATIENCE_S) for answer in answers) == list(range(200, 200 + 2 * (MOST + 9), 2))
    assert [len(group) for group in desk.groups] == [MOST, 9]


def test_whoever_comes_alone_waits_for_nobody() -> None:
    """One after the other, a group each."""
    desk = Desk()
    desk.opens.set()
    assert [desk.commits.ask(number) for number in (1, 2)] == [2, 4]
    assert desk.groups == [[1], [2]]
