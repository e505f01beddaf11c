"""Who wraps keys: one who remembers what was unwrapped."""

from dataclasses import dataclass

from outcrop.assets.key_wraps import MOST_REMEMBERED, Remembered


@dataclass(slots=True)
class Counting:
    """Wraps by turning around, and counts how often it is asked."""

    asked: int = 0

    def wrap(self, key: bytes) -> bytes:
        """Turned around."""
        return key[::-1]

    def unwrap(self, wrapped: bytes) -> bytes:
        """Turned back."""
        self.asked += 1
        return wrapped[::-1]


def test_what_was_unwrapped_is_remembered() -> None:
    """The last of it."""
    wrap = Counting()
    remembered = Remembered(wrap)
    wrapped = remembered.wrap(b"ab")
    assert [remembered.unwrap(wrapped), remembered.unwrap(b"dc"), remembered.unwrap(b"dc")] == [b"ab", b"cd", b"cd"]
    assert wrap.asked == 1
    for number in range(MOST_REMEMBERED):
        remembered.wrap(number.to_bytes(4))
    assert remembered.unwrap(wrapped) == b"ab"
    assert wrap.asked == 2
