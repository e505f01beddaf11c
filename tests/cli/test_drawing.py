"""`outcrop imagine` from order to files, on an engine that draws flat colours."""

import json
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from outcrop.catalog.load import Catalog
from outcrop.cli import drawing
from outcrop.cli.drawing import Order, as_they_come, draw, plan_order
from outcrop.cli.editing import Edit
from outcrop.clock import random_seed
from outcrop.dialects.table import DIALECTS
from outcrop.errors import Cancelled, InvalidRequest, ModelFailed, NoSuchModel, Unsupported
from outcrop.flow import Flow, Picture
from outcrop.operations.table import plan
from outcrop.plan import Plan
from outcrop.units import Size
from tests.toy_engine import FAIL, HANG, PATIENCE_S, ToyEngine

QUIET = Console(file=StringIO())


def order(**changes: Any) -> Order:  # noqa: ANN401 - any field of Order
    """An order for one picture of an apple, with changes."""
    fields: dict[str, Any] = {"prompt": "a red apple", "seed": 7, "out": Path("pictures")}
    return Order(**(fields | changes))


@pytest.mark.parametrize("alias", ["core", "sd35", "ultra"])
def test_an_order_is_planned_as_the_server_plans_it(catalog: Catalog, alias: str) -> None:
    """The same words, seed and shape, once as options and once as a wire body, give equal plans."""
    card = catalog.model_named(alias)
    body = {"prompt": "a fox", "negative_prompt": "text", "seed": 9, "aspect_ratio": "16:9", "output_format": "png"}
    request = DIALECTS[card.dialect].parse(json.dumps(body).encode(), card)
    wire = plan(request, card.id, catalog, random_seed)
    ordered = plan_order(
        order(prompt="a fox", negative_prompt="text", seed=9, model=alias, aspect_ratio="16:9"), catalog
    )
    assert ordered == wire


def test_several_pictures_have_consecutive_seeds(catalog: Catalog) -> None:
    """The first has the seed that was asked for, each further one the next."""
    assert [planned.seed for planned in plan_order(order(images=3), catalog)] == [7, 8, 9]


def test_without_a_seed_one_is_chosen(catalog: Catalog) -> None:
    """Two orders without a seed are two different pictures."""
    (first,), (second,) = (plan_order(order(seed=None), catalog) for _ in range(2))
    assert first.seed != second.seed


def test_native_pictures_are_not_enlarged(catalog: Catalog) -> None:
    """`--native` changes only the size that is delivered."""
    (normal,), (native,) = (plan_order(order(native=flag, aspect_ratio="16:9"), catalog) for flag in (False, True))
    assert normal.delivered == Size(width=1344, height=768)
    assert native.delivered == native.native == normal.native


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"prompt": "  "}, 'The prompt is empty; say what to draw, such as "a red apple".'),
        ({"prompt": "x" * 10_001}, "The prompt has 10,001 characters; the limit is 10,000, so shorten it."),
        ({"negative_prompt": "x" * 10_001}, "The negative prompt has 10,001 characters; the limit is 10,000"),
        ({"colors": "#0f4c5c,red"}, "--colors takes such as '#0f4c5c,#e36414': 'red' is no colour such as #FF9900."),
        ({"colors": ",".join(f"#0000{n:02x}" for n in range(11))}, "--colors has 11 colors; at most 10 can guide"),
        ({"aspect_ratio": "7:1"}, "The aspect ratio '7:1' is none of 1:1, 16:9, 21:9"),
    ],
)
def test_a_bad_order_is_refused_before_any_work(catalog: Catalog, changes: dict[str, str], says: str) -> None:
    """The message names the value, the limit and the fix."""
    with pytest.raises(InvalidRequest) as refused:
        plan_order(order(**changes), catalog)
    assert str(refused.value).startswith(says)


