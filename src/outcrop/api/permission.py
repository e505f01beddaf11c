"""May whoever asks do this: every operation asks here first. Knows requests and callers; knows no operation's work."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from starlette.requests import Request

from outcrop.access.authorization import authorize
from outcrop.access.bedrock_calls import Call, Circumstances, Principal
from outcrop.access.directory import Directory
from outcrop.api.identity import caller_of
from outcrop.store.tags import tags_of

NO_TAGS: Final = MappingProxyType[str, str]({})

Tagged = Mapping[str, Mapping[str, str]]
"""ARN to what is tagged on it."""
NOTHING_TAGGED: Final[Tagged] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """Holds calls against the policies of whoever makes them."""

    directory: Directory
    region: str

    def require(
        self,
        request: Request,
        operation: str,
        *arns: str,
        profile: str | None = None,
        guardrail: str | None = None,
        tags: Mapping[str, str | None] = NO_TAGS,
        tagged: Tagged = NOTHING_TAGGED,
    ) -> None:
        """Let a request pass that may do an operation to what the ARNs name.

        `profile` is the ARN of the inference profile through which it asks, if it does; `guardrail` that of the
        guardrail to apply, with its version; `tags` are what the call would put on something, None for a key that it
        would take off; `tagged` is what `tags_on` found on what the ARNs name.

        Raises: Denied in AWS's words otherwise.
        """
        caller = caller_of(request)
        user = caller.user
        call = Call(
            operation=operation,
            region=self.region,
            arns=arns,
            profile=profile,
            guardrail=guardrail,
            tags=tags,
            tagged=tagged,
            service_tier=request.headers.get("X-Amzn-Bedrock-Service-Tier"),
        )
        principal = Principal(account=user.account_id, user_name=user.name, user_id=user.id, bearer=caller.bearer)
        circumstances = Circumstances(
            at=self.directory.now(),
            source_ip=request.client.host if request.client else None,
            secure=request.scope["scheme"] == "https",
            user_agent=request.headers.get("user-agent"),
        )
        authorize(caller.standing.policies, call, principal, circumstances)

    async def tags_on(self, request: Request, arn: str) -> Tagged:
        """What is tagged on something that the caller's account has made; it need not be there."""
        if self.directory.database.is_near:  # where readers wait for nobody
            return self.tags_on_in_thread(request, arn)
        return await asyncio.to_thread(self.tags_on_in_thread, request, arn)

    def tags_on_in_thread(self, request: Request, arn: str) -> Tagged:
        """The same, for a thread that may wait for the database."""
        account = caller_of(request).user.account_id
        with self.directory.database.reading() as connection:
            return {arn: tags_of(connection, account, arn.split(":", 5)[-1])}
