"""Composes a subject over a ground: first decides a scene from a seed, then draws it. Knows no words or latents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image, ImageFilter

from outcrop.training.canvas import Canvas
from outcrop.training.corpus import Drawing, DrawingKey
from outcrop.training.grounds import load_grounds, paint_plain, paint_setting
from outcrop.training.recolour import colour_name, dominant_hue, hue_share, recoloured
from outcrop.training.subjects import Subject, SubjectList
from outcrop.units import Size

_PLAIN_SHARE = 0.42
_STUDIO_SHARE = 0.12
_USUAL_STYLE_SHARE = 0.75
_RECOLOUR_SHARE = 0.6
_LEAST_HUE_SHARE = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One picture decided: what, in which colour and style, before which ground, how large and where.

    `own_colour` is the colour named in a caption ("" where the subject has none to name); exactly one of `plain` (a
    colour name) and `setting` is not empty.
    Units: size is the sprite's side over the picture's shorter side; dx and dy are offsets in the same unit.
    """

    subject: str
    own_colour: str
    style: str
    plain: str
    setting: str
    size: float
    dx: float
    dy: float
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """The drawings in every colour they may take, ready to be placed."""

    subjects: SubjectList
    sprites: Mapping[tuple[str, str, str], Image.Image]

    def colours(self, subject: str, style: str) -> tuple[str, ...]:
        """The colours that this subject can be drawn and named in; empty where none is named."""
        return tuple(colour for name, kind, colour in self.sprites if (name, kind) == (subject, style) and colour)


def mix_palette(subjects: SubjectList, drawings: Mapping[DrawingKey, Drawing]) -> Palette:
    """Recolour once what may be recoloured; a drawing without one dominant hue keeps its colours and names none."""
    sprites: dict[tuple[str, str, str], Image.Image] = {}
    for subject in subjects.subjects:
        for style in subjects.styles:
            picture = drawings[subjects.key(subject, style)].picture
            for colour in _possible_colours(subject, picture):
                sprites[subject.name, style, colour] = recoloured(picture, colour) if colour else picture
    return Palette(subjects=subjects, sprites=sprites)


def _possible_colours(subject: Subject, picture: Image.Image) -> tuple[str, ...]:
    if not subject.colours or hue_share(picture) < _LEAST_HUE_SHARE:
        return ("",)
    own = colour_name(dominant_hue(picture))
    return tuple(dict.fromkeys((own, *subject.colours)))


def decide(seed: int, palette: Palette) -> Scene:
    """Decide one scene; the same seed and palette give the same scene."""
    rng = np.random.default_rng(seed)
    names = [subject.name for subject in palette.subjects.subjects]
    subject = names[int(rng.integers(len(names)))]
    usual, *others = palette.subjects.styles
    style = usual if rng.random() < _USUAL_STYLE_SHARE or not others else others[int(rng.integers(len(others)))]
    plain, setting = _decide_ground(rng)
    return Scene(
        subject=subject,
        own_colour=_decide_colour(rng, palette.colours(subject, style)),
        style=style,
        plain=plain,
        setting=setting,
        size=float(rng.uniform(0.70, 0.78)),
        dx=float(rng.uniform(-0.025, 0.025)),
        dy=float(rng.uniform(-0.02, 0.02)),
        seed=seed,
    )


def _decide_ground(rng: np.random.Generator) -> tuple[str, str]:
    grounds = load_grounds()
    draw = rng.random()
    if draw < _PLAIN_SHARE:
        names = list(grounds.colours)
        return names[int(rng.integers(len(names)))], ""
    if draw < _PLAIN_SHARE + _STUDIO_SHARE:
        return "", "studio"
    rest = [name for name in grounds.settings if name != "studio"]
    return "", rest[int(rng.integers(len(rest)))]


def _decide_colour(rng: np.random.Generator, colours: Sequence[str]) -> str:
    if not colours:
        return ""
    if rng.random() < _RECOLOUR_SHARE:
        return colours[int(rng.integers(len(colours)))]
    return colours[0]


def compose(scene: Scene, palette: Palette, width_px: int, height_px: int) -> npt.NDArray[np.uint8]:
    """Draw a decided scene.

    Shapes: (height_px, width_px, 3), sRGB.
    """
    picture = _ground(scene, Size(width=width_px, height=height_px))
    floats = bool(scene.setting) and load_grounds().settings[scene.setting].floats
    side = round(scene.size * min(width_px, height_px))
    sprite = palette.sprites[scene.subject, scene.style, scene.own_colour]
    small = sprite.convert("RGBa").resize((side, side), Image.Resampling.LANCZOS).convert("RGBA")
    left = round(width_px / 2 + scene.dx * min(width_px, height_px) - side / 2)
    middle = 0.5 if scene.plain or floats else 0.54
    top = round(height_px * middle + scene.dy * min(width_px, height_px) - side / 2)
    if not floats:
        _drop_shadow(picture, small, left, top)
    picture.paste(small, (left, top), small)
    return np.asarray(picture, dtype=np.uint8)


def _ground(scene: Scene, size: Size) -> Image.Image:
    canvas = Canvas([scene.seed + 1], size, torch.device("cpu"))
    if scene.plain:
        ground = paint_plain(canvas, torch.tensor([load_grounds().colours[scene.plain]]))
    else:
        ground = paint_setting(canvas, scene.setting)
    return Image.fromarray((ground[0].permute(1, 2, 0).numpy() * 255.0 + 0.5).astype(np.uint8))


def _drop_shadow(picture: Image.Image, sprite: Image.Image, left: int, top: int) -> None:
    """Darken the ground in a soft ellipse under the sprite's lowest opaque row."""
    box = sprite.getchannel("A").getbbox()
    if box is None:
        return
    width, foot = box[2] - box[0], top + box[3]
    height = max(4, round(width * 0.13))
    margin = height
    shadow = Image.new("L", (width + 2 * margin, height + 2 * margin), 0)
    core = Image.new("L", (round(width * 0.86), height), 0)
    xs = np.linspace(-1.0, 1.0, core.width)[None, :]
    ys = np.linspace(-1.0, 1.0, core.height)[:, None]
    core = Image.fromarray((np.clip(1.1 - xs**2 - ys**2, 0.0, 1.0) * 95.0).astype(np.uint8))
    shadow.paste(core, (margin + (width - core.width) // 2, margin))
    shadow = shadow.filter(ImageFilter.GaussianBlur(height * 0.3))
    dark = Image.new("RGB", shadow.size, (16, 12, 20))
    picture.paste(dark, (left + box[0] - margin, foot - margin - round(height * 0.6)), shadow)
