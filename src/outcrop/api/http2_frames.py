"""Where the frames of an HTTP/2 connection begin, so that what is too long is known before it is held.

Knows a frame's length and kind; knows nothing of what is in it, which h2 reads. h2 judges a frame, and the parts of a
head, when all of it has come: sixteen megabytes of a client that nobody knows yet.
"""

from typing import Final, final

PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
"""What a client says first, before any frame."""
HEAD_BYTES: Final = 9
MAX_FRAME_BYTES: Final = 16_384
"""What every endpoint takes, and nobody has to take more. Source: RFC 9113, 4.2."""
MAX_HEAD_BYTES: Final = 65_536
"""What a request's head may have, as in HTTP/1.1."""
_HEADERS, _CONTINUATION = 1, 9


@final
class Frames:
    """Follows the bytes of a connection, its preface first."""

    def __init__(self) -> None:
        self._head = b""
        self._left = len(PREFACE)
        self._request_head = 0

    def follow(self, data: bytes) -> bool:
        """Whether no frame that has begun by the end of these bytes is longer than it may be."""
        at = 0
        while at < len(data):
            if self._left:
                step = min(self._left, len(data) - at)
                self._left -= step
                at += step
                continue
            missing = HEAD_BYTES - len(self._head)
            self._head += data[at : at + missing]
            at += missing
            if len(self._head) == HEAD_BYTES and not self._begins():
                return False
        return True

    def _begins(self) -> bool:
        length, kind = int.from_bytes(self._head[:3]), self._head[3]
        self._head, self._left = b"", length
        if kind == _HEADERS:
            self._request_head = length
        elif kind == _CONTINUATION:
            self._request_head += length
        return length <= MAX_FRAME_BYTES and self._request_head <= MAX_HEAD_BYTES
