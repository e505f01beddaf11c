"""The headers that say who asks: a bearer key, or a signature of AWS's fourth version. Sends nothing."""

from typing import Final, assert_never

from outcrop.access.sigv4 import ALGORITHM, Signed, make_claim, sign, stamp_of
from outcrop.client.place import Bearer, Keys, Place

SERVICE: Final = "bedrock"


def signed_headers(place: Place, method: str, target: str, body: bytes, now: float) -> dict[str, str]:
    """The headers of a request that say who asks. `target` is its path and query, encoded.

    Units: now in seconds since 1970.
    """
    match place.credentials:
        case Bearer(token=token):
            return {"Authorization": f"Bearer {token}"}
        case Keys() as keys:
            return _signed(place, keys, Signed(method=method, headers=(), body=body, **_parts(target)), stamp_of(now))
    assert_never(place.credentials)


def _parts(target: str) -> dict[str, str]:
    path, _, query = target.partition("?")
    return {"path": path, "query": query}


def _signed(place: Place, keys: Keys, request: Signed, stamp: str) -> dict[str, str]:
    headers = {"host": place.host, "x-amz-date": stamp}
    if keys.session_token is not None:
        headers["x-amz-security-token"] = keys.session_token
    names = ";".join(sorted(headers))
    credential = f"{keys.key_id}/{stamp[:8]}/{place.region}/{SERVICE}/aws4_request"
    claim = make_claim(credential=credential, signed_headers=names, signature="", stamp=stamp)
    whole = Signed(
        method=request.method,
        path=request.path,
        query=request.query,
        headers=tuple(headers.items()),
        body=request.body,
    )
    signature = sign(claim, whole, keys.secret)
    said = f"{ALGORITHM} Credential={credential}, SignedHeaders={names}, Signature={signature}"
    return {"Authorization": said, **{name: value for name, value in headers.items() if name != "host"}}