def test_colours_guide_words_and_images(catalog: Catalog, tmp_path: Path) -> None:
    """On any model; where the rest of a picture stays, there is nothing that they could guide."""
    image = tmp_path / "house.png"
    Image.new("RGB", (300, 200), "teal").save(image)
    colours = {"colors": "#0F4C5C, #e36414,#0f4c5c", "model": "ultra"}
    for edit in (Edit(), Edit(image=image)):
        (made,) = plan_order(order(edit=edit, **colours), catalog)
        assert made.palette == ((15, 76, 92), (227, 100, 20))
    with pytest.raises(InvalidRequest, match="--colors cannot go with --mask or --extend"):
        plan_order(order(edit=Edit(image=image, extend="left=64"), **colours), catalog)


def test_an_image_is_a_start(catalog: Catalog, tmp_path: Path) -> None:
    """`--image` plans image-to-image, of the image's size; `--strength` says how far from it."""
    image = tmp_path / "house.png"
    Image.new("RGB", (300, 200), "teal").save(image)
    (made,) = plan_order(order(model="ultra", edit=Edit(image=image, strength=0.5)), catalog)
    assert made.start is not None
    assert (made.start.strength, made.delivered) == (0.5, Size(width=300, height=200))


def test_an_image_that_cannot_be_read_is_named(catalog: Catalog, tmp_path: Path) -> None:
    """By its path, before any work."""
    image = tmp_path / "notes.txt"
    image.write_text("not a picture")
    with pytest.raises(InvalidRequest, match=r"notes\.txt cannot be read as a picture"):
        plan_order(order(model="ultra", edit=Edit(image=image)), catalog)


def test_a_model_without_image_to_image_says_who_has_it(catalog: Catalog, tmp_path: Path) -> None:
    """An image is never left aside in silence."""
    image = tmp_path / "house.png"
    Image.new("RGB", (64, 64)).save(image)
    with pytest.raises(Unsupported, match=r"does not offer image-to-image; these do: .*stability"):
        plan_order(order(model="core", edit=Edit(image=image)), catalog)


def test_what_keeps_the_rest_of_a_picture_keeps_its_size(catalog: Catalog, tmp_path: Path) -> None:
    """So `--native` is refused beside it."""
    with pytest.raises(InvalidRequest, match="--native cannot go with --mask or --extend"):
        plan_order(order(native=True, edit=Edit(image=tmp_path, extend="left=9")), catalog)


def test_a_part_of_a_picture_is_drawn_anew(catalog: Catalog, flow: Flow, tmp_path: Path) -> None:
    """From files to a file: where the mask is black, the pixels of the image; where it is white, others."""
    image = Image.effect_noise((120, 80), 90).convert("RGB")
    mask = Image.new("L", image.size)
    mask.paste(255, (30, 20, 70, 60))
    for name, picture in (("image", image), ("mask", mask)):
        picture.save(tmp_path / f"{name}.png")
    edit = Edit(image=tmp_path / "image.png", mask=tmp_path / "mask.png", grow=3)
    (path,) = draw(plan_order(order(model="ultra", edit=edit), catalog), tmp_path, flow, QUIET)
    with Image.open(path) as found:
        same = (np.asarray(found) == np.asarray(image)).all(axis=2)
    assert same[:17].all()
    assert same[63:].all()
    assert same[:, :27].all()
    assert same[:, 73:].all()
    assert not same[25:55, 35:65].any()


def test_a_picture_is_continued(catalog: Catalog, flow: Flow, tmp_path: Path) -> None:
    """Larger by its margins, and itself in the middle."""
    image = Image.effect_noise((120, 80), 90).convert("RGB")
    image.save(tmp_path / "image.png")
    edit = Edit(image=tmp_path / "image.png", extend="left=50, down=30")
    (path,) = draw(plan_order(order(model="sd35", edit=edit), catalog), tmp_path, flow, QUIET)
    with Image.open(path) as found:
        assert found.size == (170, 110)
        assert np.array_equal(np.asarray(found)[:60, 70:], np.asarray(image)[:60, 20:])


