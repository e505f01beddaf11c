"""The commands that make the embedded model, in order: `python -m outcrop.training COMMAND`. Each only wires parts.

scenes, autoencoder, latents, denoise, student, export. Each takes `--recipe`: how large the model is and how it is
trained, one of data/recipes. What looks at an exported folder and measures it is in measuring.py.
"""

import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from diffusers import AutoencoderTiny
from PIL import Image
from transformers import CLIPTokenizer

from outcrop import clock
from outcrop.finish.sheet import Tile, contact_sheet
from outcrop.training import measuring
from outcrop.training.attribution import attribution
from outcrop.training.autoencoder import (
    DETAIL_GAIN,
    AutoencoderRun,
    build_autoencoder,
    raise_detail,
    save_autoencoder,
    train_autoencoder,
)
from outcrop.training.captions import LENGTHS, worded
from outcrop.training.compose import compose, to_bytes
from outcrop.training.denoiser import DenoiserRun, Trainer
from outcrop.training.export import Parts, export, export_student, read_weights
from outcrop.training.latents import encode_scenes, open_bucket
from outcrop.training.low_rank import write_lora
from outcrop.training.networks import build_denoiser
from outcrop.training.pack.build import build_pack, unpacker
from outcrop.training.pack.fetch import DEFAULT_MIRRORS
from outcrop.training.pool import DOUBLE, OTHER_SIZES, SQUARE, composed, open_pictures, write_pictures
from outcrop.training.practice import Bucket, Hours, practise
from outcrop.training.progress import draw_progress
from outcrop.training.recipe import Recipe, load_recipe
from outcrop.training.scenes import decide
from outcrop.training.sources import Registry, load_sources
from outcrop.training.sprites import load_sprites
from outcrop.training.student import StudentRun, StudentTrainer
from outcrop.training.subjects import load_subjects
from outcrop.training.tokenizer import vocabulary, write_tokenizer
from outcrop.units import Size

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(measuring.app)

Corpus = Annotated[Path, typer.Option(help="The folder of packed drawings.")]
Work = Annotated[Path, typer.Option(help="Where pools, saves and logs live; outside the repository.")]
Folder = Annotated[Path, typer.Option(help="An exported checkpoint.")]
Which = Annotated[str, typer.Option("--recipe", help="How large the model is: cpu, gpu, or tiny to rehearse.")]
Device = Annotated[str, typer.Option(help="Where to work: cpu or cuda.")]

DEFAULT_CORPUS = Path("../shared/corpus")
DEFAULT_WORK = Path("../training")
DEFAULT_FOLDER = Path("src/outcrop/catalog/data/checkpoints/outcrop-nano")
_ENCODER_SEED = 1
_SEEDS_A_SIZE = 10_000_000
_OTHER_SHARE = 0.18
_DOUBLE_SHARE = 0.10
_DOUBLE_MOST_SIGMA = 0.6
"""A refine pass starts at a third of the noise; practising up to here leaves room."""


@app.command()
def scenes(
    corpus: Corpus = DEFAULT_CORPUS, work: Work = DEFAULT_WORK, recipe: Which = "cpu", device: Device = "cpu"
) -> None:
    """Compose the autoencoder's pictures, and write the tokenizer of the captions."""
    chosen = load_recipe(recipe)
    sprites = load_sprites(corpus, load_subjects(), torch.device(device))
    write_pictures(sprites, work / "pool", SQUARE, range(chosen.pool.autoencoder), chosen.mix)
    write_tokenizer(work / "tokenizer", vocabulary())


@app.command()
def look(
    corpus: Corpus = DEFAULT_CORPUS,
    out: Annotated[Path, typer.Option(help="The picture to write.")] = Path("docs/model/scenes.webp"),
    start: Annotated[int, typer.Option(help="The first scene's seed.")] = 1,
) -> None:
    """Draw 64 scenes with their captions on one sheet, to be looked at before anything is trained."""
    sprites = load_sprites(corpus, load_subjects(), torch.device("cpu"))
    mix = load_recipe("cpu").mix
    decided = [decide(seed, sprites, SQUARE, mix) for seed in range(start, start + 64)]
    rng = np.random.default_rng(start)
    lengths = cycle(LENGTHS)
    pictures = to_bytes(compose(decided, sprites, SQUARE)).numpy()
    tiles = [
        Tile(image=Image.fromarray(pixels), caption=worded(scene, sprites.subjects, length, rng))
        for pixels, scene, length in zip(pictures, decided, lengths, strict=False)
    ]
    out.parent.mkdir(parents=True, exist_ok=True)
    contact_sheet(tiles, 8, 192).save(out, quality=80)


