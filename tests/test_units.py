"""The smallest words of the domain."""

from outcrop.units import MAX_SEED, Size


def test_a_size_knows_its_area_and_its_name() -> None:
    """As people write it."""
    size = Size(width=1344, height=768)
    assert (size.pixels, str(size)) == (1_032_192, "1344x768")


def test_seeds_fill_four_bytes() -> None:
    """As far as the wire's widest range goes."""
    assert MAX_SEED == 2**32 - 1
