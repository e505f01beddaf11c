"""What a folder of weights says of its licence, and what is known of that one. Knows model cards; judges nothing.

Source: Hugging Face Hub documentation, "Model cards": a README.md that begins with fields between two lines of dashes.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

HEAD_CHARS: Final = 65_536
LONGEST: Final = 100
_HEAD: Final = re.compile(r"---\n(.*?)\n---\n", re.DOTALL)
_FIELD: Final = re.compile(r"^(license_name|license_link|license): *[\"']?([^\"'\n]+?)[\"']? *$", re.MULTILINE)
_ADDRESS: Final = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&()*+,;=%-]{1,500}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """On which terms weights are used, and so the pictures that they draw."""

    name: str | None = None
    """As the folder of the weights names it; None where it does not."""
    title: str | None = None
    url: str | None = None
    """Where it can be read."""
    terms: str | None = None
    """What it comes to for pictures, in a sentence or two, or what the operator says of that."""


def read_licence(folder: Path) -> Licence | None:
    """The licence that the README.md among the weights names; None where it names none.

    A licence that the Hub has no name for is `other` there, and has its own in `license_name`.
    """
    try:
        with (folder / "README.md").open(encoding="utf-8", errors="replace", newline=None) as file:
            head = _HEAD.match(file.read(HEAD_CHARS))
    except OSError:
        return None
    fields = dict(_FIELD.findall(head[1])) if head else {}
    name = (fields.get("license_name") or fields.get("license") or "")[:LONGEST]
    if not name:
        return None
    known = _known().get(name.lower(), Licence())
    link = fields.get("license_link", "")
    return replace(known, name=name, url=link if known.url is None and _ADDRESS.fullmatch(link) else known.url)


def with_terms(licence: Licence | None, terms: str | None) -> Licence | None:
    """A licence with what the operator says of its terms, which goes before what is known of it."""
    return licence if terms is None else replace(licence or Licence(), terms=terms)


@cache
def _known() -> Mapping[str, Licence]:
    """By the names that model cards have for them."""
    text = (resources.files("outcrop.catalog") / "data" / "licences.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(text)["licences"]
    return {name: Licence(title=told["title"], url=told["url"], terms=told["terms"]) for name, told in tables.items()}
