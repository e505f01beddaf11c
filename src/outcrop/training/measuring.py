"""The commands that look at a trained model and measure it. Each only wires parts; what is drawn once is kept.

recogniser, once; then evaluate, sheet, tiers, edits, curves and card.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

import numpy as np
import torch
import typer
from diffusers import AutoencoderTiny
from PIL import Image

from outcrop import clock
from outcrop.catalog.card import ModelCard, Tier
from outcrop.catalog.load import Catalog, load_catalog
from outcrop.engine.engine import Pixels
from outcrop.finish.sheet import Tile, contact_sheet
from outcrop.prompt import plain
from outcrop.request import ImageToImage, Inpaint, Mask, Request, TextToImage
from outcrop.training.card import Training, write_card
from outcrop.training.curves import draw_curves, read_curves
from outcrop.training.evaluate import Marks, as_report, examine, reconstruction
from outcrop.training.generate import Gallery, bitmap
from outcrop.training.pool import SQUARE
from outcrop.training.questions import KINDS, Question, load_questions, load_showcase
from outcrop.training.recipe import load_recipe
from outcrop.training.recognise import RecogniserRun, load_recogniser, read_lesson, save_recogniser, teach
from outcrop.training.references import References
from outcrop.training.scenes import decide
from outcrop.training.sprites import load_sprites
from outcrop.training.subjects import SubjectList, load_subjects
from outcrop.units import Seed, Size

app = typer.Typer()

Corpus = Annotated[Path, typer.Option(help="The folder of packed drawings.")]
Work = Annotated[Path, typer.Option(help="Where drawn pictures and the recogniser are kept; outside the repository.")]
Out = Annotated[Path, typer.Option(help="The folder that figures and sheets are written to.")]
Folder = Annotated[Path | None, typer.Option(help="An exported checkpoint in place of the tier's own.")]
Which = Annotated[str, typer.Option("--tier", help="Short name of the model in the catalogue whose tier draws.")]

DEFAULT_CORPUS = Path("../shared/corpus")
DEFAULT_WORK = Path("../training")
DEFAULT_OUT = Path("docs/model")
DEFAULT_FOLDER = Path("src/outcrop/catalog/data/checkpoints/outcrop-nano")
STANDARD = "sd35"
"""The model whose tier is measured unless another is named: neither drafts nor finals."""
_HELD_OUT = range(1_100_000_000, 1_100_000_032)
"""Seeds of composites that no pool is made from."""
_SHOWN = 8


@app.command()
def recogniser(corpus: Corpus = DEFAULT_CORPUS, work: Work = DEFAULT_WORK, steps: int = RecogniserRun().steps) -> None:
    """Teach the network that names subjects, on drawing sets that no scene is made of."""
    subjects = load_subjects()
    lesson = read_lesson(corpus, subjects)
    taught = teach(lesson, len(subjects.subjects), RecogniserRun(steps=steps), _say)
    save_recogniser(taught, work / "recogniser.pt")


@app.command()
def evaluate(
    corpus: Corpus = DEFAULT_CORPUS,
    work: Work = DEFAULT_WORK,
    out: Out = DEFAULT_OUT,
    folder: Folder = None,
    tier: Which = STANDARD,
    limit: Annotated[int, typer.Option(help="Of each kind of question only so many; 0 asks all.")] = 0,
) -> None:
    """Ask the fixed questions, count the right answers, and do the same with true scenes: evaluation.json and .webp."""
    sprites = load_sprites(corpus, _usual(load_subjects()), torch.device("cpu"))
    references = References(sprites, SQUARE)
    asked = _limited(load_questions(sprites.subjects), limit)
    known = load_recogniser(work / "recogniser.pt", len(sprites.subjects.subjects))
    gallery = _gallery(tier, folder, work)
    requests = [TextToImage(prompt=plain(each.prompt), size=SQUARE, seed=Seed(each.seed)) for each in asked]
    drawn = [shot.pixels for shot in gallery.draw(requests, _say)]
    marks = examine(asked, drawn, references, known)
    _say("the same with true scenes")
    truth = as_report(asked, examine(asked, references.true([each.asked for each in asked]), references, known))
    held_out = references.draw([decide(seed, sprites, SQUARE, load_recipe("cpu").mix) for seed in _HELD_OUT])
    vae = AutoencoderTiny.from_pretrained(gallery.checkpoint.folder / "vae").eval()
    entry = {
        "checkpoint": gallery.checkpoint.name,
        "weights": gallery.weights,
        "steps": gallery.card.tier.steps,
        "guidance": gallery.card.tier.guidance,
        "sampler": gallery.card.tier.sampler,
        "pictures": len(asked),
        "autoencoder_psnr_db": round(reconstruction(vae, held_out), 2),
        "autoencoder_pictures": len(held_out),
        **as_report(asked, marks),
    }
    path = out / "evaluation.json"
    before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    tiers = before.get("tiers", {}) | {tier: entry}
    _write(path, {"tiers": tiers, "true_scenes": truth})
    name = "evaluation.webp" if tier == STANDARD else f"evaluation-{tier}.webp"
    _save(_answers(asked, drawn, marks), out / name, 10, 160)
    _say(json.dumps({"model": entry["shares"], "true scenes": truth["shares"]}, indent=1))


@app.command()
def sheet(
    work: Work = DEFAULT_WORK,
    out: Annotated[Path, typer.Option(help="The picture to write.")] = DEFAULT_OUT / "sheet.webp",
    folder: Folder = None,
    tier: Which = STANDARD,
    limit: Annotated[int, typer.Option(help="Only so many prompts; 0 draws all.")] = 0,
) -> None:
    """Draw the fixed sixty-four prompts, one seed each, on one sheet."""
    prompts = load_showcase().sheet[: limit or None]
    requests = [
        TextToImage(prompt=plain(prompt), size=SQUARE, seed=Seed(n)) for n, prompt in enumerate(prompts, start=1)
    ]
    shots = _gallery(tier, folder, work).draw(requests, _say)
    _save([_tile(shot.pixels, prompt) for shot, prompt in zip(shots, prompts, strict=True)], out, 8, 200)


@app.command()
def tiers(
    work: Work = DEFAULT_WORK,
    out: Annotated[Path, typer.Option(help="The picture to write.")] = DEFAULT_OUT / "tiers.webp",
    limit: Annotated[int, typer.Option(help="Only so many prompts; 0 draws all.")] = 0,
) -> None:
    """Draw eight prompts with every tier of the catalogue, one picture at a time, with the seconds each took."""
    prompts = load_showcase().tiers[: limit or None]
    tiles = []
    for card in _of_each_tier(load_catalog()):
        gallery = _gallery(card.alias, None, work)
        run = f"{card.alias}, {card.tier.steps} steps"
        requests = [
            TextToImage(prompt=plain(text), size=SQUARE, seed=Seed(n)) for n, text in enumerate(prompts, start=1)
        ]
        for shot, prompt in zip(gallery.draw(requests, _say, at_once=1), prompts, strict=True):
            tiles.append(_tile(shot.pixels, f"{run}, {shot.engine_s:.1f} s: {prompt}"))
    _save(tiles, out, len(prompts), 200)


@app.command()
def edits(
    work: Work = DEFAULT_WORK,
    out: Annotated[Path, typer.Option(help="The picture to write.")] = DEFAULT_OUT / "edits.webp",
    folder: Folder = None,
    tier: Which = STANDARD,
    limit: Annotated[int, typer.Option(help="Only so many examples; 0 draws all.")] = 0,
) -> None:
    """Draw eight pictures, then each over with other words: all of it at four strengths, and its middle anew."""
    showcase = load_showcase()
    chosen = showcase.edits[: limit or None]
    gallery = _gallery(tier, folder, work)
    first = [
        TextToImage(prompt=plain(edit.before), size=SQUARE, seed=Seed(n)) for n, edit in enumerate(chosen, start=1)
    ]
    tiles = []
    for number, (edit, before) in enumerate(zip(chosen, gallery.draw(first, _say), strict=True), start=1):
        start = bitmap(before.pixels)
        grown: list[Request] = [
            ImageToImage(prompt=plain(edit.after), image=start, strength=strength, seed=Seed(100 + number))
            for strength in showcase.strengths
        ]
        grown.append(Inpaint(prompt=plain(edit.after), image=start, mask=_middle(start.size), seed=Seed(100 + number)))
        labels = [*(f"{edit.after}, strength {strength:g}" for strength in showcase.strengths), f"{edit.after}, middle"]
        tiles.append(_tile(before.pixels, edit.before))
        drawn = gallery.draw(grown, _say)
        tiles += [_tile(shot.pixels, label) for shot, label in zip(drawn, labels, strict=True)]
    _save(tiles, out, len(showcase.strengths) + 2, 200)


@app.command()
def curves(
    log: Annotated[Path, typer.Option(help="What denoise or student wrote.")] = DEFAULT_WORK / "denoiser.jsonl",
    out: Annotated[Path, typer.Option(help="The picture to write.")] = DEFAULT_OUT / "loss.webp",
) -> None:
    """Draw how the loss fell, over steps and hours."""
    draw_curves(read_curves(log), out)


@app.command()
def card(
    folder: Annotated[Path, typer.Option(help="The exported checkpoint.")] = DEFAULT_FOLDER,
    work: Work = DEFAULT_WORK,
    out: Out = DEFAULT_OUT,
    recipe: Annotated[str, typer.Option(help="The recipe it was trained by.")] = "cpu",
    machine: Annotated[str, typer.Option(help="What it was trained on, in words.")] = "two shared CPU cores",
) -> None:
    """Write the model card of an exported folder out of its evaluation and the state of its training."""
    state = torch.load(work / "run" / "trainer.pt", weights_only=True, mmap=True)
    report = json.loads((out / "evaluation.json").read_text(encoding="utf-8"))
    training = Training(
        steps=state["step"], spent_s=state["spent_s"], recipe=load_recipe(recipe), machine=machine, standard=STANDARD
    )
    write_card(folder, report, training)


def _usual(subjects: SubjectList) -> SubjectList:
    """The subjects in the usual drawing style alone, which is all that questions ask for."""
    usual = subjects.drawn_styles[0]
    return replace(subjects, sources=MappingProxyType({usual: subjects.sources[usual]}))


def _limited(questions: Sequence[Question], limit: int) -> list[Question]:
    by_kind = [[question for question in questions if question.kind == kind] for kind in KINDS]
    return [question for each in by_kind for question in each[: limit or None]]


def _gallery(tier: str, folder: Path | None, work: Path) -> Gallery:
    catalog = load_catalog()
    model = catalog.model_named(tier)
    if folder is not None:
        catalog = load_catalog(folders={model.tier.checkpoint: folder})
    return Gallery(catalog, model, work / "gallery", clock.now)


def _of_each_tier(catalog: Catalog) -> list[ModelCard]:
    """One model for every tier there is, by steps; models that share a tier draw the same pictures."""
    standard = catalog.model_named(STANDARD)
    found = {_unmarked(card): card for card in catalog.models.values()} | {_unmarked(standard): standard}
    return sorted(found.values(), key=lambda card: card.tier.steps)


def _unmarked(card: ModelCard) -> Tier:
    return card.tier.marked("watermark", on=False).marked("credentials", on=False)


def _answers(questions: Sequence[Question], pictures: Sequence[Pixels], marks: Sequence[Marks]) -> list[Tile]:
    """A few questions of each kind, evenly chosen, with what was measured of each."""
    tiles = []
    for kind in KINDS:
        rows = [row for row, question in enumerate(questions) if question.kind == kind]
        for row in rows[:: max(1, len(rows) // _SHOWN)][:_SHOWN]:
            wrong = [name for name, right in marks[row].items() if not right]
            verdict = f"WRONG ({', '.join(wrong)})" if wrong else "right"
            tiles.append(_tile(pictures[row], f"{verdict}: {questions[row].prompt}"))
    return tiles


def _middle(size: Size) -> Mask:
    """White in the middle, where things stand."""
    levels = np.zeros((size.height, size.width), dtype=np.uint8)
    levels[size.height // 8 : -size.height // 16, size.width // 8 : -size.width // 8] = 255
    return Mask(size=size, levels=levels.tobytes())


def _tile(pixels: Pixels, caption: str) -> Tile:
    return Tile(image=Image.fromarray(pixels), caption=caption)


def _save(tiles: Sequence[Tile], path: Path, columns: int, tile_px: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    contact_sheet(tiles, columns, tile_px).save(path, quality=82)
    _say(f"wrote {path}")


def _write(path: Path, report: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
