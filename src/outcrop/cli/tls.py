"""What the server needs for TLS: the operator's certificate, or one of its own. Knows settings; knows no wire."""

import socket
import ssl
from dataclasses import dataclass
from pathlib import Path

from outcrop.access.certificate import own_certificate
from outcrop.clock import unix_time
from outcrop.errors import BadSettings
from outcrop.settings import Settings

LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
ANY_HOST = {"0.0.0.0", "::"}  # noqa: S104 - compared, not listened on


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """Files in PEM."""

    chain: Path
    private_key: Path
    authority: Path | None
    """What clients have to be told to trust; None where they trust whoever signed the operator's certificate."""


def open_tls(settings: Settings) -> Tls | None:
    """The certificate to serve with; None serves plain HTTP.

    Raises: BadSettings when the certificate and the key cannot be read or do not belong together.
    """
    if settings.certificate is not None and settings.private_key is not None:
        tls = Tls(chain=settings.certificate, private_key=settings.private_key, authority=None)
    elif settings.tls:
        named = () if settings.host in {*LOCAL_HOSTS, *ANY_HOST} else (settings.host,)
        own = own_certificate(settings.home, (*LOCAL_HOSTS, socket.gethostname(), *named), unix_time())
        tls = Tls(chain=own.chain, private_key=own.private_key, authority=own.authority)
    else:
        return None
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(tls.chain, tls.private_key)
    except OSError as error:  # SSLError is one
        raise BadSettings(
            f"TLS cannot use {tls.chain} with {tls.private_key}: {error.strerror or error}; both must be PEM, "
            "the key without a passphrase."
        ) from None
    return tls
