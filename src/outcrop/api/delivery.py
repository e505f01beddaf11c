"""How a picture leaves over HTTP: whole, in parts, or not at all where the client has it. Knows headers, not who asks.

Source: RFC 9110 (conditions, ranges), RFC 8246 (immutable), RFC 6266 (content disposition), RFC 4946 (license links).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.responses import Response

from outcrop.api.ranges import Part, read_ranges
from outcrop.assets.darkroom import Darkroom
from outcrop.assets.licence import licence_of
from outcrop.assets.renditions import Rendition, Wanted
from outcrop.store.assets import Asset

Disposition = Literal["inline", "attachment"]
MEDIA_TYPES: Final = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp", "avif": "image/avif"}
"""Nothing else is ever delivered: no browser takes a picture for a program."""
SUFFIXES: Final = {"png": "png", "jpeg": "jpg", "webp": "webp", "avif": "avif"}
A_YEAR_S: Final = 31_536_000
SAFE: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Accept-Ranges": "bytes",
}
BOUNDARY: Final = "outcrop-part-7f3c1b9d2e5a"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On which terms a picture is delivered."""

    scope: Literal["private", "public"]
    """Whose caches may keep it."""
    max_age_s: int = A_YEAR_S
    disposition: Disposition = "inline"


def deliver(asked: Headers, darkroom: Darkroom, asset: Asset, wanted: Wanted, terms: Terms) -> Response:
    """A picture, as much of it as a client wants; one that it has already is not made again.

    Raises: NoSuchResource when the asset is deleted; Denied when it is held; InvalidRequest when no such rendition can
    be made; StorageFailed.
    """
    tag = f'"{darkroom.tag(asset, wanted)}"'
    headers = SAFE | {
        "ETag": tag,
        "Cache-Control": f"{terms.scope}, max-age={terms.max_age_s}, immutable",
    }
    licence = licence_of(asset.recipe)
    if licence is not None and licence["url"] is not None:
        headers["Link"] = f'<{licence["url"]}>; rel="license"'
    if _names(asked.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    made = darkroom.deliver(asset, wanted)
    headers["Content-Disposition"] = disposition(asset, made.format, terms.disposition)
    condition = asked.get("if-range")
    parts = read_ranges(asked.get("range"), len(made.file)) if condition in {None, tag} else None
    return _answered(made, parts, headers)


def disposition(asset: Asset, made: str, manner: Disposition) -> str:
    """How a client is to call the file that it saves."""
    name = f"{asset.name or asset.id}.{SUFFIXES[made]}"
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", name)
    return f"{manner}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _names(header: str | None, tag: str) -> bool:
    """Whether a condition names what there is, weakly or not."""
    return header is not None and any(one.strip().removeprefix("W/") in {"*", tag} for one in header.split(","))


def _answered(made: Rendition, parts: Sequence[Part] | None, headers: dict[str, str]) -> Response:
    media_type, size = MEDIA_TYPES[made.format], len(made.file)
    if parts is None:
        return Response(made.file, media_type=media_type, headers=headers)
    if not parts:
        return Response(status_code=416, headers=headers | {"Content-Range": f"bytes */{size}"})
    if len(parts) == 1:
        (part,) = parts
        told = headers | {"Content-Range": part.said(size)}
        return Response(part.of(made.file), status_code=206, media_type=media_type, headers=told)
    return Response(
        _multipart(made.file, media_type, parts),
        status_code=206,
        headers=headers | {"Content-Type": f"multipart/byteranges; boundary={BOUNDARY}"},
    )


def _multipart(content: bytes, media_type: str, parts: Sequence[Part]) -> bytes:
    pieces = []
    for part in parts:
        head = f"--{BOUNDARY}\r\nContent-Type: {media_type}\r\nContent-Range: {part.said(len(content))}\r\n\r\n"
        pieces += [head.encode(), part.of(content), b"\r\n"]
    return b"".join([*pieces, f"--{BOUNDARY}--\r\n".encode()])
