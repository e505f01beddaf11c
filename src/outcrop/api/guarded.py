"""A call of a model under a guardrail: what it may ask for, what it may show, and what is answered when it may not.

Where AWS documents no form for bodies of pictures, the choice made here is in docs/compatibility.md. Source: Amazon
Bedrock API reference, "InvokeModel", for the headers; its user guide for the members that are added to a body.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any, Final, Literal, final

from PIL import Image
from starlette.datastructures import Headers
from starlette.requests import Request as HttpRequest

from outcrop.access.arns import bedrock_arn
from outcrop.api.constraints import at_most, like, refuse
from outcrop.api.guarding import Guard, Guarding, Weighing
from outcrop.api.guardrail_answers import assessment, reason
from outcrop.api.guardrails import MAX_CHARS, NAMED
from outcrop.api.identity import caller_of
from outcrop.clock import Clock
from outcrop.dialects.dialect import Dialect, Filtered
from outcrop.errors import InvalidRequest, Withheld
from outcrop.flow import Picture
from outcrop.jobs.looking import pixels_of
from outcrop.prompt import Fragment, Prompt
from outcrop.request import Request, TextToImage

NONE: Final = "The guardrail identifier or version provided in the request does not exist."
VERSION: Final = "|[1-9][0-9]{0,7}|DRAFT"
_TRACES: Final = ("ENABLED", "ENABLED_FULL")
_ACTION, _TRACE = "amazon-bedrock-guardrailAction", "amazon-bedrock-trace"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The guardrail that the headers of a call ask for."""

    identifier: str
    version: str
    trace: str

    def arn(self, region: str, account: str) -> str:
        """Its ARN, with the version where one is named, as policies have it in a condition."""
        arn = bedrock_arn("guardrail", region, account, self.identifier.rpartition("/")[2])
        return f"{arn}:{self.version}" if self.version else arn


def asked_guardrail(headers: Headers) -> Asked | None:
    """What headers ask for; None where they ask for none.

    Raises: InvalidRequest when what they name is no name of a guardrail.
    """
    identifier = headers.get("X-Amzn-Bedrock-GuardrailIdentifier", "")
    version = headers.get("X-Amzn-Bedrock-GuardrailVersion", "")
    refuse([*at_most("guardrailIdentifier", len(identifier), MAX_CHARS), *like("guardrailVersion", version, VERSION)])
    if not identifier and not version:
        return None
    if NAMED.fullmatch(identifier) is None:
        raise InvalidRequest(NONE)
    return Asked(identifier=identifier, version=version, trace=headers.get("X-Amzn-Bedrock-Trace", "DISABLED"))


class Intervened(Withheld):
    """A guardrail lets a call go no further; whoever raises it has the words in which that is answered."""


@final
class Guarded:
    """One call under a guardrail, as far as it has come."""

    def __init__(self, guard: Guard, trace: str, clock: Clock) -> None:
        self._guard = guard
        self._trace = trace
        self._clock = clock
        self._ways: dict[str, Weighing] = {}

    def admit(self, asked: Request) -> Request:
        """Let a request pass that the guardrail has nothing against, with what it masks masked.

        Raises: Intervened.
        """
        images = [] if isinstance(asked, TextToImage) else [pixels_of(asked.image)]
        weighing = self._guard.weigh("INPUT", [asked.prompt.text], self._clock, images)
        self._see("input", weighing)
        return replace(asked, prompt=self._masked(asked.prompt)) if weighing.found.masked else asked

    def release(self, pictures: Sequence[Picture]) -> None:
        """Let pictures pass that the guardrail has nothing against.

        Raises: Intervened.
        """
        images = [Image.open(BytesIO(picture.file)) for picture in pictures]
        self._see("outputs", self._guard.weigh("OUTPUT", [], self._clock, images))

    def _see(self, way: Literal["input", "outputs"], weighing: Weighing) -> None:
        self._ways[way] = weighing
        if weighing.found.blocked:
            policies = sorted({f"guardrail {each.policy}" for each in weighing.found.findings if each.detected})
            stage: Literal["prompt", "output image"] = "prompt" if way == "input" else "output image"
            raise Intervened("A guardrail holds it back.", stage=stage, categories=policies)

    def _masked(self, prompt: Prompt) -> Prompt:
        """The prompt, each of whose fragments is masked alone; one whose find spans several says nothing any more."""
        masked = [
            Fragment(text=self._guard.weigh("INPUT", [each.text], self._clock).found.texts[0], weight=each.weight)
            for each in prompt.fragments
        ]
        again = Prompt(fragments=tuple(masked))
        found = self._guard.weigh("INPUT", [again.text], self._clock).found
        return Prompt(fragments=(Fragment(text=found.texts[0], weight=1.0),)) if found.masked else again

    def marked(self, answer: bytes) -> bytes:
        """An answer with the members that say what the guardrail did: nothing that holds it back."""
        members = json.dumps(self._members("NONE"))
        return b"%s,%s" % (answer.rstrip()[:-1], members[1:].encode())

    def intervention(self, dialect: Dialect) -> bytes:
        """The answer in place of pictures: what the family answers without any, with the guardrail's own message."""
        way, weighing = list(self._ways.items())[-1]
        body = json.loads(_without_pictures(dialect, "prompt" if way == "input" else "output image"))
        return json.dumps({**body, "error": weighing.rules.message, **self._members("INTERVENED")}).encode()

    def _members(self, action: str) -> dict[str, object]:
        if self._trace not in _TRACES:
            return {_ACTION: action}
        told: dict[str, Any] = {way: self._told(way, weighing) for way, weighing in self._ways.items()}
        told["actionReason"] = reason(list(self._ways.values())[-1].found)
        return {_ACTION: action, _TRACE: {"guardrail": told}}

    def _told(self, way: str, weighing: Weighing) -> object:
        full = self._trace == "ENABLED_FULL"
        applied = self._guard.applied
        told = assessment(weighing.rules, weighing.found, weighing.weighed, applied, full=full)
        return {applied.id: told} if way == "input" else [{applied.id: told}]


def _without_pictures(dialect: Dialect, stage: Literal["prompt", "output image"]) -> bytes:
    """What a family answers where a filter left no picture; where that is an error, a success without any."""
    try:
        return dialect.render([Filtered(stage=stage)])
    except InvalidRequest:
        return dialect.render([])


async def guarded(request: HttpRequest, asked: Asked | None, guarding: Guarding, clock: Clock) -> Guarded | None:
    """A call under the guardrail that it asks for; None where it asks for none.

    Raises: InvalidRequest when the account has no such guardrail, or no version is named.
    """
    if asked is None:
        return None
    if not asked.version:
        raise InvalidRequest("A guardrail is named by 'guardrailIdentifier' and 'guardrailVersion' together.")
    guard = await guarding.find(caller_of(request).user.account_id, asked.identifier, asked.version)
    if guard is None:
        raise InvalidRequest(NONE)
    return Guarded(guard, asked.trace, clock)
