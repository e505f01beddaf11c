"""Renditions: a picture at another size, cut, in another format. Knows pixels and files; knows no asset and no cache.

What a rendition keeps of its picture is pixels and the colour profile; what else its file says stays behind.
"""

from dataclasses import astuple, dataclass, replace
from hashlib import sha256
from io import BytesIO
from typing import Final, Literal, get_args

from PIL import Image, ImageCms, ImageOps

from outcrop.assets.png import encode_png
from outcrop.assets.stamp import Stamp, stamped
from outcrop.errors import InvalidRequest, StorageFailed

RenditionFormat = Literal["png", "jpeg", "webp", "avif"]
Fit = Literal["cover", "contain", "inside"]
"""`cover` fills the box and cuts off what is beyond, `contain` fits into the box and fills the rest up, `inside` fits
into it and is no larger than it must be."""
FORMATS: Final[tuple[RenditionFormat, ...]] = get_args(RenditionFormat)
MOST_SIDE, MOST_PIXELS = 8192, 16_777_216
VERSION: Final = 2
"""Part of every key: a rendition that would come out otherwise has another."""
QUALITIES: Final = {"jpeg": 88, "webp": 82, "avif": 65}
"""Where nothing is said: about alike to the eye."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crop:
    """A part of a picture; all but the corner positive. Units: pixels of the picture."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a rendition is to be. Nothing said of it at all is the file itself."""

    width: int | None = None
    height: int | None = None
    fit: Fit = "cover"
    focus: tuple[float, float] = (0.5, 0.5)
    """What `cover` keeps in sight, across and down; 0 is the left or upper edge, 1 the other one."""
    crop: Crop | None = None
    """What is taken of the picture before anything else."""
    format: RenditionFormat | None = None
    """None is the file's own."""
    quality: int | None = None
    stamp: Stamp | None = None
    """What is placed on it, last of all."""

    @property
    def is_file(self) -> bool:
        """Whether it is the file itself."""
        return replace(self, fit="cover", focus=(0.5, 0.5)) == Wanted()

    def key(self) -> str:
        """What tells it from every other rendition of the same picture."""
        said = astuple(self) if self.stamp is not None else astuple(self)[:-1]  # as before there were stamps
        return sha256(repr((VERSION, said)).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendition:
    """A picture's file, ready to be delivered."""

    file: bytes
    format: str


def render(content: bytes, wanted: Wanted, mark: bytes | None = None) -> Rendition:
    """Make a rendition of a picture's file; `mark` is the file of what is stamped on it, where anything is.

    Raises: InvalidRequest when it cannot be made of it; StorageFailed when the file is no picture.
    """
    try:
        with Image.open(BytesIO(content), formats=("PNG", "JPEG", "WEBP")) as opened:
            own = (opened.format or "").lower()
            crop = _crop_within(opened, wanted.crop)
            _decode_less(opened, wanted)
            image, profile = _in_rgb(opened)
    except (OSError, ValueError, SyntaxError) as error:
        raise StorageFailed(f"What is kept as a picture cannot be read as one: {error}.") from None
    if crop is not None:
        image = image.crop(crop)
    fitted = _fit(image, wanted)
    if wanted.stamp is not None and mark is not None:
        fitted = stamped(fitted, _mark(mark), wanted.stamp)
    made = wanted.format or own
    return Rendition(file=_encode(fitted, made, wanted.quality, profile), format=made)


def _mark(content: bytes) -> Image.Image:
    try:
        with Image.open(BytesIO(content), formats=("PNG", "JPEG", "WEBP")) as opened:
            return opened.convert("RGBA")
    except (OSError, ValueError, SyntaxError) as error:
        raise StorageFailed(f"The logo cannot be read as a picture: {error}.") from None


def _crop_within(image: Image.Image, crop: Crop | None) -> tuple[int, int, int, int] | None:
    if crop is None:
        return None
    right, lower = crop.left + crop.width, crop.top + crop.height
    if right > image.width or lower > image.height:
        raise InvalidRequest(
            f"The crop of {crop.width}x{crop.height} at {crop.left},{crop.top} leaves the picture of "
            f"{image.width}x{image.height}."
        )
    return crop.left, crop.top, right, lower


def _decode_less(image: Image.Image, wanted: Wanted) -> None:
    """Have a JPEG decoded at a part of its size where that is still twice what is wanted."""
    if wanted.crop is None and wanted.width is not None and wanted.height is not None:
        image.draft(None, (2 * wanted.width, 2 * wanted.height))


def _in_rgb(image: Image.Image) -> tuple[Image.Image, bytes | None]:
    """The picture in RGB or RGBA, and the profile that its colours are of."""
    profile: bytes | None = image.info.get("icc_profile")
    if image.mode == "CMYK":  # its profile says nothing of RGB
        return _from_cmyk(image, profile), None
    if image.mode in {"L", "I;16", "1"} and profile is not None:
        profile = None  # of grey
    return image.convert("RGBA" if image.has_transparency_data else "RGB"), profile


def _from_cmyk(image: Image.Image, profile: bytes | None) -> Image.Image:
    if profile is None:
        return image.convert("RGB")
    try:
        made = ImageCms.profileToProfile(
            image, ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError):
        return image.convert("RGB")
    return made or image.convert("RGB")


def _fit(image: Image.Image, wanted: Wanted) -> Image.Image:
    box = _box(image, wanted)
    if box == image.size:
        return image
    if wanted.fit == "cover":
        return ImageOps.fit(image, box, Image.Resampling.LANCZOS, centering=wanted.focus)
    inside = _inside(image, box, enlarged=wanted.fit == "contain")
    fitted = image.resize(inside, Image.Resampling.LANCZOS, reducing_gap=3) if inside != image.size else image
    if wanted.fit == "inside" or inside == box:
        return fitted
    paper = Image.new("RGBA", box, (255, 255, 255, 0))
    paper.paste(fitted.convert("RGBA"), ((box[0] - inside[0]) // 2, (box[1] - inside[1]) // 2))
    return paper


def _box(image: Image.Image, wanted: Wanted) -> tuple[int, int]:
    """Width and height of the box; a side that is not given follows from the other."""
    match wanted.width, wanted.height:
        case None, None:
            return image.size
        case int(width), None:
            box = width, max(1, round(image.height * width / image.width))
        case None, int(height):
            box = max(1, round(image.width * height / image.height)), height
        case int(width), int(height):
            box = width, height
        case _:
            raise AssertionError
    if wanted.fit != "inside" and (max(box) > MOST_SIDE or box[0] * box[1] > MOST_PIXELS):
        raise InvalidRequest(
            f"A rendition of {box[0]}x{box[1]} is too large; a side may have {MOST_SIDE:,} pixels, "
            f"the whole {MOST_PIXELS:,}."
        )
    return box


def _inside(image: Image.Image, box: tuple[int, int], *, enlarged: bool) -> tuple[int, int]:
    part = min(box[0] / image.width, box[1] / image.height)
    part = part if enlarged else min(part, 1)
    return max(1, round(image.width * part)), max(1, round(image.height * part))


def _encode(image: Image.Image, made: str, quality: int | None, profile: bytes | None) -> bytes:
    out = BytesIO()
    match made:
        case "png":
            return encode_png(image, profile)
        case "webp":
            image.save(out, "WEBP", icc_profile=profile, quality=quality or QUALITIES[made], method=2)
        case "avif":
            image.save(out, "AVIF", icc_profile=profile, quality=quality or QUALITIES[made], speed=9)
        case _:
            image = _on_white(image)
            image.save(out, "JPEG", icc_profile=profile, quality=quality or QUALITIES["jpeg"])
    return out.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode == "RGB":
        return image
    return Image.alpha_composite(Image.new("RGBA", image.size, (255, 255, 255, 255)), image).convert("RGB")
