"""From options and files to what they ask of a picture."""

from pathlib import Path

import pytest
from PIL import Image

from outcrop.cli.editing import Edit, edited
from outcrop.errors import InvalidRequest
from outcrop.prompt import plain
from outcrop.request import ImageToImage, Inpaint, Margins, Outpaint, TextToImage
from outcrop.units import Seed, Size

WORDS = TextToImage(
    prompt=plain("a fox"),
    size=Size(width=64, height=64),
    negative_prompt=plain("text"),
    seed=Seed(7),
    images=3,
    output_format="webp",
)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A picture in a file."""
    path = tmp_path / "house.png"
    Image.new("RGB", (120, 80), "teal").save(path)
    return path


@pytest.fixture
def mask(tmp_path: Path) -> Path:
    """Its mask: transparent, with a white and a grey stripe, saved with loss."""
    levels = Image.new("LA", (120, 80))
    levels.paste((255, 255), (0, 0, 120, 20))
    levels.paste((128, 255), (0, 40, 120, 60))
    path = tmp_path / "mask.webp"
    levels.convert("RGBA").save(path, quality=80)
    return path


def test_without_a_picture_words_stay_words() -> None:
    """Whatever the other options are."""
    assert edited(WORDS, Edit(strength=0.3)) is WORDS


@pytest.mark.parametrize(
    ("edit", "kind", "strength"),
    [
        (Edit(), ImageToImage, 0.6),
        (Edit(strength=0.3), ImageToImage, 0.3),
        (Edit(mask=Path("mask.webp")), Inpaint, 1),
        (Edit(mask=Path("mask.webp"), strength=0.3), Inpaint, 0.3),
        (Edit(extend="up=1"), Outpaint, 0.5),
        (Edit(extend="up=1", strength=0.3), Outpaint, 0.3),
    ],
)
def test_a_request_has_the_words_and_the_picture(
    image: Path, mask: Path, edit: Edit, kind: type, strength: float
) -> None:
    """With what nobody said as it suits each."""
    options = {"strength": edit.strength, "extend": edit.extend, "mask": mask if edit.mask else None}
    found = edited(WORDS, Edit(image=image, **options))  # type: ignore[arg-type] # each of its type
    assert isinstance(found, kind)
    assert isinstance(found, ImageToImage | Inpaint | Outpaint)
    assert (found.creativity if isinstance(found, Outpaint) else found.strength) == strength
    assert found.image.size == Size(width=120, height=80)
    for name in ("prompt", "negative_prompt", "seed", "images", "output_format"):
        assert getattr(found, name) == getattr(WORDS, name)


def test_a_mask_is_black_where_it_is_transparent(image: Path, mask: Path) -> None:
    """And what a lossy file left beside an edge is black or white again."""
    found = edited(WORDS, Edit(image=image, mask=mask, grow=1, feather=2))
    assert isinstance(found, Inpaint)
    assert (found.grow, found.feather) == (1, 2)
    rows = [set(found.mask.levels[120 * row : 120 * row + 120]) for row in range(80)]
    assert rows[0] == {255}
    assert rows[30] == rows[79] == {0}
    assert all(100 < level < 150 for level in rows[50])


@pytest.mark.parametrize(
    ("text", "margins"),
    [
        ("left=200", Margins(left=200)),
        (" up = 1, down=2 ,right=3", Margins(up=1, down=2, right=3)),
        ("left=0", Margins()),
    ],
)
def test_margins_are_written_side_by_side(image: Path, text: str, margins: Margins) -> None:
    """In any order, each at most once."""
    found = edited(WORDS, Edit(image=image, extend=text))
    assert isinstance(found, Outpaint)
    assert found.margins == margins


@pytest.mark.parametrize(
    "part", ["left", "left=", "left=-1", "left=1.5", "top=3", "images=3", "left=1,left=2", "left=1;"]
)
def test_what_is_no_margin_is_quoted(image: Path, part: str) -> None:
    """With what to write."""
    with pytest.raises(InvalidRequest, match="in --extend is no margin; write each of left, right, up, down once"):
        edited(WORDS, Edit(image=image, extend=part))


def test_options_that_do_not_go_together_are_refused(image: Path, mask: Path) -> None:
    """With what would."""
    with pytest.raises(InvalidRequest, match="--mask and --extend cannot go together"):
        edited(WORDS, Edit(image=image, mask=mask, extend="left=1"))
    for edit in (Edit(mask=mask), Edit(extend="left=1")):
        with pytest.raises(InvalidRequest, match="need --image, the picture that they are for"):
            edited(WORDS, edit)


def test_a_mask_that_is_no_picture_is_named(image: Path, tmp_path: Path) -> None:
    """By its path."""
    notes = tmp_path / "notes.txt"
    notes.write_text("not a picture")
    with pytest.raises(InvalidRequest, match=r"notes\.txt cannot be read as a picture"):
        edited(WORDS, Edit(image=image, mask=notes))
