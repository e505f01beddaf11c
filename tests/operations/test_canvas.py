"""At which size the network works: multiples, area and shape, for every size that can be asked for."""

import math

from hypothesis import given
from hypothesis import strategies as st

from outcrop.catalog.card import ModelCard
from outcrop.operations.canvas import native_size
from outcrop.units import Size

SIDES = st.integers(64, 4096)
SIZES = st.builds(lambda w, h: Size(width=w, height=h), SIDES, SIDES)
MULTIPLES = st.sampled_from([8, 16, 32, 64])
NATIVE_SIDES = st.integers(128, 2048)
LONGEST = 64 * 3200  # longer than any side here


@given(wanted=SIZES, side=NATIVE_SIDES, multiple=MULTIPLES)
def test_both_sides_are_positive_multiples(wanted: Size, side: int, multiple: int) -> None:
    """The network takes no others."""
    size = native_size(wanted, side**2, multiple, LONGEST)
    assert size.width % multiple == size.height % multiple == 0
    assert min(size.width, size.height) >= multiple


@given(wanted=SIZES, side=NATIVE_SIDES, multiple=MULTIPLES)
def test_what_fits_is_made_at_its_own_size(wanted: Size, side: int, multiple: int) -> None:
    """Down to a quarter of the network's area; rounded up by less than one multiple, so the finish only ever trims."""
    if side**2 / 4 <= wanted.pixels <= side**2:
        size = native_size(wanted, side**2, multiple, LONGEST)
        assert 0 <= size.width - wanted.width < multiple
        assert 0 <= size.height - wanted.height < multiple


@given(wanted=SIZES, side=NATIVE_SIDES, multiple=MULTIPLES)
def test_anything_else_keeps_its_shape_and_the_networks_area(wanted: Size, side: int, multiple: int) -> None:
    """Each side is less than one multiple away from the ideal, which has the wanted shape and the native area."""
    if not side**2 / 4 <= wanted.pixels <= side**2:
        size = native_size(wanted, side**2, multiple, LONGEST)
        scale = math.sqrt(side**2 / wanted.pixels)
        for got, ideal in ((size.width, wanted.width * scale), (size.height, wanted.height * scale)):
            assert abs(got - max(ideal, multiple)) < multiple


@given(wanted=SIZES, side=NATIVE_SIDES, multiple=MULTIPLES, cells=st.integers(4, 40))
def test_no_side_is_longer_than_the_network_has_places(wanted: Size, side: int, multiple: int, cells: int) -> None:
    """Narrow shapes are widened instead."""
    size = native_size(wanted, side**2, multiple, cells * multiple)
    assert max(size.width, size.height) <= cells * multiple


@given(wanted=SIZES, side=NATIVE_SIDES, multiple=MULTIPLES)
def test_a_turned_picture_is_worked_on_turned(wanted: Size, side: int, multiple: int) -> None:
    """Width and height are treated alike, save where two sizes fit equally well."""
    turned = native_size(Size(width=wanted.height, height=wanted.width), side**2, multiple, LONGEST)
    size = native_size(wanted, side**2, multiple, LONGEST)
    assert turned.pixels == size.pixels or {turned.width, turned.height} == {size.width, size.height}


def test_the_promised_sizes_on_a_small_network(card: ModelCard) -> None:
    """All nine shapes on 256² with sides of 16: none is more than 6 % off its shape or 12 % off the area."""
    for ratio, wanted in card.sizes.items():
        size = native_size(wanted, 256**2, 16, LONGEST)
        assert abs(math.log(size.width / size.height * wanted.height / wanted.width)) < 0.06, ratio
        assert abs(math.log(size.pixels / 256**2)) < 0.12, ratio


def test_a_megapixel_network_works_at_the_promised_sizes(card: ModelCard) -> None:
    """Real weights are not enlarged by more than their rounding, where about a megapixel is promised."""
    promised = {ratio: size for ratio, size in card.sizes.items() if abs(math.log(size.pixels / 1024**2)) < 0.08}
    for ratio, wanted in promised.items():
        size = native_size(wanted, 1024**2, 16, LONGEST)
        assert abs(math.log(size.pixels / wanted.pixels)) < 0.06, ratio
