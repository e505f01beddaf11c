"""Policies that come with the installation, by name, and whether they can be read. Knows files; decides nothing."""

from functools import cache

from outcrop.access.bedrock_calls import DATA
from outcrop.access.policy import Policy
from outcrop.access.policy_reading import read_policy
from outcrop.errors import NoSuchResource

_FOLDER = DATA / "policies"


@cache
def managed_policy_names() -> tuple[str, ...]:
    """The names of the policies that come with the installation, in order."""
    return tuple(sorted(file.name.removesuffix(".json") for file in _FOLDER.iterdir() if file.name.endswith(".json")))


def managed_policy_text(name: str) -> str:
    """The document of a managed policy.

    Raises: NoSuchResource when there is none of that name; the message lists those there are.
    """
    if name not in managed_policy_names():
        raise NoSuchResource(
            f"There is no managed policy {name[:80]!r}; there are: {', '.join(managed_policy_names())}."
        )
    return (_FOLDER / f"{name}.json").read_text(encoding="utf-8")


@cache
def managed_policy(name: str) -> Policy:
    """A managed policy, read.

    Raises: NoSuchResource when there is none of that name.
    """
    return read_policy(managed_policy_text(name), name)
