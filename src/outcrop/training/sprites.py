"""What scenes are made of: every drawing of every subject, and photographed surroundings. Knows no scenes, no words."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import final

import numpy as np
import torch
from torch import Tensor

from outcrop.training.corpus import Drawing, DrawingKey, has_panoramas, read_drawings, read_panoramas
from outcrop.training.hues import DominantHue, dominant_hue
from outcrop.training.panoramas import NO_PANORAMAS, Panoramas, prepare
from outcrop.training.subjects import SubjectList


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """Where a drawing is opaque. Units: parts of its square, 0 to 1, x to the right and y down."""

    left: float
    right: float
    top: float
    bottom: float


@final
class Sprites:
    """The drawings by subject and drawing style, and the panoramas; without these, scenes are only painted.

    Shapes: pictures is (n, 4, s, s) uint8, straight RGB and alpha.
    """

    def __init__(
        self,
        subjects: SubjectList,
        drawings: Mapping[DrawingKey, Drawing],
        device: torch.device,
        panoramas: Panoramas = NO_PANORAMAS,
    ) -> None:
        self.subjects = subjects
        self.device = device
        self.panoramas = panoramas
        keys = [(subject, drawn) for subject in subjects.subjects for drawn in subjects.drawn_styles]
        pictures = [drawings[subjects.key(subject, drawn)].picture for subject, drawn in keys]
        self._row = {(subject.name, drawn): row for row, (subject, drawn) in enumerate(keys)}
        stack = np.stack([np.asarray(picture.convert("RGBA")) for picture in pictures])
        self.pictures = torch.from_numpy(stack).permute(0, 3, 1, 2).contiguous().to(device)
        self._hues = [dominant_hue(picture) for picture in pictures]
        self._outlines = [_outline(opaque) for opaque in stack[..., 3] > 16]

    def row(self, subject: str, drawn: str) -> int:
        """The row of a subject in a drawing style.

        Raises: KeyError where there is none.
        """
        return self._row[subject, drawn]

    def hue(self, row: int) -> DominantHue:
        """The drawing's dominant hue."""
        return self._hues[row]

    def outline(self, row: int) -> Outline:
        """Where the drawing is opaque."""
        return self._outlines[row]

    def hues(self, rows: list[int]) -> Tensor:
        """Dominant hues of rows. Shapes: (b,). Units: degrees."""
        return torch.tensor([self._hues[row].degrees for row in rows], device=self.device)


def load_sprites(corpus: Path, subjects: SubjectList, device: torch.device) -> Sprites:
    """Read every drawing that the subjects need, and the panoramas where the corpus holds any.

    Raises: KeyError naming a drawing that the corpus does not hold.
    """
    keys = [subjects.key(subject, drawn) for subject in subjects.subjects for drawn in subjects.drawn_styles]
    panoramas = prepare(read_panoramas(corpus)) if has_panoramas(corpus) else NO_PANORAMAS
    return Sprites(subjects, read_drawings(corpus, keys), device, panoramas)


def _outline(opaque: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> Outline:
    height, width = opaque.shape
    columns, rows = np.flatnonzero(opaque.any(axis=0)), np.flatnonzero(opaque.any(axis=1))
    if not columns.size:
        return Outline(left=0.0, right=1.0, top=0.0, bottom=1.0)
    return Outline(
        left=float(columns[0]) / width,
        right=float(columns[-1] + 1) / width,
        top=float(rows[0]) / height,
        bottom=float(rows[-1] + 1) / height,
    )
