"""Draws what `outcrop imagine` asks for, along the same path as the server, with progress on the terminal.

Knows requests, plans and the flow; knows no options and no engine.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path

import typer
from PIL import Image
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from outcrop.catalog.card import ModelCard
from outcrop.catalog.load import Catalog
from outcrop.catalog.prices import dollars
from outcrop.cli.editing import Edit, edited
from outcrop.cli.naming import check_folder, slug, write_new
from outcrop.cli.wiring import open_catalog, open_flow
from outcrop.clock import now, random_seed
from outcrop.engine.engine import Event, Started, Step
from outcrop.errors import Cancelled, InvalidRequest
from outcrop.finish.files import encode_file
from outcrop.finish.sheet import Tile, contact_sheet
from outcrop.flow import Flow, Picture, Running
from outcrop.operations import table
from outcrop.palette import MOST_COLOURS, Palette, read_palette
from outcrop.plan import Plan
from outcrop.prompt import parse
from outcrop.request import OutputFormat, Request, TextToImage
from outcrop.settings import read_settings
from outcrop.units import Micros, Seed

PROMPT_CHARS = 10_000
"""Longest prompt that the models take, as on the wire."""
_HEARING_S = 0.25
"""Seconds within which a Ctrl-C is heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What was asked for on the command line."""

    prompt: str
    negative_prompt: str = ""
    colors: str = ""
    """Apart by commas, as `#FF9900`."""
    images: int = 1
    seed: int | None = None
    model: str = "core"
    aspect_ratio: str = "1:1"
    edit: Edit = field(default_factory=Edit)
    output_format: OutputFormat = "png"
    native: bool = False
    """Whether pictures keep the network's own size."""
    out: Path


def imagine_pictures(order: Order, config: Path | None) -> None:
    """Draw an order on the engine that the settings describe, and say where the pictures are.

    Raises: InvalidRequest, NoSuchModel, BadSettings, BadCheckpoint before any work; ModelFailed, Unavailable or
    Cancelled when there is no picture; OSError when a file cannot be written.
    """
    settings = read_settings(config=config)
    catalog = open_catalog(settings)
    plans = plan_order(order, catalog)
    check_folder(order.out)
    began = now()
    with open_flow(settings, catalog) as flow:
        paths = draw(plans, order.out, flow, Console(stderr=True))
    for path in paths:
        typer.echo(path)
    typer.secho(_summary(plans, now() - began), err=True, dim=True)


def plan_order(order: Order, catalog: Catalog) -> tuple[Plan, ...]:
    """Decide every picture of an order, as the server decides it.

    Raises: InvalidRequest when the prompt, the aspect ratio or the image cannot be used, or options do not go together;
    NoSuchModel; Unsupported when the model starts from no image; OSError when the image cannot be read.
    """
    card = catalog.model_named(order.model)
    plans = table.plan(to_request(order, card), card.id, catalog, random_seed)
    return tuple(replace(planned, delivered=planned.drawn) for planned in plans) if order.native else plans


def to_request(order: Order, card: ModelCard) -> Request:
    """What an order asks of a model.

    Raises: InvalidRequest when the prompt, the aspect ratio or the image cannot be used, or options do not go together;
    OSError when the image cannot be read.
    """
    if order.native and order.edit.in_part:
        raise InvalidRequest(
            "--native cannot go with --mask or --extend, which keep the rest of a picture in its size."
        )
    if not order.prompt.strip():
        raise InvalidRequest('The prompt is empty; say what to draw, such as "a red apple".')
    for name, text in (("prompt", order.prompt), ("negative prompt", order.negative_prompt)):
        if len(text) > PROMPT_CHARS:
            raise InvalidRequest(
                f"The {name} has {len(text):,} characters; the limit is {PROMPT_CHARS:,}, so shorten it."
            )
    if order.aspect_ratio not in card.sizes:
        raise InvalidRequest(
            f"The aspect ratio '{order.aspect_ratio}' is none of {', '.join(card.sizes)}; choose one of them."
        )
    seed = None if order.seed is None else Seed(order.seed)
    words = TextToImage(
        prompt=parse(order.prompt),
        negative_prompt=parse(order.negative_prompt),
        size=card.sizes[order.aspect_ratio],
        seed=seed,
        images=order.images,
        output_format=order.output_format,
        palette=_palette(order),
    )
    return edited(words, order.edit)


