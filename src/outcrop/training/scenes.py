"""Decides scenes from seeds: which things, how many, where, before what, in which light, mood and style. Draws nothing.

A decided scene says everything that its picture shows, so words made from it are true.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

import numpy as np

from outcrop.training.finishes import load_finishes
from outcrop.training.grounds import load_grounds
from outcrop.training.looks import Look, load_looks
from outcrop.training.sprites import Sprites
from outcrop.training.subjects import Subject
from outcrop.units import Size

Layout = Literal["one", "close-up", "small", "left", "right", "count", "pair"]
Rng = np.random.Generator
T = TypeVar("T")

_ROW = 0.12
"""Middles nearer than this part of the height are in one row."""
_SIDES = {"close-up": (1.0, 1.15), "small": (0.34, 0.42), "left": (0.44, 0.50), "right": (0.44, 0.50)}
_LIT = frozenset({"space", "sunset", "night", "moon", "bokeh", "night city", "stage", "rainbow"})
"""Settings that have a light of their own."""
_MOVING = frozenset({"tile-texture", "isometric"})
"""Styles that show things elsewhere, or several times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One drawing placed in a scene.

    `finish` is a colour or material of data/finishes.toml, empty for the drawing's own colours.
    Units: size is the drawing's square over the picture's shorter side; x and foot are parts of the picture's width
    and height, at the drawing's middle and where it stands.
    """

    subject: str
    finish: str
    size: float
    x: float
    foot: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """Where a thing's middle is, in parts of width and height, and its side over the shorter side."""

    x: float
    y: float
    side: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One picture decided.

    Exactly one of `plain` (a colour name) and `setting` is not empty. `drawn` is the drawing style; `style` a filter,
    `lighting` and `mood` are names of data/styles.toml, each empty where there is none.
    """

    layout: Layout
    things: tuple[Thing, ...]
    drawn: str
    plain: str
    setting: str
    style: str
    lighting: str
    mood: str
    seed: int

    @property
    def looks(self) -> tuple[Look, ...]:
        """Its lighting, mood and style, as far as it has them."""
        known = load_looks()
        tables = ((known.lighting, self.lighting), (known.moods, self.mood), (known.styles, self.style))
        return tuple(table[name] for table, name in tables if name)

    @property
    def keeps_colours(self) -> bool:
        """Whether its things have the colours that their finishes say."""
        return all(look.keeps in ("all", "subject") for look in self.looks)

    @property
    def keeps_ground(self) -> bool:
        """Whether a plain ground has its colour."""
        return all(look.keeps in ("all", "ground") for look in self.looks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """How often scenes are of each kind. Units: shares from 0 to 1; `common` is how many times as often as another a
    common subject is shown.
    """

    layouts: tuple[tuple[Layout, float], ...] = (
        ("one", 0.60),
        ("close-up", 0.04),
        ("small", 0.04),
        ("left", 0.045),
        ("right", 0.045),
        ("count", 0.12),
        ("pair", 0.11),
    )
    common: float = 3.0
    plain: float = 0.34
    studio: float = 0.08
    photograph: float = 0.0
    usual_drawn: float = 0.82
    coloured: float = 0.5
    material: float = 0.09
    style: float = 0.27
    lighting: float = 0.20
    mood: float = 0.09
    together: float = 0.2


def decide(seed: int, sprites: Sprites, size: Size, mix: Mix) -> Scene:
    """Decide one scene for a picture of a size; the same arguments give the same scene."""
    rng = np.random.default_rng(seed)
    drawn = _drawn(rng, sprites, mix)
    plain, setting = _ground(rng, sprites, mix)
    layout, things = _things(rng, sprites, drawn, mix)
    style, lighting, mood = _looks(rng, layout, drawn, setting, mix)
    scene = Scene(
        layout=layout,
        things=things,
        drawn=drawn,
        plain=plain,
        setting=setting,
        style=style,
        lighting=lighting,
        mood=mood,
        seed=seed,
    )
    if not scene.keeps_colours:
        scene = replace(scene, things=tuple(replace(thing, finish="") for thing in scene.things))
    return placed(rng, scene, sprites, size)


def _drawn(rng: Rng, sprites: Sprites, mix: Mix) -> str:
    usual, *others = sprites.subjects.drawn_styles
    return usual if not others or rng.random() < mix.usual_drawn else _one(rng, others)


def _ground(rng: Rng, sprites: Sprites, mix: Mix) -> tuple[str, str]:
    """The plain colour, or the setting."""
    grounds = load_grounds()
    draw = rng.random()
    if draw < mix.plain:
        return _one(rng, tuple(grounds.colours)), ""
    if draw < mix.plain + mix.studio:
        return "", "studio"
    if draw < mix.plain + mix.studio + mix.photograph and sprites.panoramas.pictures:
        return "", _one(rng, tuple(grounds.photographs))
    return "", _one(rng, tuple(grounds.settings))


def _looks(rng: Rng, layout: Layout, drawn: str, setting: str, mix: Mix) -> tuple[str, str, str]:
    """Style, lighting and mood; seldom two of them, since they hide each other."""
    style = _style(rng, layout) if drawn == "3D render" and rng.random() < mix.style else ""
    lighting = _lighting(rng, setting) if setting and rng.random() < mix.lighting else ""
    mood = _one(rng, tuple(load_looks().moods)) if rng.random() < mix.mood else ""
    if rng.random() < mix.together:
        return style, lighting, mood
    return (style, "", "") if style else ("", lighting, "") if lighting else ("", "", mood)


def _style(rng: Rng, layout: Layout) -> str:
    """A style; none that repeats or moves what it shows where number and place are said."""
    return _one(rng, [name for name in load_looks().styles if layout == "one" or name not in _MOVING])


def _lighting(rng: Rng, setting: str) -> str:
    """Lighting that suits the setting; none where night or a colour is what the setting is."""
    known = load_grounds().setting(setting)
    if setting in _LIT or known.kind in ("patterns", "photograph"):
        return ""
    place = "indoor" if known.indoors else "outdoor"
    return _one(rng, [light.name for light in load_looks().lighting.values() if light.place in ("any", place)])


def _things(rng: Rng, sprites: Sprites, drawn: str, mix: Mix) -> tuple[Layout, tuple[Thing, ...]]:
    """The layout, and its things without their places."""
    names, shares = zip(*mix.layouts, strict=True)
    layout: Layout = names[int(rng.choice(len(names), p=shares))]
    subject = _subject(rng, sprites, mix)
    first = _thing(rng, sprites, subject, drawn, mix)
    if layout == "count":
        if not subject.many:
            return "one", (first,)
        return "count", (first,) * int(rng.integers(2, 6))
    if layout == "pair":
        other = _subject(rng, sprites, mix)
        if other.name == subject.name:
            return "one", (first,)
        return "pair", (first, _thing(rng, sprites, other, drawn, mix))
    return layout, (first,)


def _subject(rng: Rng, sprites: Sprites, mix: Mix) -> Subject:
    subjects = sprites.subjects.subjects
    weights = np.array([mix.common if subject.common else 1.0 for subject in subjects])
    return subjects[int(rng.choice(len(subjects), p=weights / weights.sum()))]


def _thing(rng: Rng, sprites: Sprites, subject: Subject, drawn: str, mix: Mix) -> Thing:
    return Thing(subject=subject.name, finish=_finish(rng, sprites, subject, drawn, mix), size=0.0, x=0.0, foot=0.0)


def _finish(rng: Rng, sprites: Sprites, subject: Subject, drawn: str, mix: Mix) -> str:
    draw = rng.random()
    finishes = load_finishes()
    if draw < mix.material:
        return _one(rng, tuple(finishes.materials))
    hue = sprites.hue(sprites.row(subject.name, drawn))
    if draw < mix.material + mix.coloured and hue.rules:
        return _one(rng, [colour for colour in finishes.colours if colour != hue.name])
    return ""


def placed(rng: Rng, scene: Scene, sprites: Sprites, size: Size) -> Scene:
    """The scene with every thing given the size and place that its layout and its ground ask for."""
    spots = _spots(rng, len(scene.things), size) if len(scene.things) > 1 else [_spot(rng, scene.layout, size)]
    outlines = [sprites.outline(sprites.row(thing.subject, scene.drawn)) for thing in scene.things]
    feet = [
        spot.y + 0.5 * spot.side * size.shorter / size.height * (outline.bottom - outline.top)
        for spot, outline in zip(spots, outlines, strict=True)
    ]
    if _grounded(scene):
        feet = _lowered(rng, scene, feet, one_row=max(spot.y for spot in spots) - min(spot.y for spot in spots) < _ROW)
    things = tuple(
        replace(thing, size=spot.side, x=spot.x, foot=foot)
        for thing, spot, foot in zip(scene.things, spots, feet, strict=True)
    )
    return replace(scene, things=things)


def _grounded(scene: Scene) -> bool:
    """Whether things stand on a floor."""
    return not scene.plain and scene.layout != "close-up" and not load_grounds().setting(scene.setting).floats


def _lowered(rng: Rng, scene: Scene, feet: list[float], *, one_row: bool) -> list[float]:
    """Feet on the setting's floor: things in one row stand beside each other, several rows sink together a little."""
    low, high = load_grounds().setting(scene.setting).floor
    if one_row:
        floor = low + (high - low) * float(rng.random())
        return [min(0.95, max(*feet, floor, 0.0))] * len(feet)
    sink = max(0.0, min(0.05, 0.97 - max(feet)))
    return [foot + sink for foot in feet]


