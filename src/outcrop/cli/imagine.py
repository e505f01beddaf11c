"""`outcrop imagine`: its options. Knows how they are spelled; `cli.drawing` does the work."""

from pathlib import Path
from typing import Annotated

import typer

from outcrop.request import OutputFormat
from outcrop.units import MAX_SEED

EXAMPLES = """[bold]Examples[/]

outcrop imagine "a red apple on a wooden table, 3D render"

outcrop imagine "a lighthouse at night" -n 4 --seed 7 --model ultra --aspect-ratio 16:9

outcrop imagine "a fox, flat vector" --negative "text, blurry" --native --out foxes/

outcrop imagine "a house by a lake" --colors "#0f4c5c,#e36414,#fb8b24,#f4f1de"

outcrop imagine "the same house in the snow" --model ultra --image house.png --strength 0.7

outcrop imagine "a blue door" --model ultra --image house.png --mask door.png

outcrop imagine "a house by the sea" --model ultra --image house.png --extend left=400,right=400
"""

SeedOption = Annotated[
    int | None,
    typer.Option(
        help="Where the noise starts: the same seed gives the same picture; "
        "each further picture has the next one. Without it, or at 0, one is chosen.",
        min=0,
        max=MAX_SEED,
        show_default=False,
    ),
]
ColorsOption = Annotated[
    str,
    typer.Option(
        metavar="#RRGGBB,...",
        help="Up to ten colors that the picture is made of, whatever the model; of one alone, in its shades.",
        show_default=False,
    ),
]
ImageOption = Annotated[
    Path | None,
    typer.Option(
        help="Picture to start from, on a model that can (all but core and core10); the result has its size. "
        "Alone: all of it is drawn again. With --mask: that part. With --extend: beyond its edges.",
        exists=True,
        dir_okay=False,
        show_default=False,
    ),
]
StrengthOption = Annotated[
    float | None,
    typer.Option(
        help="How far to leave that picture: near 0 keeps it, 1 ignores it. With --extend: how freely to continue it.",
        min=0,
        max=1,
        show_default="0.6; 1 with --mask; 0.5 with --extend",
    ),
]
MaskOption = Annotated[
    Path | None,
    typer.Option(
        help="Black and white picture of the image's size: white is drawn anew, black stays as it is to the pixel, "
        "grey changes in part.",
        exists=True,
        dir_okay=False,
        show_default=False,
    ),
]
GrowOption = Annotated[int, typer.Option(help="Pixels by which the white of the mask is widened.", min=0, max=100)]
FeatherOption = Annotated[
    int, typer.Option(help="Pixels over which old fades into new, inside the widened mask.", min=0, max=100)
]
ExtendOption = Annotated[
    str,
    typer.Option(
        metavar="SIDE=PIXELS,...",
        help="Continue the image: left, right, up, down with their pixels, such as left=200,up=100. The image itself "
        "stays as it is, but for the 32 pixels beside a new part.",
        show_default=False,
    ),
]


def imagine(
    prompt: Annotated[str, typer.Argument(help="What the picture shows, in words.", show_default=False)],
    *,
    number: Annotated[int, typer.Option("-n", "--number", help="How many pictures.", min=1, max=64)] = 1,
    seed: SeedOption = None,
    model: Annotated[str, typer.Option(help="Short name or id of the model; `outcrop models` lists them.")] = "core",
    aspect_ratio: Annotated[str, typer.Option(help="Width to height, such as 16:9 or 2:3.")] = "1:1",
    negative: Annotated[str, typer.Option(help="What the picture should not show.")] = "",
    colors: ColorsOption = "",
    image: ImageOption = None,
    strength: StrengthOption = None,
    mask: MaskOption = None,
    grow: GrowOption = 5,
    feather: FeatherOption = 5,
    extend: ExtendOption = "",
    output_format: Annotated[OutputFormat, typer.Option("--format", help="File format.")] = "png",
    native: Annotated[bool, typer.Option("--native", help="Keep the size the model works at; do not enlarge.")] = False,
    out: Annotated[Path, typer.Option(help="Folder for the pictures; made when missing.")] = Path("pictures"),
    config: Annotated[Path | None, typer.Option(help="Settings file in place of OUTCROP_HOME/outcrop.toml.")] = None,
) -> None:
    """Draw pictures from words, or from words and a picture, with a contact sheet when there are several.

    The same prompt, seed and model give the same picture here and through `outcrop serve`.
    A file that is already there is never overwritten. Every file carries how it was made: `outcrop recipe FILE`.
    """
    from outcrop.cli.drawing import Order, imagine_pictures
    from outcrop.cli.editing import Edit

    order = Order(
        prompt=prompt,
        negative_prompt=negative,
        colors=colors,
        images=number,
        seed=seed or None,
        model=model,
        aspect_ratio=aspect_ratio,
        edit=Edit(image=image, strength=strength, mask=mask, grow=grow, feather=feather, extend=extend),
        output_format=output_format,
        native=native,
        out=out,
    )
    imagine_pictures(order, config)
