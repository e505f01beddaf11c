"""Writes the model card of an exported folder out of what was measured. Its words are data; measures nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

from safetensors import safe_open

from outcrop.training.finishes import load_finishes
from outcrop.training.grounds import load_grounds
from outcrop.training.looks import load_looks
from outcrop.training.recipe import Recipe
from outcrop.training.subjects import load_subjects

_MEASURES: tuple[tuple[str, str], ...] = (
    ("ground's colour", "the ground is nearest, in CIELAB, to the asked one of ten colours"),
    ("thing's colour", "most of the thing is nearest to the asked one of eleven colours"),
    ("both colours", "both at once"),
    ("number", "there are as many things as asked for, two to five"),
    ("side of one thing", "the thing is on the asked side"),
    ("sides of two things", "two things, each on its own side and not on the other's"),
    ("setting", "the picture is nearest to true scenes in the asked one of {settings} settings"),
    ("subject, first guess", "a recogniser taught on other drawings names the asked one of {subjects} subjects"),
    ("subject, five guesses", "it does within five guesses"),
)
"""Each measure as the card says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """How the measured model came to be. Units: seconds of wall clock; `standard` is the tier that the card quotes."""

    steps: int
    spent_s: float
    recipe: Recipe
    machine: str
    standard: str


def write_card(folder: Path, report: Mapping[str, Any], training: Training) -> None:
    """Write README.md into an exported folder out of an evaluation.

    Raises: KeyError where the evaluation lacks the standard tier.
    """
    template = Template((files("outcrop.training") / "data" / "card.md").read_text(encoding="utf-8"))
    (folder / "README.md").write_text(template.substitute(_words(folder, report, training)), encoding="utf-8")


def parameters(folder: Path) -> int:
    """How many numbers the safetensors files under a folder hold."""
    total = 0
    for path in sorted(folder.glob("*.safetensors")):
        with safe_open(path, framework="numpy") as file:
            for name in file.keys():  # noqa: SIM118  # a file, not a mapping
                size = 1
                for side in file.get_slice(name).get_shape():
                    size *= side
                total += size
    return total


def _words(folder: Path, report: Mapping[str, Any], training: Training) -> dict[str, str]:
    looks, finishes, grounds = load_looks(), load_finishes(), load_grounds()
    text = parameters(folder / "text_encoder") + parameters(folder / "text_encoder_2")
    tier = report["tiers"][training.standard]
    run = training.recipe.denoiser
    return {
        "subjects": str(len(load_subjects().subjects)),
        "settings": str(len(grounds.settings)),
        "plain": str(len(grounds.colours)),
        "colours": str(len(finishes.colours)),
        "materials": ", ".join(finishes.materials),
        "styles": str(len(looks.styles)),
        "presets": str(sum(style.preset for style in looks.styles.values())),
        "lights": str(len(looks.lighting)),
        "moods": str(len(looks.moods)),
        "transformer_millions": f"{parameters(folder / 'transformer') / 1e6:.1f}",
        "text_millions": f"{text / 1e6:.1f}",
        "vae_millions": f"{parameters(folder / 'vae') / 1e6:.1f}",
        "steps": f"{training.steps:,}",
        "batch": str(run.batch),
        "minutes": f"{training.spent_s / 60.0:.0f}",
        "machine": training.machine,
        "average": f"{run.average:g}",
        "pictures": str(tier["pictures"]),
        "evaluation_steps": str(tier["steps"]),
        "guidance": f"{tier['guidance']:g}",
        "psnr": f"{tier['autoencoder_psnr_db']:.1f}",
        "psnr_pictures": str(tier["autoencoder_pictures"]),
        "measured": _table(report, training.standard),
    }


def _table(report: Mapping[str, Any], standard: str) -> str:
    """One line a measure, one column a tier, the standard one first and the ceiling last."""
    tiers = sorted(report["tiers"], key=lambda name: name != standard)
    found = [report["tiers"][name]["shares"] for name in tiers] + [report["true_scenes"]["shares"]]
    heads = [f"{name}, {report['tiers'][name]['steps']} steps" for name in tiers] + ["true scenes (ceiling)"]
    lines = [f"| | {' | '.join(heads)} |", f"| --- |{' --- |' * len(heads)}"]
    numbers = {"settings": len(load_grounds().settings), "subjects": len(load_subjects().subjects)}
    for name, said in _MEASURES:
        if all(name in shares for shares in found):
            cells = " | ".join(_cell(shares[name]) for shares in found)
            lines.append(f"| {said.format(**numbers)} | {cells} |")
    return "\n".join(lines)


def _cell(share: Mapping[str, float]) -> str:
    """The share of right pictures, with where it lies with 95 % confidence."""
    return f"{share['share']:.0%} ({share['low']:.0%} to {share['high']:.0%}) of {share['of']}"
