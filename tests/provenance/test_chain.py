"""Certificates to sign with: a development chain that says it is one, and the operator's, held against the rules."""

from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from outcrop.errors import BadSettings
from outcrop.provenance.chain import FOLDER, Chain, development_chain, read_chain
from tests.marking import NOW


@pytest.fixture
def chain(tmp_path: Path) -> Chain:
    """A development chain of the test's own."""
    return development_chain(tmp_path, NOW)


def test_the_chain_leads_from_the_leaf_to_the_root(chain: Chain) -> None:
    """Each certificate is signed by the next one; the root signs itself and stays outside."""
    leaf, intermediate = x509.load_pem_x509_certificates(chain.certificates)
    root = x509.load_pem_x509_certificate(chain.root)
    leaf.verify_directly_issued_by(intermediate)
    intermediate.verify_directly_issued_by(root)
    root.verify_directly_issued_by(root)


def test_its_names_say_what_it_is(chain: Chain) -> None:
    """Nobody who reads a certificate takes it for a verified one."""
    for certificate in x509.load_pem_x509_certificates(chain.certificates + chain.root):
        (organisation,) = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
        (name,) = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        assert "development" in str(organisation.value)
        assert str(name.value).startswith("Outcrop development")


def test_the_leaf_signs_pictures_and_nothing_else(chain: Chain) -> None:
    """As C2PA wants it: digital signatures, with the usage of documents, and no authority."""
    leaf = x509.load_pem_x509_certificates(chain.certificates)[0]
    assert not leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    usage = leaf.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert (usage.value.digital_signature, usage.value.key_cert_sign) == (True, False)
    purposes = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(purposes) == [ExtendedKeyUsageOID.EMAIL_PROTECTION]


def test_the_chain_is_made_once(tmp_path: Path, chain: Chain) -> None:
    """The second use finds it, and its key is for nobody else to read; no draft and no other key is left."""
    assert development_chain(tmp_path, NOW + 1) == chain
    files = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / FOLDER).iterdir()}
    assert files.pop("chain.key") == 0o600
    assert set(files) == {"chain.pem", "root.pem"}
    assert [path.name for path in tmp_path.iterdir()] == [FOLDER]


def test_a_broken_chain_is_named(tmp_path: Path, chain: Chain) -> None:
    """The message says which folder, and what to do."""
    (tmp_path / FOLDER / "chain.pem").write_bytes(chain.certificates[100:])
    with pytest.raises(BadSettings, match=r"credentials cannot be used: .*; delete the folder"):
        development_chain(tmp_path, NOW)


def test_the_operator_s_chain_is_read(tmp_path: Path, chain: Chain) -> None:
    """Its last certificate stands for the root, which C2PA leaves out."""
    folder = tmp_path / FOLDER
    read = read_chain(folder / "chain.pem", folder / "chain.key")
    intermediate = x509.load_pem_x509_certificates(chain.certificates)[1]
    assert read == replace(chain, root=intermediate.public_bytes(Encoding.PEM))


def test_files_that_are_not_there_are_refused(tmp_path: Path, chain: Chain) -> None:
    """By name."""
    del chain
    with pytest.raises(BadSettings, match=r"cannot be signed with .*nowhere\.pem"):
        read_chain(tmp_path / "nowhere.pem", tmp_path / FOLDER / "chain.key")


def test_a_key_of_another_certificate_is_refused(tmp_path: Path, chain: Chain) -> None:
    """Before anything is signed with it."""
    del chain
    other = tmp_path / "other"
    development_chain(other, NOW)
    with pytest.raises(BadSettings, match="not that of the first certificate"):
        read_chain(tmp_path / FOLDER / "chain.pem", other / FOLDER / "chain.key")


def test_a_key_of_another_kind_is_refused(tmp_path: Path, chain: Chain) -> None:
    """The message names the kinds that are taken."""
    del chain
    key = ed25519.Ed25519PrivateKey.generate()
    (tmp_path / "other.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(BadSettings, match="elliptic curve: secp256r1"):
        read_chain(tmp_path / FOLDER / "chain.pem", tmp_path / "other.key")