def _palette(order: Order) -> Palette:
    if not order.colors:
        return ()
    if order.edit.in_part:
        raise InvalidRequest("--colors cannot go with --mask or --extend, which keep the rest of a picture's colors.")
    try:
        palette = read_palette(part.strip() for part in order.colors.split(","))
    except ValueError as error:
        raise InvalidRequest(f"--colors takes such as '#0f4c5c,#e36414': {error}.") from error
    if len(palette) > MOST_COLOURS:
        raise InvalidRequest(f"--colors has {len(palette)} colors; at most {MOST_COLOURS} can guide a picture.")
    return palette


def draw(plans: Sequence[Plan], out: Path, flow: Flow, console: Console) -> tuple[Path, ...]:
    """Draw planned pictures together and write each as soon as it is there; several get a contact sheet.

    Raises: Cancelled on Ctrl-C, after stopping the pictures under way; the domain error of the first picture that
    failed; OSError when a file cannot be written.
    """
    done: dict[Seed, tuple[Picture, Path]] = {}
    with _progress(console) as progress:
        bar = progress.add_task("waking the engine", total=sum(plan.steps for plan in plans))

        def hear(event: Event) -> None:
            match event:
                case Started():
                    progress.update(bar, description="drawing")
                case Step():
                    progress.advance(bar)
                case _:
                    pass

        running: list[Running] = []
        try:
            for plan in plans:
                running.append(flow.start(plan, hear))  # noqa: PERF401 - Ctrl-C may come between two
            for future in as_they_come([start.picture for start in running]):
                picture = future.result()
                done[picture.plan.seed] = (picture, _write(picture, out))
        except KeyboardInterrupt:
            raise Cancelled(f"Cancelled; {len(done)} of {len(plans)} pictures were finished.") from None
        finally:
            for start in running:
                start.cancel()
    pictures, paths = zip(*(done[plan.seed] for plan in plans), strict=True)
    return (*paths, _write_sheet(pictures, out)) if len(paths) > 1 else paths


def as_they_come(pictures: Sequence[Future[Picture]]) -> Iterator[Future[Picture]]:
    """Pictures as they end, one after the other.

    It never waits without an end: a Ctrl-C that arrives just before the system call would be heard only after it.
    """
    left = set(pictures)
    while left:
        ended, left = wait(left, timeout=_HEARING_S, return_when=FIRST_COMPLETED)
        yield from ended


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("steps"))
    return Progress(
        SpinnerColumn(),
        *columns,
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def _write(picture: Picture, out: Path) -> Path:
    stem = f"{slug(picture.plan.prompt.text)}-{picture.plan.seed}"
    return write_new(out, stem, picture.plan.output_format, picture.file)


def _write_sheet(pictures: Sequence[Picture], out: Path) -> Path:
    tiles = [Tile(image=Image.open(BytesIO(picture.file)), caption=f"seed {picture.plan.seed}") for picture in pictures]
    plans = [picture.plan for picture in pictures]
    recipes = f"[{', '.join(picture.recipe for picture in pictures)}]"
    file = encode_file(contact_sheet(tiles), plans[0].output_format, recipes)
    return write_new(out, f"{slug(plans[0].prompt.text)}-sheet", plans[0].output_format, file)


def _summary(plans: Sequence[Plan], seconds: float) -> str:
    price = Micros(sum(plan.price for plan in plans))
    first = plans[0]
    what = "1 picture" if len(plans) == 1 else f"{len(plans)} pictures and a contact sheet"
    return (
        f"{what} of {first.delivered}, seed {first.seed}{f' to {plans[-1].seed}' if len(plans) > 1 else ''}, "
        f"{first.model} on {first.checkpoint}, {seconds:.1f} s; list price on Bedrock {dollars(price)}"
    )
