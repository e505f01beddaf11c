"""Holds what is asked for against its account's policy, before anything is planned. Knows no wire and draws nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from outcrop.errors import Withheld
from outcrop.jobs.looking import BLIND, Looking
from outcrop.request import Request
from outcrop.safety.policy import USUAL, Policy, read_policy
from outcrop.safety.prompts import check
from outcrop.store.database import Database
from outcrop.store.documents import find_document

PolicyOf = Callable[[str], Policy]
"""The policy of an account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """What is held back of what accounts ask for."""

    policy_of: PolicyOf | None = lambda _: USUAL
    """None holds no prompt back."""
    looking: Looking = BLIND
    """What is done about pictures."""

    def screen(self, account: str, asked: Request) -> None:
        """Let a request pass that may be drawn. Units: some tens of microseconds for most prompts.

        Raises: Withheld.
        """
        if self.policy_of is not None:
            _screen_words(self.policy_of(account), asked)
        self.looking.check_sent(account, asked)


def _screen_words(policy: Policy, asked: Request) -> None:
    verdict = check(asked.prompt.text, policy, negative=asked.negative_prompt.text)
    if verdict.blocked:
        blocking = [finding for finding in verdict.findings if finding.deed == "block"]
        raise Withheld(
            " ".join(dict.fromkeys(f"{finding.reason} {finding.suggestion}" for finding in blocking)),
            stage="prompt",
            categories=tuple(dict.fromkeys(finding.category for finding in blocking)),
        )


USUAL_FOR_ALL: Final = Screening()
"""For whoever keeps no accounts' policies."""


def kept_policies(database: Database) -> PolicyOf:
    """What accounts have left with the database; the usual policy for those that have left nothing."""

    def policy_of(account: str) -> Policy:
        with database.reading() as connection:
            document = find_document(connection, account, "prompt_policy")
        return USUAL if document is None else read_policy(document)

    return policy_of
