"""A certificate of the server's own: trusted through its authority, kept, renewed in time. Knows TLS as clients do."""

import contextlib
import socket
import ssl
from pathlib import Path
from threading import Thread

import pytest

from outcrop.access.certificate import Certificate, own_certificate
from outcrop.clock import unix_time
from outcrop.errors import BadSettings

HOSTS = ("localhost", "127.0.0.1")
DAY_S = 86_400


def shake_hands(files: Certificate, name: str, *, trusting: Path) -> None:
    """Connect to a server with these files by TLS, under a name."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(files.chain, files.private_key)
    client = ssl.create_default_context(cafile=str(trusting))
    client.verify_flags |= ssl.VERIFY_X509_STRICT  # the default from Python 3.13 on
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            plain, _ = listener.accept()
            with plain, contextlib.suppress(OSError):  # a client that says no reports it itself
                server.wrap_socket(plain, server_side=True).close()

        thread = Thread(target=serve)
        thread.start()
        try:
            with (
                socket.create_connection(listener.getsockname()) as plain,
                client.wrap_socket(plain, server_hostname=name),
            ):
                pass
        finally:
            thread.join()


@pytest.mark.parametrize("name", HOSTS)
def test_clients_trust_it_through_its_authority(tmp_path: Path, name: str) -> None:
    """Under each of its names, as strictly as OpenSSL can be."""
    files = own_certificate(tmp_path, HOSTS, unix_time())
    shake_hands(files, name, trusting=files.authority)


def test_another_name_or_another_authority_is_not_trusted(tmp_path: Path) -> None:
    """That is what it is for."""
    files = own_certificate(tmp_path / "one", HOSTS, unix_time())
    other = own_certificate(tmp_path / "other", HOSTS, unix_time())
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(files, "example.org", trusting=files.authority)
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(files, "localhost", trusting=other.authority)


def test_it_is_kept_and_private(tmp_path: Path) -> None:
    """The same at the next start; keys can be read by their owner alone."""
    files = own_certificate(tmp_path, HOSTS, unix_time())
    before = files.chain.read_bytes()
    assert own_certificate(tmp_path, HOSTS, unix_time()).chain.read_bytes() == before
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "tls").glob("*.key")} == {0o600}


@pytest.mark.parametrize(("days", "hosts"), [(370, HOSTS), (0, (*HOSTS, "10.0.0.5")), (0, (*HOSTS, "host.example"))])
def test_it_is_renewed_under_the_same_authority(tmp_path: Path, days: int, hosts: tuple[str, ...]) -> None:
    """Near its end, or for another name: clients keep the file that they trust."""
    files = own_certificate(tmp_path, HOSTS, unix_time() - days * DAY_S)
    chain, authority = files.chain.read_bytes(), files.authority.read_bytes()
    own_certificate(tmp_path, hosts, unix_time())
    assert files.chain.read_bytes() != chain
    assert files.authority.read_bytes() == authority
    shake_hands(files, hosts[-1], trusting=files.authority)


def test_files_that_are_spoilt_are_named(tmp_path: Path) -> None:
    """With the way out."""
    files = own_certificate(tmp_path, HOSTS, unix_time())
    files.authority.write_text("no certificate", encoding="utf-8")
    with pytest.raises(BadSettings, match=r"cannot be used: .*; delete the folder to have them made anew"):
        own_certificate(tmp_path, HOSTS, unix_time())
