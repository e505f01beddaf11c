"""What a connection says by itself, where no application was asked. Knows the form of AWS's errors; knows no HTTP."""

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from outcrop.api.patience import GRACE_S, LEAST_RATE


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """An error in place of an answer."""

    status: HTTPStatus
    code: str
    message: str

    def body(self) -> bytes:
        """As clients of AWS read errors."""
        return json.dumps({"message": self.message}).encode()

    def headers(self) -> list[tuple[str, str]]:
        """What stands before it."""
        return [
            ("x-amzn-ErrorType", self.code),
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(self.body()))),
        ]


LATE: Final = Unanswered(
    status=HTTPStatus.REQUEST_TIMEOUT,
    code="RequestTimeoutException",
    message=f"Your request did not arrive in time: {GRACE_S:g} seconds, and one for every {LEAST_RATE:,} bytes.",
)
