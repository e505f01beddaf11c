"""The cookie of a session: how it is set, taken back and read, and what a page must show beside it to change anything.

Knows HTTP and browsers; knows no key. A cookie comes with whatever a browser sends to this host, so it counts for
Outcrop's own REST alone, and for what changes something only with the session's token in a header, from a page of
this very origin: another port of this machine is another origin, though browsers call it the same site.

Source: RFC 6265bis, "Cookies: HTTP State Management Mechanism"; OWASP Cross-Site Request Forgery Prevention Cheat
Sheet.
"""

import hmac
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from outcrop.access.sessions import Session
from outcrop.api.rest.problems import ROOT
from outcrop.errors import Denied

NAME: Final = "outcrop-session"
SECURE_NAME: Final = f"__Host-{NAME}"
"""Over TLS: browsers take it from this very host alone."""
CSRF_HEADER: Final = "x-outcrop-csrf"
SAFE: Final = frozenset({"GET", "HEAD"})
ELSEWHERE: Final = "A page of another origin asks for this; open the studio at its own address."


def find_cookie(request: Request) -> str | None:
    """What the browser shows of a session, where there is one."""
    return request.cookies.get(_name(request)) or None


def set_cookie(response: Response, request: Request, text: str, lasts_s: int) -> None:
    """Have the browser keep a session, out of reach of scripts and of other sites."""
    _write(response, request, text, lasts_s)


def clear_cookie(response: Response, request: Request) -> None:
    """Have the browser forget its session."""
    _write(response, request, "", 0)


def check_origin(request: Request) -> None:
    """Go on only for a page of this origin, or a program that is no browser.

    Raises: Denied.
    """
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise Denied(ELSEWHERE)
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise Denied(ELSEWHERE)


def check_change(request: Request, session: Session) -> None:
    """Go on only if a request changes nothing, or comes from the page that has signed in.

    Raises: Denied.
    """
    if request.method in SAFE:
        return
    check_origin(request)
    shown = request.headers.get(CSRF_HEADER, "")
    if not hmac.compare_digest(shown.encode(), session.csrf.encode()):
        raise Denied(
            f"What changes something needs the session's token in the header {CSRF_HEADER}; load the page again."
        )


def _secure(request: Request) -> bool:
    return bool(request.scope["scheme"] == "https")


def _name(request: Request) -> str:
    return SECURE_NAME if _secure(request) else NAME


def _write(response: Response, request: Request, text: str, lasts_s: int) -> None:
    secure = _secure(request)
    response.set_cookie(
        _name(request),
        text,
        max_age=lasts_s,
        path="/" if secure else ROOT,  # the prefix asks for /
        secure=secure,
        httponly=True,
        samesite="strict",
    )
