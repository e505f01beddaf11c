"""`outcrop recipe`: what it tells is what the plan was, and what it cannot tell it says."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from outcrop.catalog.load import Catalog
from outcrop.cli.drawing import Order, plan_order
from outcrop.cli.telling import tell_recipe
from outcrop.errors import InvalidRequest
from outcrop.finish.files import encode_file
from outcrop.finish.recipe import recipe
from outcrop.request import OutputFormat
from tests.toy_engine import TOY_MEANS


@pytest.mark.parametrize("output_format", ["png", "jpeg", "webp"])
def test_a_picture_tells_its_plan(
    catalog: Catalog, tmp_path: Path, capsys: pytest.CaptureFixture[str], output_format: OutputFormat
) -> None:
    """Prompt, seed and steps come back from the file, letters beyond ASCII too."""
    (plan,) = plan_order(Order(prompt="un été 🦊", seed=9, out=tmp_path), catalog)
    path = tmp_path / "picture"
    path.write_bytes(
        encode_file(Image.new("RGB", (8, 8)), output_format, recipe(replace(plan, guidance=2.5), TOY_MEANS))
    )
    tell_recipe(path)
    told = json.loads(capsys.readouterr().out)
    assert (told["prompt"], told["seed"], told["steps"], told["guidance"]) == ("un été 🦊", 9, plan.steps, 2.5)


def test_a_picture_without_a_recipe_says_so(tmp_path: Path) -> None:
    """Someone else's picture is no error of the program."""
    path = tmp_path / "other.png"
    Image.new("RGB", (8, 8)).save(path)
    with pytest.raises(InvalidRequest, match="carries no recipe"):
        tell_recipe(path)


def test_someone_else_s_description_is_no_recipe(tmp_path: Path) -> None:
    """Cameras write descriptions as well."""
    path = tmp_path / "camera.jpg"
    path.write_bytes(encode_file(Image.new("RGB", (8, 8)), "jpeg", "OLYMPUS DIGITAL CAMERA"))
    with pytest.raises(InvalidRequest, match="no recipe of Outcrop's"):
        tell_recipe(path)
