"""From the picture of one stage to the image that the next grows from. Knows pixels; knows no network or sampler."""

from PIL import Image

from outcrop.engine.engine import Pixels
from outcrop.plan import Refine, Start
from outcrop.request import Bitmap
from outcrop.units import Size

TOUCHED = [0] + [255] * 255
"""White wherever a mask is not black."""


def next_start(drawn: Pixels, refine: Refine) -> Start:
    """Enlarge a picture to the size of the stage that follows, and lay it into what is kept, if anything is.

    Shapes: drawn (h, w, 3).
    """
    size = (refine.native.width, refine.native.height)
    image = Image.fromarray(drawn).resize(size, Image.Resampling.LANCZOS)
    kept = refine.kept
    if kept is None:
        return Start(image=_bitmap(image), strength=refine.strength)
    whole = Image.frombytes("RGB", size, kept.image.rgb)
    whole.paste(image, mask=Image.frombytes("L", size, kept.mask.levels).point(TOUCHED))
    return Start(image=_bitmap(whole), strength=refine.strength, mask=kept.mask)


def _bitmap(image: Image.Image) -> Bitmap:
    return Bitmap(size=Size(width=image.width, height=image.height), rgb=image.tobytes())
