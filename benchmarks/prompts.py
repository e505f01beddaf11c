"""Precision and recall of the rules for prompts on labelled prompts, and how long reading one takes.

`python -m benchmarks.prompts` reads those that the rules were tuned on; `held_out` and `fresh`, named after it, are
those that they were not. What each gave when it was first read stands in `labelled/first_readings.json`.
"""

import argparse
import json
import time
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from outcrop.safety.prompts import Verdict, check
from outcrop.safety.rulebook import CATEGORIES

FOLDER = Path(__file__).parent / "labelled"
INNOCENT = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A prompt, and what it asks for."""

    text: str
    category: str
    """`none` is innocent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How well a category is found. A find counts from medium confidence on."""

    category: str
    prompts: int
    found: int
    innocent_found: int
    """Innocent prompts in which it is found as well."""

    @property
    def precision(self) -> float:
        """Of what is found in it among its own and the innocent prompts; others may ask for both."""
        return self.found / max(self.found + self.innocent_found, 1)

    @property
    def recall(self) -> float:
        """Of its prompts."""
        return self.found / max(self.prompts, 1)


def labelled(name: str) -> list[Labelled]:
    """The prompts of a file."""
    content = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    return [Labelled(text=text, category=one["category"]) for one in content["prompts"] for text in one["texts"]]


def scores(prompts: Sequence[Labelled]) -> Iterator[Score]:
    """The score of each category."""
    found = [(one, _found(check(one.text))) for one in prompts]
    for category in CATEGORIES:
        own = [categories for one, categories in found if one.category == category]
        innocent = [categories for one, categories in found if one.category == INNOCENT]
        yield Score(
            category=category,
            prompts=len(own),
            found=sum(category in categories for categories in own),
            innocent_found=sum(category in categories for categories in innocent),
        )


def _found(verdict: Verdict) -> set[str]:
    return {finding.category for finding in verdict.findings if finding.confidence != "low"}


def microseconds(prompts: Sequence[Labelled], rounds: int = 20) -> list[float]:
    """The least of some rounds for each prompt: what others do on the machine only adds."""
    took = []
    for one in prompts:
        check(one.text)
        times = []
        for _ in range(rounds):
            began = time.perf_counter()
            check(one.text)
            times.append(time.perf_counter() - began)
        took.append(min(times) * 1e6)
    return sorted(took)


def main() -> None:
    """Print the scores, what went wrong, and the times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("set", nargs="?", default="tuning", choices=["tuning", "held_out", "fresh"])
    parser.add_argument("--wrong", action="store_true", help="show each prompt that is judged wrongly")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    options = parser.parse_args()
    name = options.set
    prompts = labelled(name)
    found = list(scores(prompts))
    print(f"{name}: {len(prompts)} prompts, {sum(one.category == INNOCENT for one in prompts)} innocent")
    for score in found:
        print(
            f"  {score.category:<12} precision {score.precision:.2f}  recall {score.recall:.2f}  "
            f"({score.found} of {score.prompts}; innocent {score.innocent_found})"
        )
    blocked = [one for one in prompts if one.category == INNOCENT and check(one.text).blocked]
    print(f"  innocent prompts that are blocked: {len(blocked)}")
    took = microseconds(prompts)
    print(f"  microseconds a prompt: median {median(took):.0f}, 95 of 100 below {took[len(took) * 95 // 100]:.0f}")
    if options.wrong:
        _show_wrong(prompts)
    if options.json:
        figures = [asdict(score) | {"precision": score.precision, "recall": score.recall} for score in found]
        told = {"set": name, "prompts": len(prompts), "scores": figures, "innocent_blocked": len(blocked)}
        options.json.write_text(
            json.dumps(told | {"median_us": round(median(took))}, indent=2) + "\n", encoding="utf-8"
        )


def _show_wrong(prompts: Sequence[Labelled]) -> None:
    for one in prompts:
        verdict = check(one.text)
        categories = _found(verdict)
        if (one.category == INNOCENT and categories) or (one.category != INNOCENT and one.category not in categories):
            terms = [(finding.category, finding.term, finding.confidence) for finding in verdict.findings]
            print(f"  {one.category}: {one.text!r} {terms}")


if __name__ == "__main__":
    main()
