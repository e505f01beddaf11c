"""Turns composed scenes into a style: Stability's seventeen presets and some more. Knows no captions."""

from collections.abc import Callable
from types import MappingProxyType

from torch import Tensor

from outcrop.training import crafted, drawn, graded
from outcrop.training.canvas import Canvas
from outcrop.training.shot import Shot

Effect = Callable[[Shot], Tensor]

STYLES: MappingProxyType[str, Effect] = MappingProxyType(
    {
        "3d-model": crafted.model_3d,
        "analog-film": graded.analog_film,
        "anime": drawn.anime,
        "cinematic": graded.cinematic,
        "comic-book": drawn.comic_book,
        "digital-art": graded.digital_art,
        "enhance": graded.enhance,
        "fantasy-art": graded.fantasy_art,
        "isometric": crafted.isometric,
        "line-art": drawn.line_art,
        "low-poly": crafted.low_poly,
        "modeling-compound": crafted.modeling_compound,
        "neon-punk": drawn.neon_punk,
        "origami": crafted.origami,
        "photographic": graded.photographic,
        "pixel-art": drawn.pixel_art,
        "tile-texture": crafted.tile_texture,
        "watercolor": drawn.watercolor,
        "oil-painting": drawn.oil_painting,
        "pencil-sketch": drawn.pencil_sketch,
        "blueprint": drawn.blueprint,
        "stained-glass": crafted.stained_glass,
        "mosaic": crafted.mosaic,
        "paper-cut": drawn.paper_cut,
        "silhouette": drawn.silhouette,
    }
)


def apply_style(name: str, pictures: Tensor, subject_mask: Tensor, canvas: Canvas) -> Tensor:
    """Show pictures in a style.

    Shapes: pictures (b, 3, h, w), subject_mask (b, 1, h, w); returns like pictures. Units: 0 to 1.
    Raises: KeyError for a name that is not in STYLES.
    """
    return STYLES[name](Shot(pictures=pictures, subjects=subject_mask, canvas=canvas)).clamp(0.0, 1.0)
