"""Holds what is asked for against its account's policy, before anything is planned. Knows no wire and draws nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from outcrop.errors import Withheld
from outcrop.jobs.looking import BLIND, Looking
from outcrop.prompt import Prompt
from outcrop.request import Request
from outcrop.safety.policy import USUAL, Policy, read_policy
from outcrop.safety.prompts import CLEAN, Finding, Verdict, check
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

    def screen(self, account: str, asked: Request) -> tuple[str, ...]:
        """Let a request pass that may be drawn. Units: some tens of microseconds for most prompts.

        Returns the categories that the account's policy warns of and its words are about, each once.

        Raises: Withheld.
        """
        verdict = self._read(account, asked.prompt, asked.negative_prompt)
        _let_pass(verdict)
        self.looking.check_sent(account, asked)
        return _warned(verdict)

    def warned(self, account: str, prompt: Prompt, negative: Prompt) -> tuple[str, ...]:
        """The same of words alone that were let pass."""
        return _warned(self._read(account, prompt, negative))

    def _read(self, account: str, prompt: Prompt, negative: Prompt) -> Verdict:
        return CLEAN if self.policy_of is None else check(prompt.text, self.policy_of(account), negative.text)


def _let_pass(verdict: Verdict) -> None:
    if verdict.blocked:
        blocking = [finding for finding in verdict.findings if finding.deed == "block"]
        raise Withheld(
            " ".join(dict.fromkeys(f"{finding.reason} {finding.suggestion}" for finding in blocking)),
            stage="prompt",
            categories=_categories(blocking),
        )


def _warned(verdict: Verdict) -> tuple[str, ...]:
    """Without what was found with low confidence, which is nothing to hold against anybody."""
    return _categories(each for each in verdict.findings if each.deed == "warn" and each.confidence != "low")


def _categories(findings: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(finding.category for finding in findings))


USUAL_FOR_ALL: Final = Screening()
"""For whoever keeps no accounts' policies."""


def kept_policies(database: Database) -> PolicyOf:
    """What accounts have left with the database; the usual policy for those that have left nothing."""

    def policy_of(account: str) -> Policy:
        with database.reading() as connection:
            document = find_document(connection, account, "prompt_policy")
        return USUAL if document is None else read_policy(document)

    return policy_of
