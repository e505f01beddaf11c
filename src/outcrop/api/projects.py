"""Projects of Amazon Bedrock, a boundary between workloads: here an account has its default one alone.

Knows no operation. Source: botocore's service models of `bedrock` and `bedrock-runtime`, 1.44.8.
"""

from typing import Final

from outcrop.api.constraints import at_most, like, refuse
from outcrop.errors import InvalidRequest

MEMBER: Final = "projectIdentifier"
HEADER: Final = "X-Amzn-Bedrock-ProjectIdentifier"
"""What carries it to InvokeModel; operations of the control plane have it in their query."""

_MOST: Final = 2048
_PATTERN: Final = "([a-zA-Z0-9_-]+|arn:aws(-[^:]+)?:bedrock:[0-9a-z-]{1,20}:[0-9]{12}:project/[a-zA-Z0-9_-]+)"


def check_project(identifier: str | None) -> None:
    """Let a request pass that names no project or the default one.

    Raises: InvalidRequest where it names another, or nothing that could be one.
    """
    if identifier is None:
        return
    refuse([*at_most(MEMBER, len(identifier), _MOST), *like(MEMBER, identifier, _PATTERN)])
    if identifier.rpartition("/")[2] != "default":
        raise InvalidRequest(
            f"The project '{identifier[:100]}' doesn't exist. Accounts have their default project alone here: "
            f"leave {MEMBER} out, and tell workloads apart by application inference profiles with tags."
        )