def _spot(rng: Rng, layout: Layout, size: Size) -> _Spot:
    """The place of one thing."""
    low, high = _SIDES.get(layout, (0.70, 0.78))
    x = {"left": 0.28, "right": 0.72}.get(layout, 0.5) + float(rng.uniform(-0.02, 0.02)) * size.shorter / size.width
    return _Spot(x=x, y=0.5 + float(rng.uniform(-0.02, 0.02)), side=float(rng.uniform(low, high)))


def _spots(rng: Rng, count: int, size: Size) -> list[_Spot]:
    """Places for several things that never touch.

    One row where the picture is wide enough for it, two where it is not, one column where it is tall.
    """
    columns = _columns(count, size)
    lines = -(-count // columns)
    rows = [count // lines + (number < count % lines) for number in range(lines)]
    cell = min(size.width / columns, size.height / len(rows)) / size.shorter
    side = cell * float(rng.uniform(0.80, 0.90))
    down = min(size.height / len(rows), 1.12 * cell * size.shorter) / size.height
    across = min(size.width / columns, 1.25 * cell * size.shorter) / size.width
    jitter = (cell - side) * 0.35 * size.shorter
    return [
        _Spot(
            x=0.5 + (column + 0.5 - here / 2) * across + float(rng.uniform(-jitter, jitter)) / size.width,
            y=0.5 + (number + 0.5 - len(rows) / 2) * down + float(rng.uniform(-jitter, jitter)) / size.height,
            side=side,
        )
        for number, here in enumerate(rows)
        for column in range(here)
    ]


def _columns(count: int, size: Size) -> int:
    """Columns that leave each thing the most room; where two ways do, things stand side by side."""
    return max(
        range(1, count + 1),
        key=lambda columns: (min(size.width / columns, size.height / -(-count // columns)), columns),
    )


def _one(rng: Rng, choices: Sequence[T]) -> T:
    return choices[int(rng.integers(len(choices)))]
