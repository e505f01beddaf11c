"""Find what a request names to be invoked, in the catalogue or among what the account has made, and who may invoke it.

Knows no operation.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import quote

from starlette.requests import Request

from outcrop.access.arns import Kind, bedrock_arn
from outcrop.access.bedrock_calls import without_version
from outcrop.access.directory import Directory
from outcrop.access.model_access import check_model_access
from outcrop.api.identity import caller_of
from outcrop.api.manner import Manner
from outcrop.api.model_ids import Named, find_invoked, own_profile
from outcrop.api.permission import NO_TAGS, NOTHING_TAGGED, Permission, Tagged
from outcrop.catalog.load import Catalog
from outcrop.errors import NoSuchResource
from outcrop.store.inference_profiles import InferenceProfile, find_profile
from outcrop.store.tags import profile_resource, tags_of

END_OF_LIFE: Final = (
    "This model version has reached the end of its life. Please refer to the AWS documentation for more details."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What policies are asked about besides what is named."""

    guardrail: str | None = None
    """The ARN of the one to apply, with its version."""
    tags: Mapping[str, str] = field(default_factory=lambda: NO_TAGS)
    tagged: Tagged = field(default_factory=lambda: NOTHING_TAGGED)
    """What is tagged on the guardrail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocable:
    """The models, as far as callers may invoke them."""

    catalog: Catalog
    directory: Directory
    permission: Permission
    region: str
    manner: Manner

    async def find(
        self,
        request: Request,
        operation: str,
        segment: str,
        *others: str,
        guardrail: str | None = None,
        tags: Mapping[str, str] = NO_TAGS,
    ) -> Named:
        """The model that is named, if whoever asks may do that with it and their account has access to it.

        `segment` is percent-encoded; `others` are ARNs that the operation is about besides the model's; `guardrail` is
        the ARN of the one to apply, with its version.

        Raises: NoSuchModel; NoSuchResource; InvalidRequest; Denied.
        """
        account = caller_of(request).user.account_id
        named = await find_named(self.catalog, self.directory, account, segment)
        tagged = NOTHING_TAGGED
        if guardrail is not None:
            tagged = await self.permission.tags_on(request, without_version(guardrail))
        self._check(request, operation, named, others, Beside(guardrail=guardrail, tags=tags, tagged=tagged))
        return named

    def find_in_thread(self, request: Request, operation: str, name: str) -> Named:
        """The same by a name that is not encoded, for a thread that may wait for the database.

        Raises: as `find` does.
        """
        named = _find_named(self.catalog, self.directory, caller_of(request).user.account_id, quote(name, safe=""))
        self._check(request, operation, named, (), Beside())
        return named

    def _check(self, request: Request, operation: str, named: Named, others: Sequence[str], beside: Beside) -> None:
        caller = caller_of(request)
        account = caller.user.account_id
        profile = named.profile_arn(self.region, account)
        # As at AWS: the profile, and the model in every region that it leads to.
        arns = named.model_arns(self.region) if profile is None else [profile, *named.model_arns(self.region)]
        self.permission.require(
            request,
            operation,
            *others,
            *arns,
            profile=profile,
            guardrail=beside.guardrail,
            tags=beside.tags,
            tagged=beside.tagged if profile is None else {**beside.tagged, profile: named.tags},
        )
        check_model_access(caller.standing.grants, self.region, named.card.id)
        if not self.manner.answers_retired and named.card.retired(self.directory.now()):
            raise NoSuchResource(END_OF_LIFE)

    async def find_for_job(
        self,
        request: Request,
        operation: str,
        kind: Kind,
        model: str,
        tags: Mapping[str, str],
    ) -> Named:
        """The model that a body names for a job to come; `kind` is the job's, as its ARN says it.

        Raises: as `find` does.
        """
        to_come = bedrock_arn(kind, self.region, caller_of(request).user.account_id, "*")
        return await self.find(request, operation, quote(model, safe=""), to_come, tags=tags)


async def find_named(catalog: Catalog, directory: Directory, account: str, segment: str) -> Named:
    """The model that a path segment names, whatever leads to it.

    Raises: NoSuchModel, NoSuchResource or InvalidRequest as `find_invoked` does.
    """
    if own_profile(segment, account) is None:
        return find_invoked(catalog, segment)
    return await asyncio.to_thread(_find_named, catalog, directory, account, segment)


def _find_named(catalog: Catalog, directory: Directory, account: str, segment: str) -> Named:
    profile_id = own_profile(segment, account)
    kept = None if profile_id is None else _kept(directory, account, profile_id)
    if kept is None:
        return find_invoked(catalog, segment)
    profile, tags = kept
    return replace(named_by(catalog, profile), tags=tags)


def named_by(catalog: Catalog, profile: InferenceProfile) -> Named:
    """What an account's own profile leads to.

    Raises: NoSuchModel when the catalogue does not have it any more.
    """
    return replace(find_invoked(catalog, quote(profile.source, safe="")), own=profile.id)


def _kept(directory: Directory, account: str, profile_id: str) -> tuple[InferenceProfile, Mapping[str, str]] | None:
    with directory.database.reading() as connection:
        found = find_profile(connection, account, profile_id)
        return None if found is None else (found, tags_of(connection, account, profile_resource(found.id)))
