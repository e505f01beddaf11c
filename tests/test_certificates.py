"""Certificates as they begin, read back by the library, and keys as the file system keeps them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import NameOID

from outcrop.certificates import SKEW, begun, usage, write_key

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "somebody")])


@pytest.mark.parametrize("signs", [True, False])
def test_a_certificate_holds_for_its_days_and_its_use(*, signs: bool) -> None:
    """From a little before now on, for clocks differ; a key that signs certificates signs nothing else."""
    key = ec.generate_private_key(ec.SECP256R1())
    unsigned = begun(NAME, NAME, key.public_key(), NOW, 3).add_extension(usage(signs_certificates=signs), critical=True)
    made = unsigned.sign(key, hashes.SHA256())
    assert made.not_valid_before_utc == NOW - SKEW
    assert made.not_valid_after_utc == NOW + timedelta(days=3)
    said = made.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (said.key_cert_sign, said.crl_sign, said.digital_signature) == (signs, signs, not signs)
    made.verify_directly_issued_by(made)


def test_a_key_is_for_nobody_else_to_read(tmp_path: Path) -> None:
    """And is the one that was written."""
    key = ec.generate_private_key(ec.SECP256R1())
    write_key(tmp_path / "key.pem", key)
    assert (tmp_path / "key.pem").stat().st_mode & 0o777 == 0o600
    read = load_pem_private_key((tmp_path / "key.pem").read_bytes(), None)
    assert isinstance(read, ec.EllipticCurvePrivateKey)
    assert read.private_numbers() == key.private_numbers()
