"""Pictures to upload, with all that a file may say of itself. Knows files; knows no server."""

from io import BytesIO

from PIL import Image, ImageCms, ImageDraw

from tests.serving import SIGNED, Answer, Serving

PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
MEDIA = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
ORIENTATION, DESCRIPTION = 0x0112, 0x010E


def scene(width: int = 160, height: int = 96) -> Image.Image:
    """A picture whose four corners are of four colours, and whose middle is white."""
    image = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(image)
    colours = ("red", "lime", "blue", "yellow")
    for index, colour in enumerate(colours):
        left, top = (index % 2) * width // 2, (index // 2) * height // 2
        draw.rectangle((left, top, left + width // 2, top + height // 2), fill=colour)
    draw.rectangle((width * 3 // 8, height * 3 // 8, width * 5 // 8, height * 5 // 8), fill="white")
    return image


def file(image: Image.Image, made: str = "PNG", *, profile: bytes | None = PROFILE, exif: object = None) -> bytes:
    """Its bytes."""
    out = BytesIO()
    said = {} if exif is None else {"exif": exif}
    image.save(out, made, icc_profile=profile, **said)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    """A file's picture, decoded."""
    image = Image.open(BytesIO(content))
    image.load()
    return image


def upload(server: Serving, content: bytes, query: str = "", made: str = "PNG") -> Answer:
    """Hand a file in."""
    return server.send("POST", f"/v1/assets{query}", content, SIGNED | {"Content-Type": MEDIA[made]})