def test_an_unknown_model_is_answered_with_those_there_are(catalog: Catalog) -> None:
    """The message lists short names and ids."""
    with pytest.raises(NoSuchModel, match=r"There is no model 'flux'; choose one of: .*core \(stability"):
        plan_order(order(model="flux"), catalog)


def planned(catalog: Catalog, **changes: Any) -> tuple[Plan, ...]:  # noqa: ANN401 - any field of Order
    """Plans of a small order: native size, so that files are quick to make."""
    return plan_order(order(native=True, **changes), catalog)


def test_one_picture_is_one_file_with_its_recipe(catalog: Catalog, flow: Flow, tmp_path: Path) -> None:
    """The file is named by words and seed, has the planned size and says how it was made."""
    (path,) = draw(planned(catalog), tmp_path, flow, QUIET)
    assert path == tmp_path / "a-red-apple-7.png"
    with Image.open(path) as picture:
        assert picture.size == (64, 64)
        recipe = json.loads(picture.text["outcrop"])  # type: ignore[attr-defined] # PNG files have it
    assert (recipe["prompt"], recipe["seed"]) == ("a red apple", 7)


@pytest.mark.parametrize("output_format", ["png", "jpeg", "webp"])
def test_several_pictures_get_a_contact_sheet(catalog: Catalog, flow: Flow, tmp_path: Path, output_format: str) -> None:
    """Four pictures give five files in seed order, the sheet last, all in the format asked for."""
    paths = draw(planned(catalog, images=4, output_format=output_format), tmp_path, flow, QUIET)
    names = [f"a-red-apple-{part}.{output_format}" for part in ("7", "8", "9", "10", "sheet")]
    assert [path.name for path in paths] == names
    with Image.open(paths[-1]) as sheet:
        assert sheet.format == output_format.upper()
        assert min(sheet.size) > 2 * 64


def test_drawing_twice_keeps_the_first_files(catalog: Catalog, flow: Flow, tmp_path: Path) -> None:
    """The same order again gives the same bytes under a new name."""
    (first,), (second,) = (draw(planned(catalog), tmp_path, flow, QUIET) for _ in range(2))
    assert second.name == "a-red-apple-7-2.png"
    assert first.read_bytes() == second.read_bytes()


def test_a_failed_picture_ends_the_order(catalog: Catalog, flow: Flow, tmp_path: Path) -> None:
    """The domain error reaches the caller."""
    with pytest.raises(ModelFailed, match="try another seed"):
        draw(planned(catalog, prompt=FAIL, images=2), tmp_path, flow, QUIET)


def test_ctrl_c_stops_every_picture(
    catalog: Catalog, engine: ToyEngine, flow: Flow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One Ctrl-C cancels all pictures under way and says how many were finished."""
    main = threading.main_thread().ident
    assert main is not None
    waiting = threading.Event()

    def wait(pictures: list[Future[Picture]]) -> Iterator[Future[Picture]]:
        waiting.set()  # by now every ticket is in the caller's hands
        return as_they_come(pictures)

    monkeypatch.setattr(drawing, "as_they_come", wait)

    def press() -> None:
        for _ in range(2):
            engine.under_way.get(timeout=PATIENCE_S)
        assert waiting.wait(PATIENCE_S)
        signal.pthread_kill(main, signal.SIGINT)

    threading.Thread(target=press).start()
    with pytest.raises(Cancelled, match="Cancelled; 0 of 2 pictures were finished"):
        draw(planned(catalog, prompt=HANG, images=2), tmp_path, flow, QUIET)
    stopped = {engine.stopped.get(timeout=PATIENCE_S).seed for _ in range(2)}
    assert stopped == {7, 8}
    assert list(tmp_path.iterdir()) == []


def test_a_terminal_sees_steps(catalog: Catalog, flow: Flow, tmp_path: Path) -> None:
    """On a terminal the bar counts the steps of all pictures."""
    screen = Console(file=StringIO(), force_terminal=True, width=100)
    draw(planned(catalog, images=2), tmp_path, flow, screen)
    assert isinstance(screen.file, StringIO)
    assert "20/20" in screen.file.getvalue()
