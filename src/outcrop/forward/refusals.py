"""Turns an answer of Amazon Bedrock that is no success into the error it is here. Knows statuses; knows no model.

What Bedrock says of the call is kept in its own words. What it says of the operator's credentials is not the client's
affair: a client that read "the security token is invalid" would look for the mistake in its own.

Source: botocore's service model of `bedrock-runtime`; AWS, "Troubleshooting Amazon Bedrock API Error Codes".
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from outcrop.errors import ModelFailed, NotInTime, OutcropError, Refused, RefusedElsewhere, Throttled, Unavailable

OF_CREDENTIALS: Final = frozenset({
    "ExpiredToken", "ExpiredTokenException", "IncompleteSignature", "IncompleteSignatureException",
    "InvalidClientTokenId", "InvalidSignatureException", "MissingAuthenticationToken",
    "MissingAuthenticationTokenException", "NotAuthorized", "OptInRequired", "RequestExpired", "RequestTimeTooSkewed",
    "SignatureDoesNotMatch", "UnrecognizedClientException",
})  # fmt: skip
"""Codes that speak of who signed, and that is this server."""

NOT_TAKEN: Final = (
    "Amazon Bedrock, to which this server passes the model on, does not take the server's credentials; its operator "
    "finds the reason in its log."
)
MAX_MESSAGE_CHARS: Final = 8192

_CODE = re.compile(r"[A-Za-z_]{1,100}")
_PRINCIPAL = re.compile(r"arn:aws[a-z-]*:(iam|sts)::[^\s,;\"']*")
_ACCOUNT = re.compile(r"\b[0-9]{12}\b")


def refusal(status: int, headers: Mapping[str, str], body: bytes) -> OutcropError:
    """The error for an answer; `headers` have names in small letters."""
    content = _content(body)
    code = _code(headers.get("x-amzn-errortype") or content.get("__type") or content.get("code"))
    if code in OF_CREDENTIALS or (not code and status in {401, 403}):
        return ModelFailed(NOT_TAKEN)
    if code and 400 <= status < 600:
        refused = Refused(
            status=status,
            code=code,
            members={name: content[name] for name in ("originalStatusCode", "resourceName") if _plain(content, name)},
            request_id=headers.get("x-amzn-requestid", ""),
            retry_after_s=_seconds(headers.get("retry-after", "")),
        )
        return RefusedElsewhere(said(content), refused)
    return _nameless(status)


def said(content: Mapping[str, Any]) -> str:
    """The message of an answer, without the operator's name and account."""
    message = content.get("message") or content.get("Message") or ""
    text = message if isinstance(message, str) else ""
    return _ACCOUNT.sub("(account)", _PRINCIPAL.sub("(this server)", text))[:MAX_MESSAGE_CHARS]


def _nameless(status: int) -> OutcropError:
    """What stands between here and there, such as a proxy, knows no code of Bedrock's."""
    what = f"Amazon Bedrock, to which this server passes the model on, answered with status {status} and no error code"
    match status:
        case 408 | 504:
            return NotInTime(f"{what}.")
        case 429:
            return Throttled(f"{what}; too many requests, please wait before trying again.")
        case 500 | 502 | 503 | 529:
            return Unavailable(f"{what}. Try your request again in a moment.")
        case _:
            return ModelFailed(f"{what}.")


def _content(body: bytes) -> Mapping[str, Any]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _code(given: object) -> str:
    """A code without the namespace after its colon or before its number sign."""
    name = given.partition(":")[0].rpartition("#")[2] if isinstance(given, str) else ""
    return name if _CODE.fullmatch(name) else ""


def _plain(content: Mapping[str, Any], name: str) -> bool:
    return isinstance(content.get(name), int if name == "originalStatusCode" else str)


def _seconds(text: str) -> float | None:
    return float(text) if re.fullmatch(r"\d{1,5}", text) else None
