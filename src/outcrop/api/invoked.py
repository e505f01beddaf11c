"""Find what a path names to be invoked: in the catalogue, or among what the account has made. Knows no operation."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote

from outcrop.access.directory import Directory
from outcrop.api.model_ids import Named, find_invoked, own_profile
from outcrop.catalog.load import Catalog
from outcrop.store.inference_profiles import InferenceProfile, find_profile
from outcrop.store.tags import profile_resource, tags_of


async def find_named(catalog: Catalog, directory: Directory, account: str, segment: str) -> Named:
    """The model that a path segment names, whatever leads to it.

    Raises: NoSuchModel, NoSuchResource or InvalidRequest as `find_invoked` does.
    """
    profile_id = own_profile(segment, account)
    if profile_id is not None:
        kept = await asyncio.to_thread(_kept, directory, account, profile_id)
        if kept is not None:
            profile, tags = kept
            return replace(named_by(catalog, profile), tags=tags)
    return find_invoked(catalog, segment)


def named_by(catalog: Catalog, profile: InferenceProfile) -> Named:
    """What an account's own profile leads to.

    Raises: NoSuchModel when the catalogue does not have it any more.
    """
    return replace(find_invoked(catalog, quote(profile.source, safe="")), own=profile.id)


def _kept(directory: Directory, account: str, profile_id: str) -> tuple[InferenceProfile, Mapping[str, str]] | None:
    with directory.database.reading() as connection:
        found = find_profile(connection, account, profile_id)
        return None if found is None else (found, tags_of(connection, account, profile_resource(found.id)))
