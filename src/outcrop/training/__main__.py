"""The commands that make the embedded model, in order: `python -m outcrop.training COMMAND`. Each only wires parts.

scenes, autoencoder, latents, denoise, export; then evaluate and sheet look at an exported folder.
"""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import torch
import typer
from diffusers import AutoencoderTiny
from PIL import Image
from transformers import CLIPTokenizer

from outcrop import clock
from outcrop.engine.engine import Pixels
from outcrop.finish.sheet import Tile, contact_sheet
from outcrop.training.autoencoder import (
    DETAIL_GAIN,
    AutoencoderRun,
    AutoencoderShape,
    build_autoencoder,
    raise_detail,
    save_autoencoder,
    train_autoencoder,
)
from outcrop.training.captions import vocabulary_texts
from outcrop.training.card import Figures, write_card
from outcrop.training.denoiser import DenoiserRun, Trainer
from outcrop.training.evaluate import Score, as_json, ask, ceiling, evaluate, load_questions, over_every_subject
from outcrop.training.export import Parts, export
from outcrop.training.generate import Manner, Wish, generate
from outcrop.training.latents import encode_pool, open_bucket
from outcrop.training.networks import DenoiserShape, build_denoiser
from outcrop.training.pool import OTHER_SIZES, SQUARE, build_pool, load_palette, open_pictures
from outcrop.training.subjects import load_subjects
from outcrop.training.tokenizer import write_tokenizer

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

Corpus = Annotated[Path, typer.Option(help="The folder of packed drawings.")]
Work = Annotated[Path, typer.Option(help="Where pools, saves and logs live; outside the repository.")]
Folder = Annotated[Path, typer.Option(help="An exported checkpoint.")]
Minutes = Annotated[float, typer.Option(help="Wall clock to spend in all.")]

DEFAULT_CORPUS = Path("../shared/corpus")
DEFAULT_WORK = Path("../training")
DEFAULT_FOLDER = Path("src/outcrop/catalog/data/checkpoints/outcrop-nano")
_ENCODER_SEED = 1
_OTHER_START = 100_000


@app.command()
def scenes(corpus: Corpus = DEFAULT_CORPUS, work: Work = DEFAULT_WORK, square: int = 14_000, other: int = 700) -> None:
    """Compose the pool of scenes and learn the tokenizer of their captions."""
    palette = load_palette(corpus)
    build_pool(palette, work / "pool", SQUARE, range(square))
    for number, size in enumerate(OTHER_SIZES):
        start = _OTHER_START + 1000 * number
        build_pool(palette, work / "pool", size, range(start, start + other))
    write_tokenizer(work / "tokenizer", vocabulary_texts(load_subjects()))


@app.command()
def autoencoder(work: Work = DEFAULT_WORK, minutes: Minutes = 8.0, *, decoder_only: bool = False) -> None:
    """Train the autoencoder, or go on with its decoder alone."""
    vae = AutoencoderTiny.from_pretrained(work / "vae") if decoder_only else build_autoencoder(AutoencoderShape())
    run = AutoencoderRun(
        seconds_s=60.0 * minutes, crop_px=64, shake=0.06 if decoder_only else 0.03, decoder_only=decoder_only
    )
    train_autoencoder(vae, open_pictures(work / "pool", SQUARE), run, clock.now, _reporter(work / "autoencoder.jsonl"))
    if not decoder_only:
        raise_detail(vae, DETAIL_GAIN)
    save_autoencoder(vae, work / "vae")


@app.command()
def latents(work: Work = DEFAULT_WORK, square: int = 9_000, other: int = 400) -> None:
    """Encode the pool once."""
    vae = AutoencoderTiny.from_pretrained(work / "vae").eval()
    for size in (SQUARE, *OTHER_SIZES):
        encode_pool(vae, work / "pool", size, square if size == SQUARE else other)


@app.command()
def denoise(work: Work = DEFAULT_WORK, minutes: Minutes = 90.0, *, compiled: bool = False) -> None:
    """Train text encoders and transformer; started again, it goes on from its last save."""
    tokenizer = CLIPTokenizer.from_pretrained(work / "tokenizer")
    subjects = load_subjects()
    buckets = {str(size): open_bucket(work / "pool", size, subjects, tokenizer) for size in (SQUARE, *OTHER_SIZES)}
    run = DenoiserRun(seconds_s=60.0 * minutes, compiled=compiled)
    trainer = Trainer(build_denoiser(DenoiserShape(vocabulary=len(tokenizer)), _ENCODER_SEED), run)
    if (work / "run" / "trainer.pt").exists():
        trainer.resume(work / "run")
    trainer.train(buckets, clock.now, _reporter(work / "denoiser.jsonl"), work / "run")