@app.command()
def autoencoder(
    work: Work = DEFAULT_WORK, recipe: Which = "cpu", device: Device = "cpu", *, decoder_only: bool = False
) -> None:
    """Train the autoencoder, or go on with its decoder alone."""
    chosen = load_recipe(recipe)
    fresh = (
        AutoencoderTiny.from_pretrained(work / "vae") if decoder_only else build_autoencoder(chosen.autoencoder_shape)
    )
    vae = fresh.to(device)
    run = chosen.autoencoder
    if decoder_only:
        run = AutoencoderRun(seconds_s=run.seconds_s, crop_px=run.crop_px, shake=0.06, decoder_only=True)
    train_autoencoder(vae, open_pictures(work / "pool", SQUARE), run, clock.now, _reporter(work / "autoencoder.jsonl"))
    if not decoder_only:
        raise_detail(vae, DETAIL_GAIN)
    save_autoencoder(vae, work / "vae")


@app.command()
def latents(
    corpus: Corpus = DEFAULT_CORPUS, work: Work = DEFAULT_WORK, recipe: Which = "cpu", device: Device = "cpu"
) -> None:
    """Compose every scene and encode it once."""
    chosen = load_recipe(recipe)
    sprites = load_sprites(corpus, load_subjects(), torch.device(device))
    vae = AutoencoderTiny.from_pretrained(work / "vae").eval().to(device)
    for number, (size, count) in enumerate(_counts(chosen), start=1):
        seeds = range(_SEEDS_A_SIZE * number, _SEEDS_A_SIZE * number + count)
        encode_scenes(vae, composed(sprites, size, seeds, chosen.mix, chosen.pool.batch), work / "pool", size)
        _say(f"{size}: {count} scenes")


@app.command()
def denoise(
    work: Work = DEFAULT_WORK,
    recipe: Which = "cpu",
    device: Device = "cpu",
    minutes: Annotated[float, typer.Option(help="Stop by then; started again, it goes on.")] = 1e9,
    begin_from: Annotated[
        Path | None, typer.Option(help="An exported folder of the same recipe and tokenizer to begin from.")
    ] = None,
) -> None:
    """Train text encoders and transformer; started again, it goes on from its last save, with the same losses."""
    chosen = load_recipe(recipe)
    tokenizer = CLIPTokenizer.from_pretrained(work / "tokenizer")
    trainer = Trainer(
        build_denoiser(chosen.denoiser_shape, len(tokenizer), _ENCODER_SEED), chosen.denoiser, torch.device(device)
    )
    if (work / "run" / "trainer.pt").exists():
        trainer.resume(work / "run")
    elif begin_from is not None:
        trainer.begin_from(read_weights(begin_from))
    vae = AutoencoderTiny.from_pretrained(work / "vae").to(device)

    def saved(trainer: Trainer) -> None:
        trainer.save(work / "run")
        draw_progress(trainer, tokenizer, vae, work / "progress" / f"{trainer.progress.step:06}.webp")

    buckets = _buckets(work, chosen, tokenizer)
    practise(trainer, buckets, _hours(chosen.denoiser, minutes), _reporter(work / "denoiser.jsonl"), saved)


@app.command()
def student(
    work: Work = DEFAULT_WORK,
    recipe: Which = "cpu",
    device: Device = "cpu",
    minutes: Annotated[float, typer.Option(help="Stop by then; started again, it goes on.")] = 1e9,
) -> None:
    """Teach low-rank additions to do in a few passes without guidance what the trained model does in many with it."""
    chosen = load_recipe(recipe)
    tokenizer = CLIPTokenizer.from_pretrained(work / "tokenizer")
    state = torch.load(work / "run" / "trainer.pt", weights_only=True, map_location="cpu")
    teacher = build_denoiser(chosen.denoiser_shape, len(tokenizer), _ENCODER_SEED)
    teacher.load_state_dict(state["average"])
    trainer = StudentTrainer(teacher, chosen.student, torch.device(device))
    if (work / "run" / "student.pt").exists():
        trainer.resume(work / "run")

    def saved(trainer: StudentTrainer) -> None:
        trainer.save(work / "run")
        write_lora(trainer.average, work / "student" / "lora.safetensors")

    buckets = _buckets(work, chosen, tokenizer)
    practise(trainer, buckets, _hours(chosen.student, minutes), _reporter(work / "student.jsonl"), saved)


