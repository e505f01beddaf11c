"""Every operation from request to file on a tiny checkpoint: for any mask, shape, strength and number."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from outcrop.catalog.load import Catalog, load_catalog
from outcrop.clock import now
from outcrop.engine import local
from outcrop.engine.denoise import estimate
from outcrop.engine.drawing import Drawing
from outcrop.engine.engine import Pixels
from outcrop.engine.local import LocalEngine
from outcrop.errors import ModelFailed
from outcrop.flow import Flow
from outcrop.operations.masks import grow
from outcrop.operations.table import plan
from outcrop.prompt import plain
from outcrop.request import Bitmap, ImageToImage, Inpaint, Margins, Mask, Outpaint, Request, TextToImage
from outcrop.units import ModelId, Seed, Size
from tests.conftest import MODELS, ULTRA
from tests.engine.listening import PATIENCE_S

SHAPES = {
    "1:1": (128, 128),
    "16:9": (168, 95),
    "21:9": (196, 84),
    "2:3": (105, 157),
    "9:16": (95, 168),
    "9:21": (84, 196),
}
NOISY = np.random.default_rng(1).integers(0, 256, (200, 200, 3), dtype=np.uint8)


@pytest.fixture(scope="module")
def tiny_catalog(tiny_sd3: Path) -> Catalog:
    """Every model on the tiny checkpoint, in three steps."""
    tier = {"checkpoint": "tiny", "steps": 3}
    return load_catalog(folders={"tiny": tiny_sd3}, tiers=dict.fromkeys(MODELS, tier))


@pytest.fixture(scope="module")
def flow(tiny_catalog: Catalog) -> Iterator[Flow]:
    """A flow on an engine in this process."""
    with Flow(LocalEngine(tiny_catalog.checkpoints, now), now) as running:
        yield running


def image(size: Size) -> Bitmap:
    """A picture in which no pixel is like its neighbour."""
    return Bitmap(size=size, rgb=NOISY[: size.height, : size.width].tobytes())


def pixels_of(bitmap: Bitmap) -> Pixels:
    """The pixels of a picture that came with a request."""
    return np.frombuffer(bitmap.rgb, np.uint8).reshape(bitmap.size.height, bitmap.size.width, 3)


def mask_of(levels: NDArray[np.uint8]) -> Mask:
    """A mask from its levels."""
    return Mask(size=Size(width=levels.shape[1], height=levels.shape[0]), levels=levels.tobytes())


def spot(size: Size, *, row: int, column: int, side: int = 1) -> Mask:
    """A mask with one white square."""
    levels = np.zeros((size.height, size.width), np.uint8)
    levels[row : row + side, column : column + side] = 255
    return mask_of(levels)


def made(flow: Flow, catalog: Catalog, request: Request) -> list[Pixels]:
    """The pictures of a request, drawn together, out of their files."""
    plans = plan(request, ModelId(ULTRA), catalog, lambda: Seed(5))
    running = [flow.start(each) for each in plans]
    files = [each.picture.result(PATIENCE_S).file for each in running]
    return [np.asarray(Image.open(BytesIO(file))) for file in files]


def requests(size: Size, **changes: Any) -> dict[str, Request]:  # noqa: ANN401 - fields that all have
    """Each operation on a picture of a size."""
    given: dict[str, Any] = {"prompt": plain("a fox"), "seed": Seed(7)} | changes
    block = spot(size, row=size.height // 3, column=size.width // 3, side=30)
    return {
        "words": TextToImage(size=size, **given),
        "image": ImageToImage(image=image(size), strength=0.5, **given),
        "part": Inpaint(image=image(size), mask=block, **given),
        "more": Outpaint(image=image(size), margins=Margins(left=20, down=11), **given),
    }


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("operation", requests(Size(width=96, height=96)))
def test_every_operation_gives_every_shape(flow: Flow, tiny_catalog: Catalog, operation: str, shape: str) -> None:
    """To the pixel, whatever the network's own sides are."""
    width, height = SHAPES[shape]
    (found,) = made(flow, tiny_catalog, requests(Size(width=width, height=height))[operation])
    larger = (height + 11, width + 20, 3)
    assert found.shape == (larger if operation == "more" else (height, width, 3))
    assert found.std() > 1