@app.command("export")
def export_folder(work: Work = DEFAULT_WORK, folder: Folder = DEFAULT_FOLDER, shift: float = 1.5) -> None:
    """Write the last save's average weights as a Stable Diffusion 3 folder."""
    tokenizer = CLIPTokenizer.from_pretrained(work / "tokenizer")
    state = torch.load(work / "run" / "trainer.pt", weights_only=True)
    parts = Parts(
        denoiser=build_denoiser(DenoiserShape(vocabulary=len(tokenizer)), _ENCODER_SEED),
        average=state["average"],
        vae=AutoencoderTiny.from_pretrained(work / "vae"),
        tokenizer=tokenizer,
        shift=shift,
    )
    export(parts, folder)
    _say(f"wrote {folder} after {state['step']} steps, {state['spent_s'] / 60.0:.0f} minutes")


@app.command("evaluate")
def evaluate_folder(
    corpus: Corpus = DEFAULT_CORPUS,
    folder: Folder = DEFAULT_FOLDER,
    out: Annotated[Path, typer.Option(help="Where evaluation.json and evaluation.webp go.")] = Path("docs/model"),
    steps: int = 20,
    guidance: float = 3.0,
) -> None:
    """Draw the fixed prompts and count how many pictures show the asked colour and subject."""
    questions = load_questions()
    palette = load_palette(corpus)
    wide = over_every_subject(questions)
    asked = [*ask(questions), *ask(wide)]
    pictures = generate(folder, [each.wish for each in asked], Manner(steps=steps, guidance=guidance), clock.now)
    fixed = len(ask(questions))
    report = {
        "steps": steps,
        "guidance": guidance,
        "model": as_json(evaluate(questions, palette, pictures[:fixed])),
        "true_scenes": as_json(ceiling(questions, palette)),
        "every_subject": as_json(evaluate(wide, palette, pictures[fixed:])),
        "every_subject_true_scenes": as_json(ceiling(wide, palette)),
    }
    out.mkdir(parents=True, exist_ok=True)
    (out / "evaluation.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    labels = [f"{question.asked.subject} {question.asked.colour}" for question in asked]
    _sheet(pictures, labels, columns=20, tile_px=96).save(out / "evaluation.webp", quality=80)
    _say(json.dumps(report, indent=2))


@app.command()
def card(
    folder: Folder = DEFAULT_FOLDER,
    work: Work = DEFAULT_WORK,
    evaluation: Annotated[Path, typer.Option(help="What evaluate wrote.")] = Path("docs/model/evaluation.json"),
    vae_minutes: float = 7.2,
) -> None:
    """Write the model card of an exported folder out of its evaluation."""
    report = json.loads(evaluation.read_text(encoding="utf-8"))
    state = torch.load(work / "run" / "trainer.pt", weights_only=True, mmap=True)
    figures = Figures(
        steps=state["step"],
        minutes=state["spent_s"] / 60.0,
        vae_minutes=vae_minutes,
        evaluation_steps=report["steps"],
        guidance=report["guidance"],
        score=Score(**report["model"]),
        best=Score(**report["true_scenes"]),
        wide=Score(**report["every_subject"]),
        wide_best=Score(**report["every_subject_true_scenes"]),
    )
    write_card(folder, figures)


@app.command()
def sheet(
    folder: Folder = DEFAULT_FOLDER,
    out: Annotated[Path, typer.Option(help="The picture to write.")] = Path("docs/model/first-pictures.webp"),
    steps: int = 20,
    guidance: float = 3.0,
) -> None:
    """Draw the fixed sixteen prompts with their one seed on one sheet."""
    questions = load_questions()
    wishes = [Wish(prompt=prompt, seed=questions.sheet_seed) for prompt in questions.sheet]
    pictures = generate(folder, wishes, Manner(steps=steps, guidance=guidance), clock.now)
    out.parent.mkdir(parents=True, exist_ok=True)
    _sheet(pictures, questions.sheet, columns=4, tile_px=256).save(out, quality=85)


def _sheet(pictures: Pixels, captions: Sequence[str], columns: int, tile_px: int) -> Image.Image:
    tiles = [Tile(image=Image.fromarray(pixels), caption=text) for pixels, text in zip(pictures, captions, strict=True)]
    return contact_sheet(tiles, columns, tile_px)


def _reporter(path: Path) -> Callable[[str], None]:
    """Append lines to a log that can be read while training goes on."""

    def report(line: str) -> None:
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")

    return report


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    app()
