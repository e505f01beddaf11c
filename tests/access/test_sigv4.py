"""Signatures against botocore's: whatever it signs is good, and nothing else is. Knows no server."""

import string
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from outcrop.access.sigv4 import (
    SKEW_S,
    Signed,
    canonical_request,
    check_scope,
    check_signature,
    check_time,
    parse_stamp,
    read_claim,
    stamp_of,
)
from outcrop.errors import BadCredentials, BadSignature, OutcropError
from tests.serving import KEY_ID, REGION, SECRET
from tests.signing import HOST, Signer

THEN = datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp()
PRINTABLE = "".join(chr(code) for code in range(33, 127))

segments = st.one_of(
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=30).filter(lambda text: text not in {".", ".."}),
    st.sampled_from(
        [
            "stability.stable-image-core-v1:1",
            "arn:aws:bedrock:us-west-2::foundation-model/stability.sd3-5-large-v1:0",
            "arn:aws:bedrock:us-west-2:123456789012:inference-profile/us.stability.stable-outpaint-v1:0",
            "invoke",
            "a b+c",
            "100%",
            "é~ü",
        ]
    ),
)
encoded = st.sampled_from(["", "~", ":", "~:@!$&'()*+,;="])
"""What a client leaves as it is in a segment, besides letters, digits and -._"""
paths = st.builds(
    lambda parts, safe: "/" + "/".join(quote(part, safe=safe) for part in parts),
    st.lists(segments, min_size=1, max_size=4),
    encoded,
)
words = st.text(st.characters(codec="utf-8"), max_size=12)
queries = st.lists(st.tuples(words.filter(bool), words), max_size=4).map(
    lambda pairs: "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in pairs)
)
names = st.one_of(
    st.sampled_from(["accept", "content-type", "x-amzn-bedrock-trace", "x-amz-content-extra"]),
    st.text(string.ascii_lowercase + string.digits + "-", min_size=1, max_size=12).map(lambda name: f"x-own-{name}"),
)
values = st.text(PRINTABLE + "  é", max_size=40).map(str.strip)
methods = st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
signers = st.builds(
    Signer,
    secret=st.text(string.ascii_letters + string.digits + "/+", min_size=16, max_size=40),
    token=st.none() | st.text(string.ascii_letters + "+/=", min_size=1, max_size=200),
    at=st.just(THEN),
)


@st.composite
def requests(draw: st.DrawFn) -> tuple[Signer, Signed]:
    """A request that botocore has signed, with the header Authorization among its headers."""
    signer, method = draw(signers), draw(methods)
    path, query = draw(paths), draw(queries)
    body = draw(st.binary(max_size=200))
    headers = draw(st.dictionaries(names, values, max_size=5))
    sent = signer.headers(method, path + (f"?{query}" if query else ""), body, headers)
    lower = tuple((name.lower(), value) for name, value in sent)
    return signer, Signed(method=method, path=path, query=query, headers=lower, body=body)


def verify(signed: Signed, secret: str) -> None:
    """All that the server asks of a signature, but for whose it is."""
    (authorization,) = (value for name, value in signed.headers if name == "authorization")
    claim = read_claim(authorization, signed.headers)
    if claim.key_id != KEY_ID:
        raise BadCredentials("another key")
    check_scope(claim, REGION, "bedrock")
    check_time(claim, THEN)
    check_signature(claim, signed, secret)


many = settings(max_examples=500, suppress_health_check=[HealthCheck.too_slow])


@many
@given(request=requests())
def test_whatever_botocore_signs_is_good(request: tuple[Signer, Signed]) -> None:
    """Methods, paths with ARNs and special characters, queries, headers, bodies, session tokens."""
    signer, signed = request
    verify(signed, signer.secret)


def flip(data: bytes, bit: int) -> bytes:
    """The same bytes with one bit changed."""
    place, within = divmod(bit % (len(data) * 8), 8)
    return data[:place] + bytes([data[place] ^ 1 << within]) + data[place + 1 :]


def flipped(text: str, bit: int) -> str:
    """The same text, as a server reads it from the wire, with one bit of its bytes changed."""
    return flip(text.encode("latin-1"), bit).decode("latin-1")


