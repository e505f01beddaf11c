"""`outcrop replay`: the same bytes on the same machine, and elsewhere by name what differs."""

import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from outcrop.catalog.load import Catalog
from outcrop.cli.replaying import compared, planned_again, recipe_of
from outcrop.dialects.pictures import PictureLimits, decode_picture, fit
from outcrop.errors import InvalidRequest
from outcrop.finish.files import encode_file
from outcrop.finish.recipe import recipe
from outcrop.flow import Flow, Picture
from outcrop.operations.replay import check_recipe
from outcrop.operations.table import plan
from outcrop.prompt import plain
from outcrop.request import ImageToImage, TextToImage
from outcrop.units import Seed, Size
from tests.cli.programs import run
from tests.conftest import CORE, TITAN
from tests.toy_engine import TOY_MEANS, toy_pixels


@pytest.fixture
def picture(catalog: Catalog, flow: Flow) -> Picture:
    """A picture of the toy."""
    request = TextToImage(prompt=plain("a fox"), size=Size(width=64, height=64), seed=Seed(7))
    (planned,) = plan(request, catalog.model(CORE).id, catalog, lambda: Seed(1))
    return flow.start(planned).picture.result()


def remade(picture: Picture, *, threads: int = 1, brighter: int = 0) -> bytes:
    """The file of the same picture as another machine makes it."""
    with Image.open(BytesIO(picture.file)) as image:
        pixels = np.clip(np.asarray(image).astype(int) + brighter, 0, 255).astype(np.uint8)
    told = recipe(picture.plan, replace(TOY_MEANS, threads=threads))
    return encode_file(Image.fromarray(pixels), "png", told)


def test_a_source_that_was_cut_to_size_is_cut_again(catalog: Catalog) -> None:
    """As a family does that names the size of its pictures; another one is refused all the same."""
    whole, size = toy_pixels("source", 1, Size(width=160, height=64)), Size(width=64, height=64)
    source = decode_picture(encode_file(Image.fromarray(whole), "png", "{}"), "it", PictureLimits())
    grown = ImageToImage(prompt=plain("a fox"), image=fit(source, size), strength=0.6, seed=Seed(8))
    (made,) = plan(grown, catalog.model(TITAN).id, catalog, lambda: Seed(1))
    told = check_recipe(json.loads(recipe(made, TOY_MEANS)))
    again = planned_again(told, source, catalog, made.output_format)
    assert (again.start, again.sigmas) == (made.start, made.sigmas)
    for other in (None, replace(source, rgb=bytes(len(source.rgb)))):
        with pytest.raises(InvalidRequest, match="The picture grew from another"):
            planned_again(told, other, catalog, made.output_format)


def test_equal_bytes_are_the_same_picture(picture: Picture) -> None:
    """Nothing more is said."""
    assert compared(picture.file, picture) == (True, ["The same picture, byte by byte."])


def test_equal_pixels_are_the_same_picture(picture: Picture) -> None:
    """What the files say otherwise is named."""
    same, (said,) = compared(remade(picture, threads=2), picture)
    assert same
    assert said.startswith("The same picture, pixel by pixel")
    assert "threads: 2, now 1" in said


def test_other_pixels_are_told_with_what_differs(picture: Picture) -> None:
    """How far they are off, and each difference a line."""
    same, said = compared(remade(picture, threads=2, brighter=3), picture)
    assert not same
    assert said[0].startswith("Another picture. Its pixels are off by")
    assert said[1:] == ["  threads: 2, now 1"]


def test_where_no_recipe_tells_of_it_it_is_said(picture: Picture) -> None:
    """The processor itself is in none."""
    _, said = compared(remade(picture, brighter=3), picture)
    assert "nothing that the recipes tell of" in said[1]


@pytest.mark.parametrize("words", ["no picture", "carries no recipe", "is no recipe", "contact sheet of 2"])
def test_files_that_tell_nothing_are_refused(words: str, tmp_path: Path) -> None:
    """With the reason."""
    texts = {"is no recipe": "once upon a time", "contact sheet of 2": json.dumps([{}, {}])}
    path = tmp_path / "file.png"
    if words == "no picture":
        path.write_bytes(b"no picture")
        words = "cannot be read as a picture"
    elif words in texts:
        path.write_bytes(encode_file(Image.new("RGB", (8, 8)), "png", texts[words]))
    else:
        Image.new("RGB", (8, 8)).save(path)
    with pytest.raises(InvalidRequest, match=words):
        recipe_of(path)


@pytest.mark.slow
def test_the_embedded_model_makes_the_same_bytes_again(tmp_path: Path) -> None:
    """From words, and from a picture that is given; however many threads there are, such a small network has one."""
    drawn = run(tmp_path, "imagine", "a red apple", "--seed", "7", "--native", OUTCROP_THREADS="1")
    apple = drawn.stdout.strip()
    again = run(tmp_path, "replay", apple, OUTCROP_THREADS="1")
    assert (again.returncode, again.stderr.strip().splitlines()[-1]) == (0, "The same picture, byte by byte.")
    assert (tmp_path / again.stdout.strip()).read_bytes() == (tmp_path / apple).read_bytes()
    options = ("--image", apple, "--model", "sd35", "--seed", "7", "--strength", "0.5", "--native")
    grown = run(tmp_path, "imagine", "a green apple", *options, OUTCROP_THREADS="1").stdout.strip()
    lacking = run(tmp_path, "replay", grown, OUTCROP_THREADS="1")
    assert (lacking.returncode, "give it with --source" in lacking.stderr) == (2, True)
    again = run(tmp_path, "replay", grown, "--source", apple, OUTCROP_THREADS="1")
    assert (again.returncode, "The same picture, byte by byte." in again.stderr) == (0, True)
    wider = ("--image", apple, "--model", "sd35", "--seed", "7", "--extend", "right=64")
    extended = run(tmp_path, "imagine", "an apple", *wider, OUTCROP_THREADS="1").stdout.strip()
    again = run(tmp_path, "replay", extended, "--source", apple, OUTCROP_THREADS="1")
    assert (again.returncode, "The same picture, byte by byte." in again.stderr) == (0, True)
    coloured = ("--colors", "#0f4c5c,#E36414", "--seed", "7", "--native")
    painted = run(tmp_path, "imagine", "a red apple", *coloured, OUTCROP_THREADS="1").stdout.strip()
    assert (tmp_path / painted).read_bytes() != (tmp_path / apple).read_bytes()
    again = run(tmp_path, "replay", painted, OUTCROP_THREADS="1")
    assert (again.returncode, "The same picture, byte by byte." in again.stderr) == (0, True)
    marked = ("--model", "canvas", "--seed", "7")
    painted = run(tmp_path, "imagine", "a red apple", *marked, OUTCROP_THREADS="1").stdout.strip()
    again = run(tmp_path, "replay", painted, OUTCROP_THREADS="1")
    assert (again.returncode, "The same picture, pixel by pixel" in again.stderr) == (0, True), again.stderr
    again = run(tmp_path, "replay", apple, OUTCROP_THREADS="2")
    assert (again.returncode, "The same picture, byte by byte." in again.stderr) == (0, True)
