"""A certificate of the server's own, for TLS where nobody has bought one. Knows X.509; knows no socket.

An authority is made once and kept, so that clients trust one file for good; the certificate that it signs is made anew
when it nears its end, or when the server takes another name.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from outcrop.certificates import begun, usage, write_key
from outcrop.errors import BadSettings

FOLDER: Final = "tls"
AUTHORITY_DAYS: Final = 3650
SERVER_DAYS: Final = 397
"""Longer ones are refused by some clients."""
RENEW_DAYS: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What a server needs for TLS, as files."""

    chain: Path
    private_key: Path
    authority: Path
    """What clients have to trust: `AWS_CA_BUNDLE` names it."""


def own_certificate(home: Path, hosts: Sequence[str], now: float) -> Certificate:
    """The certificate in a folder, made where there is none that holds for these hosts for a while yet.

    Units: `now` in seconds since 1970. Raises: BadSettings when the files cannot be read or made.
    """
    folder = home / FOLDER
    files = Certificate(chain=folder / "server.pem", private_key=folder / "server.key", authority=folder / "ca.pem")
    today = datetime.fromtimestamp(now, UTC)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        authority, key = _authority(files.authority, folder / "ca.key", today)
        if not _holds(files, authority, hosts, today):
            _make_server(files, authority, key, hosts, today)
    except (OSError, ValueError, TypeError) as error:
        raise BadSettings(
            f"The certificates in {folder} cannot be used: {error}; delete the folder to have them made anew."
        ) from None
    return files


def _authority(file: Path, key_file: Path, now: datetime) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    if file.exists() and key_file.exists():
        kept = load_pem_private_key(key_file.read_bytes(), None)
        if not isinstance(kept, ec.EllipticCurvePrivateKey):
            raise ValueError(f"{key_file.name} holds another kind of key")
        return x509.load_pem_x509_certificate(file.read_bytes()), kept
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Outcrop's own authority")])
    authority = (
        begun(name, name, key.public_key(), now, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    write_key(key_file, key)
    file.write_bytes(authority.public_bytes(Encoding.PEM))
    return authority, key


def _holds(files: Certificate, authority: x509.Certificate, hosts: Sequence[str], now: datetime) -> bool:
    if not (files.chain.exists() and files.private_key.exists()):
        return False
    made = x509.load_pem_x509_certificate(files.chain.read_bytes())
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return (
        made.issuer == authority.subject
        and now + timedelta(days=RENEW_DAYS) < made.not_valid_after_utc
        and all(_general_name(host) in names for host in hosts)
    )


def _make_server(
    files: Certificate,
    authority: x509.Certificate,
    authority_key: ec.EllipticCurvePrivateKey,
    hosts: Sequence[str],
    now: datetime,
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Outcrop")])
    server = (
        begun(name, authority.subject, key.public_key(), now, SERVER_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_general_name(host) for host in hosts]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    write_key(files.private_key, key)
    files.chain.write_bytes(server.public_bytes(Encoding.PEM) + authority.public_bytes(Encoding.PEM))


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