def spoil(signed: Signed, where: str, which: int, bit: int) -> Signed:
    """The request with one bit changed somewhere in one of its parts."""
    match where:
        case "body":
            assume(signed.body)
            return replace(signed, body=flip(signed.body, bit))
        case "path":
            return replace(signed, path="/" + flipped(signed.path[1:], bit))
        case "query":
            assume(signed.query)
            return replace(signed, query=flipped(signed.query, bit))
        case "method":
            return replace(signed, method=flipped(signed.method, bit))
        case _:
            covered = dict(signed.headers)["authorization"].partition("SignedHeaders=")[2].partition(",")[0].split(";")
            name = sorted({*covered, "authorization"})[which % (len(covered) + 1)]
            assume(dict(signed.headers)[name])
            headers = [(found, flipped(value, bit) if found == name else value) for found, value in signed.headers]
            assume(all(_could_travel(value) for _, value in headers))
            return replace(signed, headers=headers)


def _could_travel(value: str) -> bool:
    """White space around a value is no part of it, and control characters end a request before it is read."""
    return value == value.strip(" \t") and not any(ord(character) < 32 or ord(character) == 127 for character in value)


@many
@given(
    request=requests(),
    where=st.sampled_from(["body", "path", "query", "method", "header", "header", "header"]),
    which=st.integers(0, 100),
    bit=st.integers(0, 100_000),
)
def test_one_bit_changed_anywhere_is_refused(request: tuple[Signer, Signed], where: str, which: int, bit: int) -> None:
    """In the body, path, query, method, any signed header, or the signature and what stands around it."""
    signer, signed = request
    other = spoil(signed, where, which, bit)
    with pytest.raises(OutcropError):
        verify(other, signer.secret)


@many
@given(request=requests(), secret=st.text(string.ascii_letters, min_size=16, max_size=40))
def test_another_secret_is_refused(request: tuple[Signer, Signed], secret: str) -> None:
    """By its signature alone: nothing else differs."""
    signer, signed = request
    assume(secret != signer.secret)
    with pytest.raises(BadSignature, match="does not match"):
        verify(signed, secret)


def signed_request(**headers: str) -> Signed:
    """A plain request, signed."""
    sent = Signer(at=THEN).headers("POST", "/model/a%3A0/invoke", b"{}", headers)
    lower = tuple((name.lower(), value) for name, value in sent)
    return Signed(method="POST", path="/model/a%3A0/invoke", query="", headers=lower, body=b"{}")


def without(signed: Signed, name: str) -> Signed:
    """The request with a header left out."""
    return replace(signed, headers=[header for header in signed.headers if header[0] != name])


def claiming(signed: Signed, old: str, new: str) -> Signed:
    """The request with a part of its Authorization header replaced."""
    return replace(
        signed,
        headers=[
            (name, value.replace(old, new) if name == "authorization" else value) for name, value in signed.headers
        ],
    )


def test_the_path_is_encoded_twice() -> None:
    """As every service but S3 wants it: what the client encoded once is encoded again."""
    assert "/model/a%253A0/invoke" in canonical_request(signed_request(), ["host"]).splitlines()


@pytest.mark.parametrize("path", ["/a/./b", "/a//b", "/x/../a/b", "/./a/b", "//a/b"])
def test_a_path_is_normalised_before(path: str) -> None:
    """Empty and dot segments, as botocore leaves them out of what it signs."""
    signed = signed_request()
    assert canonical_request(replace(signed, path=path), []) == canonical_request(replace(signed, path="/a/b"), [])


def test_the_order_of_a_query_does_not_matter() -> None:
    """Parameters are sorted by name, then by value."""
    signed = signed_request()
    forms = {canonical_request(replace(signed, query=query), []) for query in ("b=2&a=1&a=0", "a=0&a=1&b=2")}
    assert len(forms) == 1


def test_a_header_sent_twice_is_signed_twice() -> None:
    """So a second one slipped in is noticed, before or behind."""
    signed = signed_request(accept="application/json")
    for headers in ([*signed.headers, ("accept", "x")], [("accept", "x"), *signed.headers]):
        with pytest.raises(BadSignature, match="does not match"):
            verify(replace(signed, headers=headers), SECRET)


def test_the_order_of_headers_does_not_matter() -> None:
    """Proxies change it."""
    signed = signed_request(accept="application/json")
    verify(replace(signed, headers=list(reversed(signed.headers))), SECRET)


