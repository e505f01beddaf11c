"""Brand kits: what is written is read again, and without any there is an empty one."""

from outcrop.assets.brand_kit import BrandKit, Colour, Logo
from outcrop.assets.stamp import Stamp


def test_what_is_written_is_read_again() -> None:
    """With its words, its colours and its logo; what is not said is as usual."""
    kit = BrandKit.of(
        {"palette": [{"name": "deep navy", "hex": "#14213d"}], "avoid": ["cheap"], "logo": {"asset": "a", "size": 0.3}}
    )
    assert kit.palette == (Colour(name="deep navy", hex="#14213d"),)
    assert (kit.use, kit.avoid, kit.logo) == ((), ("cheap",), Logo(asset="a", size=0.3))
    assert BrandKit.read(kit.written()) == kit
    assert BrandKit.read(None) == BrandKit()


def test_a_logo_becomes_a_stamp_of_its_file() -> None:
    """In the same place."""
    logo = Logo(asset="a", corner="top-left", size=0.3, margin=0.1, opacity=0.5)
    assert logo.stamp("digest") == Stamp(digest="digest", corner="top-left", size=0.3, margin=0.1, opacity=0.5)
