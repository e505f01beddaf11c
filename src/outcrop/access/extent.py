"""How far an operation of the REST reaches: to what is one's own, one's account's, or the installation's.

Knows the ARNs of each; decides nothing.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from outcrop.access.arns import outcrop_arn
from outcrop.access.bedrock_calls import DATA
from outcrop.store.accounts import User

Extent = Literal["user", "account", "installation"]

FIGURES: Final[Mapping[str, str]] = {"user": "user/{user}", "account": "account", "installation": "installation"}
"""What is asked about where the table says nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """All that there is of a kind, by its ARN; None where there is none."""

    user: str | None
    account: str | None
    installation: str | None


def reach_of(operation: str, user: User, region: str) -> Reach:
    """What a user might ask an operation about."""
    names = _kinds().get(operation, FIGURES)
    places: Mapping[Extent, str] = {"user": user.account_id, "account": user.account_id, "installation": ""}
    return Reach(
        **{
            extent: outcrop_arn(region, account, names[extent].format(user=user.name)) if extent in names else None
            for extent, account in places.items()
        }
    )


@cache
def _kinds() -> Mapping[str, Mapping[str, str]]:
    """The names of each operation's kind."""
    table = tomllib.loads((DATA / "outcrop_resources.toml").read_text(encoding="utf-8"))
    return {operation: kind for kind in table["kinds"] for operation in kind.pop("operations")}
