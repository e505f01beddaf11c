"""A picture's file without words: what programs write about a picture goes, its coding and its profile stay.

A few bytes of them can unpack to gigabytes in whoever reads them. Knows what parts are called; decodes nothing.
"""

import struct
import zlib
from typing import Final

from outcrop.dialects.picture_file import JPEG, PNG, RIFF, chunks, picture_file, segments

SPOKEN: Final = frozenset({0xE1, 0xED, 0xFE})
"""Segments of EXIF and XMP, of Photoshop, and of comments."""
SEVERAL: Final = b"MPF\0"
"""What begins a segment that tells of further pictures in the file."""
WRITTEN: Final = frozenset({b"eXIf", b"tEXt", b"zTXt", b"iTXt"})
PROFILE: Final = b"iCCP"
TURNED: Final = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0%b\0\0\0\0\0\0"
"""EXIF that says how a picture is held, and nothing else."""


def bare_file(content: bytes) -> bytes:
    """The same file, which `picture_file` has taken, where it says nothing but how it is held; else one that does not.

    Raises: InvalidRequest as `picture_file`.
    """
    orientation = picture_file(content, "The picture").orientation
    exif = TURNED % struct.pack("<H", orientation & 0xFFFF)
    if content.startswith(JPEG):
        return _jpeg(content, b"" if orientation == 1 else exif)
    if content.startswith(PNG):
        return _png(content, b"" if orientation == 1 else exif)
    return _webp(content, exif)


def _jpeg(content: bytes, exif: bytes) -> bytes:
    kept = [
        content[begin:end]
        for code, begin, end in segments(content)
        if code not in SPOKEN and not content.startswith(SEVERAL, begin + 4)
    ]
    held = b"\xff\xe1" + struct.pack(">H", len(exif) + 8) + b"Exif\0\0" + exif if exif else b""
    return JPEG + held + b"".join(kept)


def _png(content: bytes, exif: bytes) -> bytes:
    kept, profiles = [content[: len(PNG)]], 0
    for name, begin, end in chunks(content, PNG):
        profiles += name == PROFILE
        if name not in WRITTEN and not (name == PROFILE and profiles > 1):
            kept.append(content[begin:end])
        if name == b"IHDR" and exif:
            kept.append(struct.pack(">I4s", len(exif), b"eXIf") + exif + struct.pack(">I", zlib.crc32(b"eXIf" + exif)))
    return b"".join(kept)


def _webp(content: bytes, exif: bytes) -> bytes:
    """Its head says whether it has EXIF, so it has some if it had any."""
    parts = list(chunks(content, RIFF))
    if not any(name == b"EXIF" for name, *_ in parts):
        return content
    kept = [content[begin:end] for name, begin, end in parts if name != b"EXIF"]
    body = b"WEBP" + b"".join(kept) + struct.pack("<4sI", b"EXIF", len(exif)) + exif
    return struct.pack("<4sI", RIFF, len(body)) + body
