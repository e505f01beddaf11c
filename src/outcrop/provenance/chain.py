"""The certificates that pictures are signed with: the operator's, or a development chain. Knows X.509 alone.

A development chain says who signed only to those who trust this installation, and its names say so. The keys of its
root and of its intermediate are forgotten once they have signed: nothing more can be issued in their name.

Source: C2PA Technical Specification 2.1, section 14.5 "X.509 certificates".
"""

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from outcrop.certificates import begun, usage, write_key
from outcrop.errors import BadSettings

FOLDER: Final = "credentials"
DAYS: Final = 3650
ALGORITHMS: Final = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}
"""Curve of the leaf's key to the signature that it makes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """What signs, in PEM."""

    certificates: bytes
    """The leaf first, then what leads to its root, without the root."""
    private_key: bytes
    algorithm: str
    """One of `ALGORITHMS`."""
    root: bytes
    """What those have to trust who believe the signature; the last certificate, where the root is not known."""


def read_chain(certificates: Path, private_key: Path) -> Chain:
    """The operator's own chain.

    Raises: BadSettings when a file cannot be read, holds something else, or the two do not belong together.
    """
    try:
        return _checked(certificates.read_bytes(), private_key.read_bytes())
    except (OSError, ValueError, TypeError) as error:
        raise BadSettings(
            f"Pictures cannot be signed with {certificates} and {private_key}: {error}; both must be PEM, the "
            "certificates from the leaf on, the key without a passphrase."
        ) from None


def read_roots(file: Path) -> bytes:
    """The certificates of a file, all of them trusted.

    Raises: BadSettings when it cannot be read or holds none.
    """
    try:
        content = file.read_bytes()
        x509.load_pem_x509_certificates(content)
    except (OSError, ValueError) as error:
        raise BadSettings(f"The certificates to trust, {file}, cannot be read: {error}; they must be PEM.") from None
    return content


def development_chain(home: Path, now: float) -> Chain:
    """The chain in a folder, made where there is none.

    Units: `now` in seconds since 1970. Raises: BadSettings when the files cannot be read or made.
    """
    folder = home / FOLDER
    try:
        if not folder.exists():
            _make(folder, datetime.fromtimestamp(now, UTC))
        chain = _checked((folder / "chain.pem").read_bytes(), (folder / "chain.key").read_bytes())
        return Chain(
            certificates=chain.certificates,
            private_key=chain.private_key,
            algorithm=chain.algorithm,
            root=(folder / "root.pem").read_bytes(),
        )
    except (OSError, ValueError, TypeError) as error:
        raise BadSettings(
            f"The development certificates in {folder} cannot be used: {error}; delete the folder to have them made "
            "anew, and keep its root.pem if pictures that they signed are to be verified."
        ) from None


def _checked(certificates: bytes, private_key: bytes) -> Chain:
    chain = x509.load_pem_x509_certificates(certificates)
    key = load_pem_private_key(private_key, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name not in ALGORITHMS:
        raise ValueError(f"the key must be one of an elliptic curve: {', '.join(ALGORITHMS)}")
    if key.public_key() != chain[0].public_key():
        raise ValueError("the key is not that of the first certificate")
    return Chain(
        certificates=certificates,
        private_key=private_key,
        algorithm=ALGORITHMS[key.curve.name],
        root=chain[-1].public_bytes(Encoding.PEM),
    )


def _make(folder: Path, now: datetime) -> None:
    """Make a chain, whole or not at all; leave one that another process made meanwhile."""
    draft = folder.with_name(f"{folder.name}.{os.getpid()}")
    draft.mkdir(parents=True, mode=0o700)
    root, root_key = _issued("Outcrop development root", now)
    intermediate, intermediate_key = _issued("Outcrop development intermediate", now, (root, root_key), path_length=0)
    leaf, leaf_key = _issued("Outcrop development signer", now, (intermediate, intermediate_key), path_length=None)
    chain = leaf.public_bytes(Encoding.PEM) + intermediate.public_bytes(Encoding.PEM)
    (draft / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    (draft / "chain.pem").write_bytes(chain)
    write_key(draft / "chain.key", leaf_key)
    try:
        draft.rename(folder)  # fails where another process was first, whose chain is as good
    except OSError:
        shutil.rmtree(draft)
        if not folder.exists():
            raise


Issued = tuple[x509.Certificate, ec.EllipticCurvePrivateKey]


def _issued(name: str, now: datetime, issuer: Issued | None = None, path_length: int | None = 1) -> Issued:
    """A certificate and its key; without an issuer it signs itself, without a path length it signs no certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(name)
    above, above_key = (subject, key) if issuer is None else (issuer[0].subject, issuer[1])
    authority = path_length is not None
    unsigned = (
        begun(subject, above, key.public_key(), now, DAYS)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=path_length), critical=True)
        .add_extension(usage(signs_certificates=authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(above_key.public_key()), critical=False)
    )
    if not authority:
        unsigned = unsigned.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    return unsigned.sign(above_key, hashes.SHA256()), key


def _name(common_name: str) -> x509.Name:
    organisation = x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Outcrop (development, not verified)")
    return x509.Name([organisation, x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
