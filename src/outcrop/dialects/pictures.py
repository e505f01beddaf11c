"""Read a picture that anybody may have put into a body: base64 of a JPEG, PNG or WebP. Knows no field and no model.

Nothing is decoded before its declared size is known and allowed; what is not pixels (metadata, further frames) is
dropped.
"""

import binascii
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Final, Literal

from PIL import Image, ImageOps, UnidentifiedImageError

from outcrop.errors import InvalidRequest
from outcrop.request import Bitmap, Mask
from outcrop.units import Size

FORMATS: Final = ("JPEG", "PNG", "WEBP")
Colour = tuple[int, int, int]
Edited = Literal["white", "black"]
"""Which of a mask's ends is drawn anew."""
WHITE: Final[Colour] = (255, 255, 255)
BLACK: Final[Colour] = (0, 0, 0)
ORIENTATION: Final = 0x0112
"""The tag of EXIF that says how a picture is turned."""
SIDEWAYS: Final = frozenset({5, 6, 7, 8})
"""Its values for a picture that lies on its side."""
BAND: Final = 32
"""Rows of pixels that are copied at once."""
TRACE: Final = 16
"""Levels by which a mask's black and white may be off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureLimits:
    """What a family takes, in pixels; aspect is the longer side over the shorter."""

    min_side: int = 64
    max_side: int | None = None
    max_pixels: int = 9_437_184
    max_aspect: float = 16


def read_picture(text: str, field: str, limits: PictureLimits) -> Bitmap:
    """Decode a picture of a body; whoever gives the text away frees its memory before the pixels take theirs.

    Raises: InvalidRequest naming the field, when the text is no base64 or `decode_picture` refuses its bytes.
    """
    content = _content(text, field)
    del text
    return decode_picture(content, f"The field '{field}'", limits)


def picture_size(text: str, field: str) -> Size:
    """The size that a picture of a body says it has, upright; nothing of it is decoded.

    Raises: InvalidRequest naming the field, when the text is no base64 of a picture.
    """
    with _opened(_content(text, field), f"The field '{field}'") as image:
        turned = image.getexif().get(ORIENTATION, 1) in SIDEWAYS
        width, height = (image.height, image.width) if turned else image.size
        return Size(width=width, height=height)


def read_mask(text: str, field: str, limits: PictureLimits, edited: Edited) -> Mask:
    """Decode a mask of a body, of which one of black and white is drawn anew.

    Raises: InvalidRequest as `read_picture`; when nothing of it would be drawn anew.
    """
    mask = decode_mask(_content(text, field), f"The field '{field}'", limits)
    return _checked(mask if edited == "white" else _opposite(mask), f"The field '{field}' has no {edited}")


def read_opacity(text: str, field: str, limits: PictureLimits) -> Mask:
    """Take the mask from a picture of a body: what is transparent is drawn anew.

    Raises: InvalidRequest as `read_picture`; when nothing of it is transparent.
    """
    alpha = _open(_content(text, field), f"The field '{field}'", limits, None).getchannel("A")
    opaque = Mask(size=Size(width=alpha.width, height=alpha.height), levels=alpha.tobytes())
    return _checked(_opposite(opaque), f"The picture in the field '{field}' has no transparent part")


def stretch_mask(mask: Mask, size: Size) -> Mask:
    """The mask at another size, each place in its place."""
    if mask.size == size:
        return mask
    levels = Image.frombytes("L", (mask.size.width, mask.size.height), mask.levels)
    return Mask(size=size, levels=levels.resize((size.width, size.height), Image.Resampling.BILINEAR).tobytes())


def fit(image: Bitmap, size: Size) -> Bitmap:
    """The picture at another size, cut off evenly where the shapes differ."""
    if image.size == size:
        return image
    pixels = Image.frombytes("RGB", (image.size.width, image.size.height), image.rgb)
    fitted = ImageOps.fit(pixels, (size.width, size.height), Image.Resampling.LANCZOS)
    return Bitmap(size=size, rgb=fitted.tobytes(), file=image.file, content=image.content)


def _content(text: str, field: str) -> bytes:
    try:
        return binascii.a2b_base64(text, strict_mode=True)  # base64.b64decode would copy the text first
    except (binascii.Error, ValueError):
        prefix = " without the 'data:...;base64,' before it" if text.startswith("data:") else ""
        raise InvalidRequest(f"The field '{field}' must be the base64 text of a picture{prefix}.") from None


def _opposite(mask: Mask) -> Mask:
    return Mask(size=mask.size, levels=mask.levels.translate(bytes(range(255, -1, -1))))


def _checked(mask: Mask, lack: str) -> Mask:
    if not any(mask.levels):
        raise InvalidRequest(f"{lack}, so nothing would change.")
    return mask


def decode_picture(content: bytes, what: str, limits: PictureLimits) -> Bitmap:
    """Decode the bytes of a picture's file, upright, on white where it is transparent. `what` is it to its sender.

    Raises: InvalidRequest when the bytes are no picture of an allowed format, or the picture's size is not allowed.
    """
    rgb = _open(content, what, limits, WHITE)
    digest = sha256(content).hexdigest()
    size = Size(width=rgb.width, height=rgb.height)
    return Bitmap(size=size, rgb=_pixels(rgb), file=digest, content=content)


def decode_mask(content: bytes, what: str, limits: PictureLimits) -> Mask:
    """Decode the bytes of a mask's file: its brightness, upright, on black where it is transparent.

    What is nearly black or nearly white is taken to be so: a lossy file leaves traces beside an edge.

    Raises: as `decode_picture`.
    """
    grey = _open(content, what, limits, BLACK).convert("L")
    table = [0 if level < TRACE else 255 if level > 255 - TRACE else level for level in range(256)]
    return Mask(size=Size(width=grey.width, height=grey.height), levels=grey.point(table).tobytes())


def _open(content: bytes, what: str, limits: PictureLimits, paper: Colour | None) -> Image.Image:
    """The picture, upright: laid on paper as RGB, or without any as RGBA."""
    with _opened(content, what) as image:
        _check(Size(width=image.width, height=image.height), what, limits)
        return _flat(image, paper)


@contextmanager
def _opened(content: bytes, what: str) -> Iterator[Image.Image]:
    """A picture's file, of which only the head has been read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's opinions on broken metadata and on sizes, which are checked here
            with Image.open(BytesIO(content), formats=FORMATS) as image:
                yield image
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError, EOFError):
        raise InvalidRequest(f"{what} cannot be read as a picture; send a whole JPEG, PNG or WebP.") from None


