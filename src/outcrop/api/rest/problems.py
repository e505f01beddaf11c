"""The one place where a domain error becomes an answer of Outcrop's own REST. Knows no operation and no caller.

Source: RFC 9457, "Problem Details for HTTP APIs"; RFC 9110 for statuses and the headers that they ask for.
"""

import json
import math
from http import HTTPStatus
from typing import Final

from starlette.responses import Response

from outcrop import errors
from outcrop.api.problems import UNEXPECTED

ROOT: Final = "/v1"
AMAZONS: Final = (f"{ROOT}/data_retention/", f"{ROOT}/projects/")
"""Paths below the same root on which Amazon Bedrock has operations: its clients understand its own errors alone."""
MEDIA_TYPE: Final = "application/problem+json"
INTERNAL: Final = 500

STATUSES: Final[dict[type[Exception], int]] = {
    errors.MalformedRequest: 400,
    errors.InvalidRequest: 422,
    errors.MalformedPolicy: 422,
    errors.TooManyTags: 422,
    errors.Unsupported: 422,
    errors.Withheld: 422,
    errors.NoCredentials: 401,
    errors.BadCredentials: 401,
    errors.UnknownKey: 401,
    errors.BadSignature: 401,
    errors.ExpiredKey: 401,
    errors.Denied: 403,
    errors.NoSuchModel: 404,
    errors.NoSuchResource: 404,
    errors.NoSuchOperation: 404,
    errors.AlreadyThere: 409,
    errors.NoRoom: 409,
    errors.BudgetSpent: 409,
    errors.Throttled: 429,
    errors.Cancelled: 400,
    errors.ModelFailed: INTERNAL,
    errors.BadCheckpoint: INTERNAL,
    errors.BadSettings: INTERNAL,
    errors.ImpossibleBooking: INTERNAL,
    errors.Loading: 503,
    errors.Overdue: 503,
    errors.Unavailable: 503,
    errors.StorageFailed: 503,
    errors.NotInTime: 503,
    errors.RefusedElsewhere: 503,
}
"""Domain error to HTTP status. 400 is a request that the contract forbids, 422 one that it allows and that makes no
sense all the same."""


def is_rest(path: str) -> bool:
    """Whether a path belongs to the REST."""
    return path == ROOT or (path.startswith(f"{ROOT}/") and not path.startswith(AMAZONS))


def rest_problem(error: Exception, request_id: str) -> Response:
    """Answer with an error; anything that is no domain error tells nothing of itself."""
    status = STATUSES.get(type(error), INTERNAL)
    headers = {}
    members: dict[str, object] = {}
    match error:
        case errors.NoSuchOperation(others=others) if others:
            status = 405
            headers["Allow"] = ", ".join(others)
        case errors.Throttled():
            headers["Retry-After"] = str(max(1, math.ceil(error.retry_after_s)))
        case errors.MalformedRequest():
            members["errors"] = [{"pointer": pointer, "detail": detail} for pointer, detail in error.violations]
        case _ if status == 401:
            headers["WWW-Authenticate"] = "AWS4-HMAC-SHA256, Bearer"
        case _:
            pass
    known = status != INTERNAL
    content = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": str(error) if known else UNEXPECTED,
        "code": type(error).__name__ if known else "Unexpected",
        "instance": f"urn:uuid:{request_id}",
        **members,
    }
    return Response(json.dumps(content), status_code=status, media_type=MEDIA_TYPE, headers=headers)
