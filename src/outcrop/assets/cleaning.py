"""What a picture's file says beside its pixels (where it was taken, who took it, what somebody hid in it) goes.

The colour profile stays. A file that says nothing else stays as it is, byte by byte. Knows files; whether one is a
picture that may come in was asked before.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

HARMLESS: Final = frozenset(
    {"icc_profile", "transparency", "gamma", "srgb", "chromaticity", "dpi", "jfif", "jfif_version", "jfif_unit"}
    | {"jfif_density", "adobe", "adobe_transform", "progressive", "progression", "interlace", "background", "aspect"}
    | {"loop", "timestamp", "duration"}
)
"""What Pillow may find in a file that speaks of nothing but its pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clean:
    """A file that says nothing but its pixels."""

    file: bytes
    format: str
    width: int
    height: int


def clean(content: bytes) -> Clean:
    """A picture's file, upright, one picture alone and without what it says beside its pixels.

    JPEG is encoded again with its own tables, unless it has to be turned; PNG and WebP lose nothing but what must go.
    """
    with Image.open(BytesIO(content), formats=("PNG", "JPEG", "WEBP")) as image:
        made = image.format or ""
        image.load()
        frames = getattr(image, "n_frames", 1)
        if set(image.info) <= HARMLESS and frames == 1 and not image.getexif():
            return Clean(file=content, format=made.lower(), width=image.width, height=image.height)
        upright = ImageOps.exif_transpose(image)
        out = BytesIO()
        profile = image.info.get("icc_profile")
        if made == "PNG":
            upright.info = {name: value for name, value in upright.info.items() if name == "transparency"}
            upright.save(out, "PNG", icc_profile=profile)
        elif made == "WEBP":
            upright.save(out, "WEBP", icc_profile=profile, lossless=True, exif=b"", xmp=b"")
        else:
            image.info = {}
            kept = upright.size == image.size and image.getexif().get(0x0112, 1) == 1
            target, quality = (image, "keep") if kept else (upright, 95)
            target.save(out, "JPEG", icc_profile=profile, quality=quality, exif=b"", comment=b"")
        return Clean(file=out.getvalue(), format=made.lower(), width=upright.width, height=upright.height)
