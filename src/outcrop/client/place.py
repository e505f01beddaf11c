"""Where a server is and who asks there: given, or from the variables that AWS's own clients read. Sends nothing."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from outcrop.errors import BadSettings, NoCredentials

DEFAULT_URL: Final = "http://127.0.0.1:8321"
DEFAULT_REGION: Final = "us-west-2"
URLS: Final = ("OUTCROP_URL", "AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "AWS_ENDPOINT_URL_BEDROCK", "AWS_ENDPOINT_URL")
REGIONS: Final = ("AWS_REGION", "AWS_DEFAULT_REGION")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """A key that is shown as it is."""

    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """A key that signs."""

    key_id: str
    secret: str
    session_token: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A server, and who asks there."""

    url: str
    credentials: Bearer | Keys
    region: str = DEFAULT_REGION
    authority: str | None = None
    """File of the certificates that vouch for the server, in PEM; None asks those of the system."""

    @property
    def host(self) -> str:
        """Name and port, as the header Host has them."""
        return urlsplit(self.url).netloc

    @property
    def secure(self) -> bool:
        """Whether it is reached over TLS."""
        return urlsplit(self.url).scheme == "https"


def find_place(url: str | None = None, token: str | None = None, environ: Mapping[str, str] | None = None) -> Place:
    """The server and the key that are given, what is not given from the environment.

    Raises: BadSettings when the URL is none; NoCredentials when there is no key.
    """
    there = os.environ if environ is None else environ
    found = (url or _first(there, URLS) or DEFAULT_URL).rstrip("/")
    parts = urlsplit(found)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
        raise BadSettings(f"'{found[:200]}' is no address of a server; one reads like {DEFAULT_URL}.")
    return Place(
        url=found,
        credentials=_credentials(token, there),
        region=_first(there, REGIONS) or DEFAULT_REGION,
        authority=there.get("AWS_CA_BUNDLE"),
    )


def _credentials(token: str | None, environ: Mapping[str, str]) -> Bearer | Keys:
    shown = token or environ.get("AWS_BEARER_TOKEN_BEDROCK")
    if shown:
        return Bearer(token=shown)
    key_id, secret = environ.get("AWS_ACCESS_KEY_ID"), environ.get("AWS_SECRET_ACCESS_KEY")
    if key_id and secret:
        return Keys(key_id=key_id, secret=secret, session_token=environ.get("AWS_SESSION_TOKEN"))
    raise NoCredentials(
        "There is no key: `outcrop serve` shows one as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, `outcrop keys "
        "create` makes another; AWS_BEARER_TOKEN_BEDROCK is read as well."
    )


def _first(environ: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((environ[name] for name in names if environ.get(name)), None)