@app.command("export")
def export_folder(
    work: Work = DEFAULT_WORK, folder: Folder = DEFAULT_FOLDER, recipe: Which = "cpu", shift: float = 1.5
) -> None:
    """Write the last save's average weights as a Stable Diffusion 3 folder, and its student beside it.

    Other recipes than cpu write into the work folder where none is named: a rehearsal replaces no model that ships.
    """
    folder = export_to(folder, work, recipe)
    tokenizer = CLIPTokenizer.from_pretrained(work / "tokenizer")
    state = torch.load(work / "run" / "trainer.pt", weights_only=True, map_location="cpu")
    parts = Parts(
        denoiser=build_denoiser(load_recipe(recipe).denoiser_shape, len(tokenizer), _ENCODER_SEED),
        average=state["average"],
        vae=AutoencoderTiny.from_pretrained(work / "vae"),
        tokenizer=tokenizer,
        shift=shift,
    )
    export(parts, folder)
    lora = work / "student" / "lora.safetensors"
    if lora.exists():
        export_student(lora, folder.with_name(f"{folder.name}-fast"), folder.name)
    _say(f"wrote {folder} after {state['step']} steps, {state['spent_s'] / 60.0:.0f} minutes")


def export_to(folder: Path, work: Path, recipe: str) -> Path:
    """Where a recipe's weights go: over those that ship only by the recipe that made them."""
    return work / DEFAULT_FOLDER.name if folder == DEFAULT_FOLDER and recipe != "cpu" else folder


def _hours(run: DenoiserRun | StudentRun, minutes: float) -> Hours:
    return Hours(steps=run.steps, seconds_s=60.0 * minutes, save_every_s=run.save_every_s, clock=clock.now)


def _counts(recipe: Recipe) -> list[tuple[Size, int]]:
    return [
        (SQUARE, recipe.pool.square),
        *((size, recipe.pool.other) for size in OTHER_SIZES),
        (DOUBLE, recipe.pool.double),
    ]


def _buckets(work: Path, recipe: Recipe, tokenizer: CLIPTokenizer) -> dict[str, Bucket]:
    """Squares most of the time; the other shapes; and double size, where only a refine pass works."""
    subjects = load_subjects()
    opened = {str(size): open_bucket(work / "pool", size, subjects, tokenizer) for size, _ in _counts(recipe)}
    shares = {str(size): _OTHER_SHARE / len(OTHER_SIZES) for size in OTHER_SIZES} | {str(DOUBLE): _DOUBLE_SHARE}
    shares[str(SQUARE)] = 1.0 - _OTHER_SHARE - _DOUBLE_SHARE
    practised = {name: replace(bucket, share=shares[name]) for name, bucket in opened.items()}
    practised[str(DOUBLE)] = replace(practised[str(DOUBLE)], batch=0.25, most_sigma=_DOUBLE_MOST_SIGMA)
    return practised


def _reporter(path: Path) -> Callable[[str], None]:
    """Append lines to a log that can be read while training goes on."""

    def report(line: str) -> None:
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")

    return report


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


@app.command("attribution")
def write_attribution(
    out: Annotated[Path, typer.Option(help="The page to write.")] = Path("docs/model/ATTRIBUTION.md"),
) -> None:
    """Write who made the drawings of the corpus."""
    out.write_text(attribution(load_sources()), encoding="utf-8")


@app.command()
def pack(
    out: Annotated[Path, typer.Option(help="The folder to write; fetched packages are kept below it.")],
    source: Annotated[list[str] | None, typer.Option(help="Only this source; may be repeated.")] = None,
    npm: Annotated[str, typer.Option(help="An npm registry.", envvar="CORPUS_NPM")] = DEFAULT_MIRRORS[Registry.NPM],
    debian: Annotated[str, typer.Option(help="A mirror of Debian.", envvar="CORPUS_DEBIAN")] = DEFAULT_MIRRORS[
        Registry.DEBIAN
    ],
) -> None:
    """Fetch the packages of the corpus, hold them against their checksums and build the pack."""
    sources = load_sources()
    for name in source or ():
        sources.named(name)
    unpack = unpacker(sources, {Registry.NPM: npm, Registry.DEBIAN: debian}, out / "packages")
    build_pack(sources, source or (), unpack, out, _say)


if __name__ == "__main__":
    app()
