"""Makes a picture again from its recipe and holds it against the first. Knows files and recipes; knows no options."""

import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Final, cast

import numpy as np
import typer
from PIL import Image

from outcrop.assets.store import Digest
from outcrop.catalog.load import Catalog
from outcrop.cli.drawing import as_they_come
from outcrop.cli.naming import check_folder, write_new
from outcrop.cli.wiring import open_catalog, open_flow, open_shelves, open_verifier
from outcrop.clock import UnixTime, unix_time
from outcrop.dialects.pictures import PictureLimits, decode_picture, fit
from outcrop.engine.engine import OWN
from outcrop.errors import InvalidRequest, NoSuchResource
from outcrop.finish.files import read_recipe
from outcrop.flow import Picture
from outcrop.operations.replay import Recipe, check_recipe, delivered_size, differences, plan_again
from outcrop.plan import Plan
from outcrop.request import Bitmap, OutputFormat
from outcrop.settings import Settings, read_settings

DIFFERENT: Final = 1
"""The exit status where the new picture is another one."""
FORMATS: Final = {"PNG": "png", "JPEG": "jpeg", "WEBP": "webp"}


def replay_picture(file: Path, source: Path | None, out: Path, config: Path | None) -> None:
    """Make the picture of a file again, and say whether it is the same.

    Raises: InvalidRequest when the file carries no recipe that says enough, or its source is missing or another one;
    Unsupported, NoSuchModel, BadSettings, BadCheckpoint before any work; ModelFailed or Unavailable; Exit where the
    pictures differ.
    """
    settings = read_settings(config=config)
    catalog = open_catalog(settings)
    told = recipe_of(file)
    plan = planned_again(told, _source(told, source, settings), catalog, _format(file))
    check_folder(out)
    account, made_at = _marked(file, settings) if plan.watermark else (OWN.account, unix_time)
    with open_flow(settings, catalog, made_at) as flow:
        started = flow.start(plan, errand=replace(OWN, account=account))
        (ended,) = as_they_come([started.picture])
        picture = ended.result()
    typer.echo(write_new(out, f"{file.stem}-again", picture.plan.output_format, picture.file))
    same, said = compared(file.read_bytes(), picture)
    typer.secho("\n".join(said), err=True)
    if not same:
        raise typer.Exit(DIFFERENT)


def _marked(file: Path, settings: Settings) -> tuple[str, UnixTime]:
    """For whom and when a picture was made, as its invisible mark says: the mark is in its pixels, and is made again.

    Where none of this installation can be read, nobody and now.
    """
    with Image.open(file) as image:
        mark = open_verifier(settings).mark(image.convert("RGB"))
    if mark is None:
        return OWN.account, unix_time
    payload = mark.reading.payload
    return payload.account or OWN.account, lambda: payload.at


def planned_again(told: Recipe, source: Bitmap | None, catalog: Catalog, output_format: OutputFormat) -> Plan:
    """The plan of a recipe. Families that name a size cut what is sent to it, and so is the source where it must be.

    Raises: as `plan_again`.
    """
    try:
        return plan_again(told, source, catalog, output_format)
    except InvalidRequest:
        cut = None if source is None else fit(source, delivered_size(told))
        if cut is None or cut is source:
            raise
    return plan_again(told, cut, catalog, output_format)


def recipe_of(file: Path) -> Recipe:
    """The recipe that a file carries.

    Raises: InvalidRequest when it is no picture, carries no recipe, or one that does not say enough; Unsupported.
    """
    try:
        text = read_recipe(file)
    except OSError as error:
        raise InvalidRequest(
            f"{file} cannot be read as a picture: {error.strerror or 'its format is unknown'}."
        ) from None
    if text is None:
        raise InvalidRequest(f"{file} carries no recipe; Outcrop did not make it, or another program rewrote it.")
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidRequest(f"{file} carries a description that is no recipe of Outcrop's.") from None
    if isinstance(told, list):
        raise InvalidRequest(
            f"{file} is a contact sheet of {len(told)} pictures; replay one of the pictures themselves."
        )
    return check_recipe(told)


def compared(before: bytes, picture: Picture) -> tuple[bool, list[str]]:
    """Whether a picture made again is the same, and what is to be said of it.

    Pixels decide where the files differ: other programs, and signatures, add to a file what is no part of the picture.
    """
    if before == picture.file:
        return True, ["The same picture, byte by byte."]
    then, now = recipe_in(before), json.loads(picture.recipe)
    named = differences(then, now)
    apart = np.abs(_pixels(before).astype(int) - _pixels(picture.file)) if _alike(before, picture) else None
    if apart is not None and not apart.any():
        why = "; ".join(named) or "something besides picture and recipe"
        return True, [f"The same picture, pixel by pixel; the files differ in what they say of it: {why}."]
    how_far = (
        "" if apart is None else f" Its pixels are off by {apart.mean():.2f} of 255 on average, {apart.max()} at most."
    )
    if not named:
        named = ["nothing that the recipes tell of: the processor itself, or an older file that was changed"]
    return False, [f"Another picture.{how_far} What differs:", *(f"  {line}" for line in named)]


def recipe_in(content: bytes) -> Recipe:
    """The recipe in the bytes of a file, which carries one."""
    told = json.loads(cast("str", read_recipe(BytesIO(content))))
    assert isinstance(told, dict)
    return told


def _source(told: Recipe, given: Path | None, settings: Settings) -> Bitmap | None:
    """The picture that another one grew from: as it is given, or from the assets of this machine by its digest."""
    start = told["start"]
    if start is None:
        if given is not None:
            raise InvalidRequest(
                "--source is for a picture that grew from another one; this one grew from words alone."
            )
        return None
    if given is not None:
        return decode_picture(given.read_bytes(), str(given), PictureLimits())
    digest = start.get("sha256_of_file")
    if digest is None:
        raise InvalidRequest("The picture grew from another one, of which no file is known; give it with --source.")
    try:
        content = open_shelves(settings).pictures.get(Digest(digest))
    except NoSuchResource:
        raise InvalidRequest(
            f"The picture grew from another one, and no asset of this machine is it; give it with --source. Its file "
            f"has the SHA-256 {digest}."
        ) from None
    return decode_picture(content, "The source among the assets", PictureLimits())


def _format(file: Path) -> OutputFormat:
    with Image.open(file) as image:
        found = FORMATS.get(image.format or "")
    if found is None:
        raise InvalidRequest(f"{file} is no PNG, JPEG or WebP.")
    return cast("OutputFormat", found)


def _alike(before: bytes, picture: Picture) -> bool:
    with Image.open(BytesIO(before)) as image:
        return image.size == (picture.plan.delivered.width, picture.plan.delivered.height)


def _pixels(content: bytes) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    with Image.open(BytesIO(content)) as image:
        return np.asarray(image.convert("RGB"))