def test_white_space_in_a_header_does_not_matter() -> None:
    """Neither around a value nor in it is there any more than one space."""
    signed = signed_request(accept="a b")
    verify(replace(signed, headers=[(name, value.replace("a b", " a  b ")) for name, value in signed.headers]), SECRET)


@pytest.mark.parametrize("name", ["host", "x-amz-date", "accept"])
def test_a_signed_header_that_is_missing_is_refused(name: str) -> None:
    """Whichever it is."""
    with pytest.raises((BadSignature, BadCredentials)):
        verify(without(signed_request(accept="a"), name), SECRET)


@pytest.mark.parametrize(
    ("old", "new", "unsigned"),
    [("host;", "", "'Host' or ':authority'"), (";x-amz-date", "", "'x-amz-date'")],
)
def test_some_headers_must_be_signed(old: str, new: str, unsigned: str) -> None:
    """The host and every x-amz-* header."""
    with pytest.raises(BadSignature, match=f"^{unsigned} must be a 'SignedHeader'"):
        verify(claiming(signed_request(), old, new), SECRET)


@pytest.mark.parametrize(
    ("old", "new"),
    [("host;x-amz-date", "x-amz-date;host"), ("host;", "host;host;"), ("host;", "Host;"), ("host;", ";host;")],
)
def test_signed_headers_are_listed_one_way(old: str, new: str) -> None:
    """Small letters, sorted, each once."""
    with pytest.raises(BadSignature):
        verify(claiming(signed_request(), old, new), SECRET)


@pytest.mark.parametrize("cut", range(1, 200, 7))
def test_a_truncated_header_is_refused(cut: int) -> None:
    """Wherever it ends."""
    signed = signed_request()
    (authorization,) = (value for name, value in signed.headers if name == "authorization")
    with pytest.raises((BadCredentials, BadSignature)):
        verify(claiming(signed, authorization, authorization[:-cut]), SECRET)


def test_a_signature_is_good_for_five_minutes_either_way() -> None:
    """To the second, and no longer; then it can be sent again by whoever overheard it, in vain."""
    (authorization,) = (value for name, value in signed_request().headers if name == "authorization")
    claim = read_claim(authorization, signed_request().headers)
    for offset in (-SKEW_S, 0, SKEW_S):
        check_time(claim, THEN + offset)
    with pytest.raises(BadSignature) as late:
        check_time(claim, THEN + SKEW_S + 1)
    assert str(late.value) == (
        "Signature expired: 20261123T120000Z is now earlier than 20261123T120001Z (20261123T120501Z - 5 min.)"
    )
    with pytest.raises(BadSignature) as early:
        check_time(claim, THEN - SKEW_S - 1)
    assert str(early.value) == (
        "Signature not yet current: 20261123T120000Z is still later than 20261123T115959Z (20261123T115459Z + 5 min.)"
    )


def test_the_scope_is_of_the_same_day() -> None:
    """Otherwise one day's derived key would sign another's requests."""
    with pytest.raises(BadSignature, match=r"^Date in Credential scope does not match .*'20261122' != '20261123'"):
        verify(claiming(signed_request(), "/20261123/", "/20261122/"), SECRET)


def test_a_date_header_does_in_place_of_the_other() -> None:
    """As HTTP writes it, or in ISO-8601's basic format."""
    authorization = signed_request().headers[-1][1].replace(";x-amz-date", "")
    for date in ("Mon, 23 Nov 2026 12:00:00 GMT", "20261123T120000Z"):
        assert read_claim(authorization, [("host", HOST), ("date", date)]).stamp == "20261123T120000Z"
    for date in ("yesterday", "2026-11-23T12:00:00Z", "20261123", "Mon, 99 Nov 2026", "20261323T120000Z"):
        with pytest.raises(BadCredentials, match="'basic format'"):
            read_claim(authorization, [("host", HOST), ("date", date)])
    with pytest.raises(BadCredentials, match="'X-Amz-Date' or a 'Date'"):
        read_claim(authorization, [("host", HOST)])


@given(st.integers(0, 4_000_000_000))
def test_stamps_and_seconds_are_each_others_inverse(seconds: int) -> None:
    """To the second."""
    assert parse_stamp(stamp_of(seconds)) == seconds
