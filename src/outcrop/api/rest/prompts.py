"""Prompts before they are drawn: advice on one, one from its parts, and what an account wants held back.

Knows words and policies; draws nothing.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from starlette.responses import JSONResponse, Response

from outcrop.api.noting import note
from outcrop.api.rest.asking import Asked
from outcrop.api.rest.branding import kit_of
from outcrop.api.rest.whose import Whose, account_id_of
from outcrop.catalog.load import Catalog
from outcrop.jobs.screening import Screening
from outcrop.prompting.build import Parts, build, refine
from outcrop.prompting.lint import Advice, Reads
from outcrop.safety.advice import USUAL_READS, advise, reads_of
from outcrop.safety.policy import USUAL, Policy, read_policy, written
from outcrop.safety.rulebook import CATEGORIES
from outcrop.store.database import Database
from outcrop.store.documents import find_document, put_document, remove_document


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompts:
    """Words for pictures, and the policies that they are held against."""

    catalog: Catalog
    database: Database
    screening: Screening
    region: str

    def doing(self) -> Mapping[str, Callable[[Asked], Response]]:
        """Each operation by its name."""
        return {
            "LintPrompt": self.lint,
            "BuildPrompt": self.build,
            "GetPromptPolicy": self.get_policy,
            "PutPromptPolicy": self.put_policy,
            "DeletePromptPolicy": self.delete_policy,
        }

    def lint(self, asked: Asked) -> Response:
        """LintPrompt: what there is to say of a prompt, by the caller's policy and the craft.

        Raises: Denied; NoSuchModel.
        """
        asked.require()
        reads = self._reads(asked.body["model"]) if "model" in asked.body else USUAL_READS
        negative = asked.body.get("negativePrompt", "")
        avoid = self._avoided(asked) if asked.body.get("brandKit") else ()
        return JSONResponse(_found(advise(asked.body["prompt"], negative, self._policy_of(asked), reads, avoid)))

    def build(self, asked: Asked) -> Response:
        """BuildPrompt: one sentence from its parts, and what there is to say of it.

        Raises: Denied.
        """
        asked.require()
        parts = {name: text for name, text in asked.body.items() if name != "refine"}
        prompt = build(Parts(**parts))
        prompt = refine(prompt) if asked.body.get("refine") else prompt
        return JSONResponse({"prompt": prompt, **_found(advise(prompt, policy=self._policy_of(asked)))})

    def get_policy(self, asked: Asked) -> Response:
        """GetPromptPolicy: what an account wants held back, or what is usual where it has said nothing.

        Raises: Denied; NoSuchResource when there is no such account.
        """
        account = self._account(asked)
        with self.database.reading() as connection:
            document = find_document(connection, account, "prompt_policy")
        return JSONResponse(_described(USUAL if document is None else read_policy(document), own=document is not None))

    def put_policy(self, asked: Asked) -> Response:
        """PutPromptPolicy: in place of the one there was; it holds from the next request on.

        Raises: Denied; NoSuchResource when there is no such account; InvalidRequest when minors shall not be protected.
        """
        account = self._account(asked)
        policy = read_policy(json.dumps(asked.body))
        with self.database.writing() as connection:
            put_document(connection, account, "prompt_policy", written(policy))
        listed = {name: len(words) for name, words in (("deny", policy.deny), ("allow", policy.allow))}
        deeds = {category: policy.deed(category) for category in CATEGORIES}
        note(asked.request, {"account": account, "policy": {"categories": deeds, **listed}})
        return JSONResponse(_described(policy, own=True))

    def delete_policy(self, asked: Asked) -> Response:
        """DeletePromptPolicy: what is usual holds again.

        Raises: Denied; NoSuchResource when there is no such account.
        """
        account = self._account(asked)
        with self.database.writing() as connection:
            remove_document(connection, account, "prompt_policy")
        note(asked.request, {"account": account})
        return Response(status_code=204)

    def _account(self, asked: Asked) -> str:
        account = account_id_of(asked, asked.parameters.get("account"), self.database, self.region)
        asked.require(Whose(account_id=account).arn(self.region))
        return account

    def _avoided(self, asked: Asked) -> Sequence[str]:
        """The words that the caller's account avoids."""
        with self.database.reading() as connection:
            return kit_of(connection, asked.caller.user.account_id).avoid

    def _policy_of(self, asked: Asked) -> Policy:
        policy_of = self.screening.policy_of
        return USUAL if policy_of is None else policy_of(asked.caller.user.account_id)

    def _reads(self, model: str) -> Reads:
        return reads_of(preview=self.catalog.checkpoint_of(self.catalog.model_named(model)).preview)


def _found(advice: Sequence[Advice]) -> dict[str, Any]:
    return {"findings": [asdict(each) for each in advice], "blocked": any(one.severity == "blocked" for one in advice)}


def _described(policy: Policy, *, own: bool) -> dict[str, Any]:
    return {**json.loads(written(policy)), "own": own}
