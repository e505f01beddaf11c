"""What a connection says by itself, where no application was asked. Knows the form of AWS's errors; knows no HTTP."""

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from outcrop.api.patience import GRACE_S, LEAST_RATE
from outcrop.api.problems import ERROR_TYPE_SUFFIX
from outcrop.clock import new_id


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
        """What stands before it, with an id of its own each time: nobody else has given the request one."""
        return [
            ("x-amzn-ErrorType", self.code + ERROR_TYPE_SUFFIX),
            ("x-amzn-RequestId", new_id()),
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(self.body()))),
        ]


LATE: Final = Unanswered(
    status=HTTPStatus.REQUEST_TIMEOUT,
    code="RequestTimeoutException",
    message=f"Your request did not arrive in time: {GRACE_S:g} seconds, and one for every {LEAST_RATE:,} bytes.",
)
