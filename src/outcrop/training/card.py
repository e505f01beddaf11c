"""Writes the model card of an exported folder out of measured figures. Its words are data; measures nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template

from safetensors import safe_open

from outcrop.training.evaluate import Score
from outcrop.training.subjects import load_subjects


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What the card states. Units: minutes of wall clock; steps are training steps, evaluation_steps sampling steps."""

    steps: int
    minutes: float
    vae_minutes: float
    evaluation_steps: int
    guidance: float
    score: Score
    best: Score
    wide: Score
    wide_best: Score


def write_card(folder: Path, figures: Figures) -> None:
    """Write README.md into an exported folder."""
    template = Template((files("outcrop.training") / "data" / "card.md").read_text(encoding="utf-8"))
    (folder / "README.md").write_text(template.substitute(_words(folder, figures)), encoding="utf-8")


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


def _words(folder: Path, figures: Figures) -> dict[str, str]:
    subjects = load_subjects().subjects
    score, best = figures.score, figures.best
    text = parameters(folder / "text_encoder") + parameters(folder / "text_encoder_2")
    return {
        "subject_count": str(len(subjects)),
        "transformer_millions": f"{parameters(folder / 'transformer') / 1e6:.1f}",
        "text_millions": f"{text / 1e6:.1f}",
        "vae_millions": f"{parameters(folder / 'vae') / 1e6:.1f}",
        "guidance": f"{figures.guidance:g}",
        "steps": f"{figures.steps:,}",
        "minutes": f"{figures.minutes:.0f}",
        "vae_minutes": f"{figures.vae_minutes:.0f}",
        "pictures": str(score.pictures),
        "evaluation_steps": str(figures.evaluation_steps),
        "colour_right": f"{score.colour_right:.0%}",
        "colour_best": f"{best.colour_right:.0%}",
        "subject_right": f"{score.subject_right:.0%}",
        "subject_best": f"{best.subject_right:.0%}",
        "wide_pictures": str(figures.wide.pictures),
        "wide_right": f"{figures.wide.subject_right:.0%}",
        "wide_best": f"{figures.wide_best.subject_right:.0%}",
        "by_colour": _listed(score.colour_by_name),
        "by_subject": _listed(score.subject_by_name),
        "recoloured": ", ".join(subject.name for subject in subjects if subject.colours),
    }


def _listed(shares: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {share:.0%}" for name, share in shares.items())