@pytest.mark.parametrize("operation", requests(Size(width=96, height=96)))
def test_every_operation_gives_several_pictures_and_hears_what_not_to_show(
    flow: Flow, tiny_catalog: Catalog, operation: str
) -> None:
    """Each of its own seed, the same alone as among others; another one with a negative prompt."""
    size = Size(width=96, height=96)
    several = made(flow, tiny_catalog, requests(size, images=3)[operation])
    (alone,) = made(flow, tiny_catalog, requests(size, seed=Seed(8))[operation])
    (without,) = made(flow, tiny_catalog, requests(size, seed=Seed(8), negative_prompt=plain("a car"))[operation])
    assert np.array_equal(several[1], alone)
    for other in (several[0], several[2], without):
        assert not np.array_equal(other, alone)


@st.composite
def inpaints(draw: st.DrawFn) -> Inpaint:
    """A part of a picture, of any size and mask that is not black all over."""
    size = Size(width=draw(st.integers(64, 150)), height=draw(st.integers(64, 150)))
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    levels = np.zeros((size.height, size.width), np.uint8)
    for _ in range(draw(st.integers(1, 4))):
        top, left = chance.integers(0, size.height), chance.integers(0, size.width)
        block = levels[top : top + chance.integers(1, 60), left : left + chance.integers(1, 60)]
        block[:] = chance.choice(np.array([1, 90, 255], np.uint8), block.shape if chance.random() < 0.3 else ())
    return Inpaint(
        prompt=plain("a fox"),
        image=image(size),
        mask=mask_of(levels),
        grow=draw(st.integers(0, 12)),
        feather=draw(st.integers(0, 12)),
        strength=draw(st.sampled_from([0.0, 0.4, 1.0])),
        seed=Seed(draw(st.integers(0, 99))),
    )


@settings(max_examples=25)
@given(inpaints())
def test_what_is_not_masked_is_the_image_to_the_bit(flow: Flow, tiny_catalog: Catalog, request_: Inpaint) -> None:
    """For any mask, strength, growth and fade: black in the grown mask is the sender's pixel."""
    (found,) = made(flow, tiny_catalog, request_)
    grown = grow(request_.mask, request_.grow)
    kept = np.frombuffer(grown.levels, np.uint8).reshape(found.shape[:2]) == 0
    assert np.array_equal(found[kept], pixels_of(request_.image)[kept])


@pytest.mark.parametrize("strength", [0.0, 1.0])
def test_one_pixel_can_be_drawn_anew(flow: Flow, tiny_catalog: Catalog, strength: float) -> None:
    """And every other one is the image's, even beside it."""
    picture = image(Size(width=100, height=80))
    request = Inpaint(
        prompt=plain("a fox"), image=picture, mask=spot(picture.size, row=40, column=31), grow=0, feather=0,
        strength=strength, seed=Seed(7),
    )  # fmt: skip
    (found,) = made(flow, tiny_catalog, request)
    assert (found != pixels_of(picture)).any(axis=2).nonzero() == (np.array([40]), np.array([31]))


def test_all_white_is_image_to_image(flow: Flow, tiny_catalog: Catalog) -> None:
    """Nothing is held and nothing kept, to the last bit."""
    picture = image(Size(width=100, height=80))
    white = Mask(size=picture.size, levels=b"\xff" * picture.size.pixels)
    words: dict[str, Any] = {"prompt": plain("a fox"), "image": picture, "strength": 0.5, "seed": Seed(7)}
    (part,) = made(flow, tiny_catalog, Inpaint(mask=white, **words))
    (whole,) = made(flow, tiny_catalog, ImageToImage(**words))
    assert np.array_equal(part, whole)


def test_no_numbers_fail_their_own_picture(tiny_catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the middle of a pass with others, which come out as they are alone."""

    def overflowing(drawings: Sequence[Drawing]) -> tuple[Tensor, ...]:
        found = estimate(drawings)
        bad = [each.plan.prompt.text == "overflow" for each in drawings]
        return tuple(one * float("nan") if ill else one for one, ill in zip(found, bad, strict=True))

    monkeypatch.setattr(local, "estimate", overflowing)
    with Flow(LocalEngine(tiny_catalog.checkpoints, now), now) as flow:
        size = Size(width=96, height=96)
        well = [
            each
            for request in requests(size).values()
            for each in plan(request, ModelId(ULTRA), tiny_catalog, lambda: Seed(5))
        ]
        ill = requests(size, prompt=plain("overflow"))
        sick = [
            each for request in ill.values() for each in plan(request, ModelId(ULTRA), tiny_catalog, lambda: Seed(5))
        ]
        running = [flow.start(each).picture for each in (*sick, *well)]
        errors = [each.exception(PATIENCE_S) for each in running]
    assert all(isinstance(error, ModelFailed) and "no numbers" in str(error) for error in errors[: len(sick)])
    assert errors[len(sick) :] == [None] * len(well)
