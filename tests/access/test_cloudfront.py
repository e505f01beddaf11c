"""CloudFront's signed URLs: those of botocore's signer pass here, and ours are what botocore would have made."""

import json
from base64 import b64decode
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from botocore.signers import CloudFrontSigner
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from outcrop.access.cloudfront import CloudFront, Leave, read_cloudfront
from outcrop.errors import BadSettings, Denied

KEY, OTHER = (generate_private_key(65537, 2048) for _ in range(2))
OURS = CloudFront("K2JCJMDEHXQW5F", KEY)
URL = "https://d111111abcdef8.cloudfront.net/pictures/0abc?width=40&fit=cover"
NOON = 1_800_000_000


def botocore_signer(key: RSAPrivateKey = KEY, key_id: str = "K2JCJMDEHXQW5F") -> CloudFrontSigner:
    """As programs for AWS make one."""
    return CloudFrontSigner(key_id, lambda message: key.sign(message, PKCS1v15(), hashes.SHA1()))


def given(url: str) -> dict[str, str]:
    """The parameters of a URL."""
    return dict(parse_qsl(urlsplit(url).query))


def moment(seconds: int) -> datetime:
    """As botocore takes it."""
    return datetime.fromtimestamp(seconds, UTC)


def test_a_canned_policy_is_botocore_s_byte_by_byte() -> None:
    """Signature and all."""
    assert OURS.sign(URL, Leave(until=NOON)) == botocore_signer().generate_presigned_url(
        URL, date_less_than=moment(NOON)
    )


def test_a_custom_policy_says_what_botocore_s_says() -> None:
    """Signed over what it says."""
    ours = given(OURS.sign(URL, Leave(until=NOON, since=NOON - 60, network="203.0.113.0/24")))
    policy = botocore_signer().build_policy(URL, moment(NOON), moment(NOON - 60), "203.0.113.0/24")
    decoded = b64decode(ours["Policy"].translate(str.maketrans("-_~", "+=/")))
    assert json.loads(decoded) == json.loads(policy)
    signature = b64decode(ours["Signature"].translate(str.maketrans("-_~", "+=/")))
    KEY.public_key().verify(signature, decoded, PKCS1v15(), hashes.SHA1())


@pytest.mark.parametrize("resource", [URL, "https://d111111abcdef8.cloudfront.net/pictures/*", "*", "http*://*/0abc?*"])
def test_what_botocore_signs_passes(resource: str) -> None:
    """By a policy for one picture, and by one with wildcards for many."""
    signer = botocore_signer()
    policy = signer.build_policy(resource, moment(NOON), moment(NOON - 60), "203.0.113.0/24")
    said = given(signer.generate_presigned_url(URL, policy=policy))
    assert OURS.check(URL, said, NOON - 1, "203.0.113.9") == NOON
    for now, address in (
        (NOON, "203.0.113.9"),
        (NOON - 61, "203.0.113.9"),
        (NOON - 1, "203.0.114.9"),
        (NOON - 1, None),
    ):
        with pytest.raises(Denied):
            OURS.check(URL, said, now, address)


@pytest.mark.parametrize(
    "resource", [URL.replace("40", "80"), "https://d111111abcdef8.cloudfront.net/private/*", "", "["]
)
def test_a_policy_lets_nobody_to_anything_else(resource: str) -> None:
    """Though its signature is good."""
    signer = botocore_signer()
    policy = signer.build_policy(resource, moment(NOON), moment(NOON - 60), None)
    said = given(signer.generate_presigned_url(URL, policy=policy))
    with pytest.raises(Denied, match="not signed as it should be"):
        OURS.check(URL, said, NOON - 1, None)


def test_what_was_changed_does_not_pass() -> None:
    """Nor what another key signed, or was signed for another picture."""
    said = given(botocore_signer().generate_presigned_url(URL, date_less_than=moment(NOON)))
    assert OURS.check(URL, said, NOON - 1, None) == NOON
    broken = [
        (URL.replace("40", "80"), said),
        (URL, said | {"Expires": str(NOON + 1)}),
        (URL, said | {"Expires": "soon"}),
        (URL, said | {"Signature": "AAAA"}),
        (URL, said | {"Signature": "%%%"}),
        (URL, said | {"Key-Pair-Id": "another"}),
        (URL, {}),
        (URL, given(botocore_signer(OTHER).generate_presigned_url(URL, date_less_than=moment(NOON)))),
    ]
    for url, changed in broken:
        with pytest.raises(Denied, match="not signed as it should be"):
            OURS.check(url, changed, NOON - 1, None)


@pytest.mark.parametrize(
    "policy",
    [
        "[]",
        "{}",
        '{"Statement":[]}',
        '{"Statement":[{"Resource":"*"}]}',
        '{"Statement":[{"Resource":"*","Condition":{"DateLessThan":{"AWS:EpochTime":"x"}}}]}',
        '{"Statement":[{"Resource":"*","Condition":[]}]}',
        '{"Statement":[{"Resource":"*","Condition":{"DateLessThan":{"AWS:EpochTime":1900000000},"IpAddress":4}}]}',
        "not json",
    ],
)
def test_nonsense_that_is_signed_is_still_nonsense(policy: str) -> None:
    """It lets nobody pass, and breaks nothing."""
    said = given(botocore_signer().generate_presigned_url(URL, policy=policy))
    with pytest.raises(Denied):
        OURS.check(URL, said, NOON - 1, "203.0.113.9")


def test_the_key_is_read_from_a_file(tmp_path: Path) -> None:
    """An RSA key, and no other."""
    file = tmp_path / "key.pem"
    with pytest.raises(BadSettings, match="cannot be read"):
        read_cloudfront("K1", file)
    for nonsense in (b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"):
        file.write_bytes(nonsense)
        with pytest.raises(BadSettings, match="is no RSA key in PEM"):
            read_cloudfront("K1", file)
    file.write_bytes(KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    assert read_cloudfront("K2JCJMDEHXQW5F", file).sign(URL, Leave(until=NOON)) == OURS.sign(URL, Leave(until=NOON))