def _check(size: Size, what: str, limits: PictureLimits) -> None:
    if min(size.width, size.height) < limits.min_side:
        raise InvalidRequest(f"{what} is a picture of {size}; each side must be at least {limits.min_side} pixels.")
    if limits.max_side is not None and max(size.width, size.height) > limits.max_side:
        raise InvalidRequest(f"{what} is a picture of {size}; each side may be at most {limits.max_side:,} pixels.")
    if size.pixels > limits.max_pixels:
        raise InvalidRequest(
            f"{what} is a picture of {size}, {size.pixels:,} pixels; at most {limits.max_pixels:,} are allowed."
        )
    if max(size.width, size.height) > limits.max_aspect * min(size.width, size.height):
        raise InvalidRequest(
            f"{what} is a picture of {size}; one side may be at most {limits.max_aspect:g} times the other."
        )


def _pixels(image: Image.Image) -> bytes:
    """Its bytes, row after row. Pillow holds them twice while it joins them, so they are asked for by bands."""
    whole = BytesIO()
    for top in range(0, image.height, BAND):
        whole.write(image.crop((0, top, image.width, min(top + BAND, image.height))).tobytes())
    return whole.getvalue()


def _flat(image: Image.Image, paper: Colour | None) -> Image.Image:
    image.load()
    ImageOps.exif_transpose(image, in_place=True)
    upright: Image.Image = image
    if paper is None:
        return upright.convert("RGBA")
    if upright.has_transparency_data:
        layer = upright.convert("RGBA")
        upright = Image.alpha_composite(Image.new("RGBA", layer.size, (*paper, 255)), layer)
    return upright if upright.mode == "RGB" else upright.convert("RGB")
