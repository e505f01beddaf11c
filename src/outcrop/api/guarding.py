"""Finds the guardrail that a request names and holds content against it. Knows no body and no model."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PIL import Image

from outcrop.access.arns import bedrock_arn
from outcrop.access.directory import Directory
from outcrop.api.guardrail_answers import Applied, Weighed
from outcrop.api.guardrail_bodies import NO_JUDGE
from outcrop.api.guardrails import NAMED, version_of
from outcrop.clock import Clock
from outcrop.errors import Unsupported
from outcrop.safety.contents import Kind, Level, surest, text_levels
from outcrop.safety.guardrail import Assessment, Rules, Seen, Source, assess, read_rules
from outcrop.safety.pictures import Judge, level_of
from outcrop.store.guardrails import find_guardrail


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """What a guardrail says of some content."""

    rules: Rules
    found: Assessment
    weighed: Weighed


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """A guardrail that was found."""

    content: str
    applied: Applied
    judge: Judge | None

    def weigh(self, source: Source, texts: Sequence[str], clock: Clock, images: Sequence[Image.Image] = ()) -> Weighing:
        """Hold texts and pictures against it; takes a while over long ones: call it where nobody waits for the thread.

        Raises: Unsupported when it reads pictures and there is no judge of them any more.
        """
        began = clock()
        rules = read_rules(self.content, source)
        levels = map(text_levels, texts) if rules.reads_contents else ()
        found = assess(rules, texts, Seen(text=surest(levels), images=self._seen(rules, images)))
        took_ms = round((clock() - began) * 1000)
        return Weighing(rules=rules, found=found, weighed=Weighed(texts=texts, images=len(images), took_ms=took_ms))

    def _seen(self, rules: Rules, images: Sequence[Image.Image]) -> tuple[Mapping[Kind, Level], ...]:
        if not images or not rules.reads_pictures:
            return ()
        if self.judge is None:
            raise Unsupported(f"The guardrail {self.applied.id} reads pictures, and {NO_JUDGE}")
        return tuple({"SEXUAL": level_of(self.judge(image))} for image in images)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarding:
    """Guardrails, as far as they are applied."""

    directory: Directory
    region: str
    judge: Judge | None = None
    """Who looks at pictures; None where nobody does."""

    async def find(self, account: str, identifier: str, version: str) -> Guard | None:
        """The guardrail of that id or ARN in that version, if the account has it."""
        named = NAMED.fullmatch(identifier)
        if named is None or named["account"] not in {None, account}:
            return None
        kept = await asyncio.to_thread(partial(self._content, account, named["id"], version_of(version)))
        arn = bedrock_arn("guardrail", self.region, account, named["id"])
        return (
            None
            if kept is None
            else Guard(content=kept, applied=Applied(id=named["id"], version=version, arn=arn), judge=self.judge)
        )

    def _content(self, account: str, guardrail_id: str, version: int) -> str | None:
        with self.directory.database.reading() as connection:
            found = find_guardrail(connection, account, guardrail_id, version)
            return None if found is None else found.content
