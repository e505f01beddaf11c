"""Read a picture that anybody may have put into a body: base64 of a JPEG, PNG or WebP. Knows no field and no model.

Nothing is decoded before its declared size is known and allowed; what is not pixels (metadata, further frames) is
dropped.
"""

import binascii
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Final, Literal

from PIL import Image, ImageOps, UnidentifiedImageError

from outcrop.dialects.picture_file import picture_file
from outcrop.dialects.webp import decode_webp
from outcrop.errors import InvalidRequest
from outcrop.request import Bitmap, Mask
from outcrop.units import Size

FORMATS: Final = ("JPEG", "PNG", "WEBP")
Colour = tuple[int, int, int]
Edited = Literal["white", "black"]
"""Which of a mask's ends is drawn anew."""
WHITE: Final[Colour] = (255, 255, 255)
BLACK: Final[Colour] = (0, 0, 0)
BAND: Final = 32
"""Rows of pixels that are copied at once."""
LOOK: Final = 1024
"""Pixels of a side that are enough to see what a picture shows."""
MOST_MOVING: Final = 2_359_296
"""Pixels of a WebP that moves: to decode one takes four times the room of one that does not."""
TRACE: Final = 16
"""Levels by which a mask's black and white may be off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """How pixels are put upright."""

    method: Image.Transpose | None = None
    sideways: bool = False
    """Whether rows of the upright picture are columns of the other."""
    backwards: bool = False
    """Whether the first of them is the last there."""


UPRIGHT: Final = Turn()
TURNS: Final = {
    2: Turn(method=Image.Transpose.FLIP_LEFT_RIGHT),
    3: Turn(method=Image.Transpose.ROTATE_180, backwards=True),
    4: Turn(method=Image.Transpose.FLIP_TOP_BOTTOM, backwards=True),
    5: Turn(method=Image.Transpose.TRANSPOSE, sideways=True),
    6: Turn(method=Image.Transpose.ROTATE_270, sideways=True),
    7: Turn(method=Image.Transpose.TRANSVERSE, sideways=True, backwards=True),
    8: Turn(method=Image.Transpose.ROTATE_90, sideways=True, backwards=True),
}
"""Value of that tag to how it is undone; all others mean that there is nothing to undo."""


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


def read_small(text: str, field: str, limits: PictureLimits) -> Image.Image:
    """Decode a picture of a body for whoever only looks at it: one of more than LOOK pixels a side is made smaller.

    Raises: InvalidRequest as `read_picture`.
    """
    image, turn = _open(_content(text, field), f"The field '{field}'", limits)
    size, parts = _upright_size(image, turn), 1
    while max(size.width, size.height) > LOOK * parts:
        parts *= 2  # a part of a band's rows, so that no band has some left
    rgb = _joined(image, turn, lambda band: _flat(band, WHITE).reduce(parts))
    return Image.frombytes("RGB", (-(-size.width // parts), -(-size.height // parts)), rgb)


def picture_size(text: str, field: str) -> Size:
    """The size that a picture of a body says it has, upright; nothing of it is decoded.

    Raises: InvalidRequest naming the field, when the text is no base64 of a picture.
    """
    with _opened(_content(text, field), f"The field '{field}'") as (image, turn):
        return _upright_size(image, turn)


def read_mask(text: str, field: str, limits: PictureLimits, edited: Edited) -> Mask:
    """Decode a mask of a body, of which one of black and white is drawn anew; the text is given away as a picture's.

    Raises: InvalidRequest as `read_picture`; when nothing of it would be drawn anew.
    """
    content = _content(text, field)
    del text
    mask = decode_mask(content, f"The field '{field}'", limits)
    return _checked(mask if edited == "white" else _opposite(mask), f"The field '{field}' has no {edited}")


def read_cutout(text: str, field: str, limits: PictureLimits) -> tuple[Bitmap, Mask]:
    """Decode a picture of a body, and its mask with it: what is transparent is drawn anew.

    Raises: InvalidRequest as `read_picture`; when nothing of it is transparent.
    """
    content = _content(text, field)
    del text
    image, turn = _open(content, f"The field '{field}'", limits)
    size = _upright_size(image, turn)
    mask = Mask(size=size, levels=_joined(image, turn, lambda band: band.convert("RGBA").getchannel("A")))
    mask = _checked(_opposite(mask), f"The picture in the field '{field}' has no transparent part")
    return _bitmap(image, turn, content), mask


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
    if mask.levels.count(0) == len(mask.levels):
        raise InvalidRequest(f"{lack}, so nothing would change.")
    return mask


def decode_picture(content: bytes, what: str, limits: PictureLimits) -> Bitmap:
    """Decode the bytes of a picture's file, upright, on white where it is transparent. `what` is it to its sender.

    Raises: InvalidRequest when the bytes are no picture of an allowed format, or the picture's size is not allowed.
    """
    image, turn = _open(content, what, limits)
    return _bitmap(image, turn, content)


def decode_mask(content: bytes, what: str, limits: PictureLimits) -> Mask:
    """Decode the bytes of a mask's file: its brightness, upright, on black where it is transparent.

    What is nearly black or nearly white is taken to be so: a lossy file leaves traces beside an edge.

    Raises: as `decode_picture`.
    """
    image, turn = _open(content, what, limits)
    table = [0 if level < TRACE else 255 if level > 255 - TRACE else level for level in range(256)]
    levels = _joined(image, turn, lambda band: _flat(band, BLACK).convert("L").point(table))
    return Mask(size=_upright_size(image, turn), levels=levels)


def _open(content: bytes, what: str, limits: PictureLimits) -> tuple[Image.Image, Turn]:
    """The picture, with all its pixels as they are in the file, and how it is to be turned."""
    with _opened(content, what) as (image, turn):
        _check(Size(width=image.width, height=image.height), what, limits)
        return _decoded(image, content, what), turn


def _decoded(image: Image.Image, content: bytes, what: str) -> Image.Image:
    if image.format == "WEBP":
        if not image.is_animated:  # type: ignore[attr-defined]  # Pillow's pictures of this format have it
            return decode_webp(content, image) or _loaded(image)
        if image.width * image.height > MOST_MOVING:
            raise InvalidRequest(f"{what} is a WebP that moves, of more than {MOST_MOVING:,} pixels; send one frame.")
    return _loaded(image)


def _loaded(image: Image.Image) -> Image.Image:
    image.load()
    return image


def _upright_size(image: Image.Image, turn: Turn) -> Size:
    width, height = (image.height, image.width) if turn.sideways else image.size
    return Size(width=width, height=height)


def _bitmap(image: Image.Image, turn: Turn, content: bytes) -> Bitmap:
    return Bitmap(
        size=_upright_size(image, turn),
        rgb=_joined(image, turn, lambda band: _flat(band, WHITE)),
        file=sha256(content).hexdigest(),
        content=content,
    )


@contextmanager
def _opened(content: bytes, what: str) -> Iterator[tuple[Image.Image, Turn]]:
    """A picture's file, of which only the head has been read, and how it is to be turned."""
    file = picture_file(content, what)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's opinions on sizes, which are checked here
            with Image.open(file.stream(), formats=FORMATS) as image:
                yield image, TURNS.get(file.orientation, UPRIGHT)
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


def _joined(image: Image.Image, turn: Turn, made: Callable[[Image.Image], Image.Image]) -> bytes:
    """The bytes of what is made of a picture's pixels, upright, row after row.

    By bands: Pillow holds whole pictures anew at each step on the way, and twice while it joins their bytes.
    """
    whole = BytesIO()
    for band in _bands(image, turn):
        whole.write(made(band).tobytes())
    return whole.getvalue()


def _bands(image: Image.Image, turn: Turn) -> Iterator[Image.Image]:
    length = image.width if turn.sideways else image.height
    begins = range(0, length, BAND)
    for begin in reversed(begins) if turn.backwards else begins:
        end = min(begin + BAND, length)
        box = (begin, 0, end, image.height) if turn.sideways else (0, begin, image.width, end)
        band = image.crop(box)
        yield band if turn.method is None else band.transpose(turn.method)


def _flat(band: Image.Image, paper: Colour) -> Image.Image:
    """As RGB, on paper where it is transparent."""
    if band.has_transparency_data:
        layer = band.convert("RGBA")
        band = Image.alpha_composite(Image.new("RGBA", layer.size, (*paper, 255)), layer)
    return band if band.mode == "RGB" else band.convert("RGB")
