"""The one place where a domain error becomes an answer of Amazon Bedrock's protocol. Knows no operation and no caller.

Source: botocore's service models for the statuses; captured answers of the service for the header's suffix.
"""

import json
import math
from typing import Final

from starlette.responses import Response

from outcrop import errors

INTERNAL: Final = (500, "InternalServerException")
UNEXPECTED: Final = "The system encountered an unexpected error during processing. Try your request again."
"""All that a client learns of a defect of the server; the log has the rest."""

# Retried by boto3: ThrottlingException, ModelNotReadyException and every 5xx. So a 5xx stands here only where the same
# request may well succeed in a moment.
BEDROCK: Final[dict[type[Exception], tuple[int, str]]] = {
    errors.InvalidRequest: (400, "ValidationException"),
    errors.MalformedRequest: (400, "ValidationException"),
    errors.MalformedPolicy: (400, "ValidationException"),
    errors.NoSuchModel: (400, "ValidationException"),
    errors.BadCredentials: (400, "IncompleteSignature"),
    errors.NoCredentials: (403, "MissingAuthenticationTokenException"),
    errors.UnknownKey: (403, "UnrecognizedClientException"),
    errors.BadSignature: (403, "InvalidSignatureException"),
    errors.ExpiredKey: (403, "ExpiredTokenException"),
    errors.Denied: (403, "AccessDeniedException"),
    errors.AlreadyThere: (400, "ConflictException"),
    errors.NoRoom: (400, "ServiceQuotaExceededException"),
    errors.TooManyTags: (400, "TooManyTagsException"),
    errors.NoSuchResource: (404, "ResourceNotFoundException"),
    errors.NoSuchOperation: (404, "UnknownOperationException"),
    errors.Withheld: (400, "ValidationException"),  # where a family has no answer of its own
    errors.Unsupported: (424, "ModelErrorException"),
    errors.ModelFailed: (424, "ModelErrorException"),
    errors.Cancelled: (424, "ModelErrorException"),
    errors.BadCheckpoint: (424, "ModelErrorException"),
    errors.BadSettings: INTERNAL,
    errors.ImpossibleBooking: INTERNAL,
    errors.BudgetSpent: (400, "ServiceQuotaExceededException"),
    errors.Throttled: (429, "ThrottlingException"),
    errors.Loading: (429, "ModelNotReadyException"),
    errors.Overdue: (503, "ServiceUnavailableException"),
    errors.NotInTime: (408, "ModelTimeoutException"),
    errors.RefusedElsewhere: (424, "ModelErrorException"),  # never used: it brings its own, see _place
    errors.Unavailable: (503, "ServiceUnavailableException"),
    errors.StorageFailed: (503, "ServiceUnavailableException"),
}
"""Domain error to HTTP status and Bedrock's code."""

_ORIGINAL_STATUS: Final[dict[type[Exception], int]] = {errors.Unsupported: 501, errors.Cancelled: 499}
"""What a ModelErrorException says of its cause in `originalStatusCode`; 500 for all others."""

ERROR_TYPE_SUFFIX: Final = ":http://internal.amazon.com/coral/com.amazon.bedrock/"


def code_of(error: Exception) -> str:
    """Bedrock's code for an error."""
    return _place(error)[1]


def status_of(error: Exception) -> int:
    """The HTTP status for an error."""
    return _place(error)[0]


def message_of(error: Exception) -> str:
    """What a client learns of an error."""
    own = isinstance(error, errors.RefusedElsewhere) or code_of(error) != INTERNAL[1]
    return str(error) if own else UNEXPECTED


def _place(error: Exception) -> tuple[int, str]:
    """An error's status and code; one that was made elsewhere brings its own."""
    if isinstance(error, errors.RefusedElsewhere):
        return error.refused.status, error.refused.code
    return BEDROCK.get(type(error), INTERNAL)


def problem(error: Exception, resource: str) -> Response:
    """Answer with an error; anything that is no domain error becomes an InternalServerException that tells nothing.

    `resource` is what the request was about, for the errors that name it; empty when it was about nothing.
    """
    status, code = _place(error)
    members: dict[str, str | int] = {"message": message_of(error)}
    if isinstance(error, errors.RefusedElsewhere):
        members |= error.refused.members
    elif code == "ModelErrorException":
        members["originalStatusCode"] = _ORIGINAL_STATUS.get(type(error), 500)
        if resource:
            members["resourceName"] = resource
    headers = {"x-amzn-ErrorType": code + ERROR_TYPE_SUFFIX}
    wait_s = _wait_s(error)
    if wait_s is not None:
        headers["Retry-After"] = str(max(1, math.ceil(wait_s)))
    return Response(json.dumps(members), status_code=status, media_type="application/json", headers=headers)


def _wait_s(error: Exception) -> float | None:
    """Seconds after which a request may be tried again, where an error says so."""
    match error:
        case errors.Throttled(retry_after_s=seconds):
            return seconds
        case errors.RefusedElsewhere(refused=refused):
            return refused.retry_after_s
        case _:
            return None
