"""The operator's credentials: by AWS's usual chain, and a clear word where there are none."""

from pathlib import Path

import pytest
from botocore.exceptions import CredentialRetrievalError

from outcrop.errors import BadSettings, Unavailable
from outcrop.forward.credentials import Signer, open_signer
from tests.serving import REGION

URL = "https://bedrock-runtime.us-west-2.amazonaws.com/model/a/invoke"


def key_of(signer: Signer) -> str:
    """Whose key a signature names."""
    return signer.signed(URL, {}, b"{}")["Authorization"].partition("Credential=")[2].partition("/")[0]


@pytest.fixture
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No instance is asked over the network."""
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.mark.usefixtures("_alone")
def test_variables_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """As every AWS program takes them."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAVARIABLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    assert key_of(open_signer(None, REGION)) == "AKIAVARIABLE"


@pytest.mark.usefixtures("_alone")
def test_a_profile_is_taken_by_its_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """From AWS's own files."""
    file = tmp_path / "credentials"
    file.write_text("[gateway]\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = secret\n", encoding="utf-8")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    assert key_of(open_signer("gateway", REGION)) == "AKIAPROFILE"
    with pytest.raises(BadSettings, match="other"):
        open_signer("other", REGION)


@pytest.mark.usefixtures("_alone")
def test_without_any_nothing_starts() -> None:
    """The message says what to set."""
    with pytest.raises(BadSettings, match="AWS_ACCESS_KEY_ID"):
        open_signer(None, REGION)


def test_credentials_that_cannot_be_renewed_are_unavailable() -> None:
    """It may work in a moment; why it does not stays here."""

    class Ended:
        def get_frozen_credentials(self) -> None:
            raise CredentialRetrievalError(provider="sso", error_msg="a secret of the operator")

    with pytest.raises(Unavailable, match="cannot be renewed") as caught:
        Signer(Ended(), REGION).signed(URL, {}, b"")
    assert "secret" not in str(caught.value)
