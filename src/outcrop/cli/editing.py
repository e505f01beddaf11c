"""What `outcrop imagine` does to a picture that is there: grow from it, repaint a part, continue it beyond its edges.

Knows files and requests; knows no plan and no engine.
"""

import re
from dataclasses import dataclass, fields
from pathlib import Path

from outcrop.dialects.pictures import PictureLimits, decode_mask, decode_picture
from outcrop.errors import InvalidRequest
from outcrop.request import Bitmap, ImageToImage, Inpaint, Margins, Outpaint, Request, TextToImage

STRENGTH, CREATIVITY = 0.6, 0.5
"""How far to leave an image, and how freely to continue it, where nobody says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """The options that concern a picture from a file; without `image` there is none."""

    image: Path | None = None
    strength: float | None = None
    mask: Path | None = None
    grow: int = 5
    feather: int = 5
    extend: str = ""
    """Margins in pixels, such as `left=200,down=100`."""

    @property
    def in_part(self) -> bool:
        """Whether the rest of the picture stays as it is."""
        return self.mask is not None or bool(self.extend)


def edited(words: TextToImage, edit: Edit) -> Request:
    """The words as they are, or what they ask of the edit's picture.

    Raises: InvalidRequest when the options do not go together, or a file is no picture that can be used; OSError when
    one cannot be read.
    """
    if edit.mask is not None and edit.extend:
        raise InvalidRequest("--mask and --extend cannot go together; do one, and the other to its result.")
    if edit.image is None:
        if edit.in_part:
            raise InvalidRequest("--mask and --extend need --image, the picture that they are for.")
        return words
    image = decode_picture(edit.image.read_bytes(), str(edit.image), PictureLimits())
    if edit.extend:
        return _outpaint(words, edit, image)
    if edit.mask is not None:
        return _inpaint(words, edit, image, edit.mask)
    return ImageToImage(
        prompt=words.prompt,
        image=image,
        strength=STRENGTH if edit.strength is None else edit.strength,
        negative_prompt=words.negative_prompt,
        seed=words.seed,
        images=words.images,
        output_format=words.output_format,
        palette=words.palette,
    )


def _inpaint(words: TextToImage, edit: Edit, image: Bitmap, mask: Path) -> Inpaint:
    return Inpaint(
        prompt=words.prompt,
        image=image,
        mask=decode_mask(mask.read_bytes(), str(mask), PictureLimits()),
        grow=edit.grow,
        feather=edit.feather,
        strength=1 if edit.strength is None else edit.strength,
        negative_prompt=words.negative_prompt,
        seed=words.seed,
        images=words.images,
        output_format=words.output_format,
    )


def _outpaint(words: TextToImage, edit: Edit, image: Bitmap) -> Outpaint:
    return Outpaint(
        prompt=words.prompt,
        image=image,
        margins=_margins(edit.extend),
        creativity=CREATIVITY if edit.strength is None else edit.strength,
        negative_prompt=words.negative_prompt,
        seed=words.seed,
        images=words.images,
        output_format=words.output_format,
    )


def _margins(text: str) -> Margins:
    sides = [field.name for field in fields(Margins)]
    found: dict[str, int] = {}
    for part in text.split(","):
        given = re.fullmatch(r"\s*([a-z]+)\s*=\s*(\d{1,9})\s*", part, re.ASCII)
        if given is None or given[1] not in sides or given[1] in found:
            raise InvalidRequest(
                f"'{part}' in --extend is no margin; write each of {', '.join(sides)} once at most, with its pixels, "
                "such as left=200,right=100."
            )
        found[given[1]] = int(given[2])
    return Margins(**found)
