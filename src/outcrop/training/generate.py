"""Draws requests the way that they are served, and keeps every picture, so that a stopped run goes on.

Knows no judging.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import file_digest, sha256
from pathlib import Path
from typing import final

import numpy as np
from PIL import Image

from outcrop.catalog.card import CheckpointCard, ModelCard
from outcrop.catalog.load import Catalog
from outcrop.clock import Clock
from outcrop.engine.engine import Pixels
from outcrop.engine.local import LocalEngine
from outcrop.flow import Flow, Picture
from outcrop.operations.table import plan
from outcrop.plan import Plan
from outcrop.request import Bitmap, Request
from outcrop.units import Seed, Size

_AT_ONCE = 8
"""Pictures handed to the engine at a time: what a stopped run loses at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """A drawn picture. Shapes: pixels (h, w, 3). Units: seconds the engine worked on it, others' share included."""

    pixels: Pixels
    engine_s: float


@final
class Gallery:
    """Pictures of a model of the catalogue, drawn when they are first asked for and kept in a folder.

    A picture is found again by everything that decides it, the weights included.
    """

    def __init__(self, catalog: Catalog, card: ModelCard, folder: Path, clock: Clock) -> None:
        self.card = card
        self.checkpoint: CheckpointCard = catalog.checkpoint_of(card)
        self._catalog = catalog
        self._folder = folder
        self._clock = clock

    @cached_property
    def weights(self) -> str:
        """A digest of the checkpoint's weights."""
        digest = sha256()
        for path in sorted(self.checkpoint.folder.rglob("*.safetensors")):
            with path.open("rb") as file:
                digest.update(file_digest(file, "sha256").digest())
        return digest.hexdigest()[:16]

    def draw(self, requests: Sequence[Request], report: Callable[[str], None], at_once: int = _AT_ONCE) -> list[Shot]:
        """A picture of each request, so many at a time; one at a time, its seconds are its own.

        Raises: whatever error the engine failed a picture with.
        """
        plans = [self._plan(request) for request in requests]
        missing = [each for each in plans if not self._path(each).exists()]
        if missing:
            self._draw(missing, report, at_once)
        return [_opened(self._path(each)) for each in plans]

    def _plan(self, request: Request) -> Plan:
        (only,) = plan(request, self.card.id, self._catalog, lambda: Seed(0))
        return replace(only, watermark=False, credentials=False)  # what is measured is the model's, not its marks

    def _path(self, asked: Plan) -> Path:
        """Where the picture of a plan is kept."""
        digest = sha256(f"{self.weights} {asked!r}".encode())
        return self._folder / f"{digest.hexdigest()[:32]}.png"

    def _draw(self, plans: list[Plan], report: Callable[[str], None], at_once: int) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        began = self._clock()
        with Flow(LocalEngine({self.checkpoint.name: self.checkpoint}, self._clock), self._clock) as flow:
            for start in range(0, len(plans), at_once):
                running = [flow.start(each) for each in plans[start : start + at_once]]
                for each in running:
                    picture = each.picture.result()
                    _keep(picture, self._path(picture.plan))
                done = min(start + at_once, len(plans))
                report(f"{done} of {len(plans)} pictures, {(self._clock() - began) / done:.1f} s each")


def bitmap(pixels: Pixels) -> Bitmap:
    """A drawn picture as one that a request can bring. Shapes: (h, w, 3)."""
    return Bitmap(size=Size(width=pixels.shape[1], height=pixels.shape[0]), rgb=pixels.tobytes())


def _keep(picture: Picture, path: Path) -> None:
    """Write the seconds and then the file, so that where the file is, all is."""
    path.with_suffix(".json").write_text(json.dumps({"engine_s": picture.engine_s}), encoding="utf-8")
    path.with_suffix(".part").write_bytes(picture.file)
    path.with_suffix(".part").replace(path)


def _opened(path: Path) -> Shot:
    seconds = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    with Image.open(path) as picture:
        return Shot(pixels=np.asarray(picture.convert("RGB")), engine_s=seconds["engine_s"])
