"""Parts of a file: what is asked for is within it, whatever a header says."""

from hypothesis import given
from hypothesis import strategies as st

from outcrop.api.ranges import MOST_RANGES, Part, read_ranges

NUMBERS = st.integers(0, 2000)


@given(st.text(max_size=60) | st.text("bytes=0123456789-, ", max_size=60), st.integers(0, 1000))
def test_whatever_is_asked_for_every_part_is_within(header: str, size: int) -> None:
    """And never more than the whole."""
    parts = read_ranges(header, size) or ()
    assert all(0 <= part.first <= part.last < size for part in parts)
    assert sum(part.last - part.first + 1 for part in parts) <= size


@given(NUMBERS, NUMBERS, st.integers(1, 1000))
def test_first_and_last(first: int, last: int, size: int) -> None:
    """As Python cuts."""
    content = bytes(index % 251 for index in range(size))
    parts = read_ranges(f"bytes={first}-{last}", size)
    assert parts is not None
    assert b"".join(part.of(content) for part in parts) == content[first : last + 1]


@given(NUMBERS, st.integers(1, 1000))
def test_the_end(count: int, size: int) -> None:
    """So many bytes of it, or all there are."""
    content = bytes(index % 251 for index in range(size))
    parts = read_ranges(f"bytes=-{count}", size)
    assert parts is not None
    assert b"".join(part.of(content) for part in parts) == content[-count or size :]


def test_what_cannot_be_read_asks_for_the_whole() -> None:
    """Also parts that together are more than it, and more of them than anybody needs."""
    for header in (None, "", "bytes", "bytes=-", "lines=0-1", "bytes=1-2-3", "bytes=0-9,0-9", "bytes=a-b"):
        assert read_ranges(header, 10) is None, header
    many = ",".join(f"{one}-{one}" for one in range(MOST_RANGES + 1))
    assert read_ranges(f"bytes={many}", 1000) is None
    assert read_ranges("bytes=20-", 10) == []
    assert read_ranges(" BYTES = 0-1 , 4-4", 10) == [Part(first=0, last=1), Part(first=4, last=4)]
