"""Who made the drawings is told for every source, and the page in the repository is what the data say."""

import json
import lzma
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import outcrop.training.filter
from outcrop.training.attribution import attribution
from outcrop.training.filter import load_filter
from outcrop.training.sources import load_sources

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "model" / "ATTRIBUTION.md"
DATA = Path(outcrop.training.filter.__file__).parent / "data"
CORPUS = ROOT.parent / "shared" / "corpus"


def strings(value: Any) -> Iterator[str]:  # noqa: ANN401  # what TOML may hold
    """Every text in a value of a TOML file, keys left out."""
    match value:
        case str():
            yield value
        case list():
            for each in value:
                yield from strings(each)
        case dict():
            for each in value.values():
                yield from strings(each)


def named_sources(value: Any) -> Iterator[str]:  # noqa: ANN401  # what TOML may hold
    """Every text under a key `source` or `sources`."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from strings(each) if key in {"source", "sources"} else named_sources(each)
    elif isinstance(value, list):
        for each in value:
            yield from named_sources(each)


def test_the_page_is_what_the_command_writes() -> None:
    """Run `python -m outcrop.training attribution` after a change of the data."""
    assert PAGE.read_text(encoding="utf-8") == attribution(load_sources())


@pytest.mark.parametrize(
    "path",
    sorted(set(DATA.glob("*.toml")) - {DATA / "sources.toml", DATA / "credits.toml"}),
    ids=lambda path: path.name,
)
def test_every_source_that_training_names_is_attributed(path: Path) -> None:
    """No list of subjects, grounds or styles draws on a source that the page does not have."""
    known = {source.name for source in load_sources().sources}
    assert set(named_sources(tomllib.loads(path.read_text(encoding="utf-8")))) <= known


def test_the_lists_do_name_sources() -> None:
    """The test above looks at something."""
    assert set(named_sources(tomllib.loads((DATA / "subjects.toml").read_text(encoding="utf-8"))))


def test_every_licence_and_package_is_known() -> None:
    """Each licence has its text's address; each source's packages are pinned."""
    sources = load_sources()
    packages = {package.name for package in sources.packages}
    for source in sources.sources:
        assert set(source.packages) <= packages
        for expression in (source.licence, *(credit.licence for credit in source.credits)):
            assert set(expression.split(" AND ")) <= set(sources.licences)
        assert {credit.licence for credit in source.credits} <= set(source.licence.split(" AND ")) | {"CC0-1.0"}
        assert 0 < source.used <= source.drawings
    assert {name for source in sources.sources for name in source.packages} == packages


def test_each_author_with_works_of_their_own_is_on_the_page() -> None:
    """Sources whose drawings have different authors list them."""
    page = PAGE.read_text(encoding="utf-8")
    for name in ("dicebear", "game-icons", "sh3d"):
        listed = load_sources().named(name).credits
        assert listed
        assert [
            credit.author
            for credit in listed
            if f"- [{credit.author}]" not in page and f"- {credit.author}," not in page
        ] == []


def test_the_data_page_has_each_source_with_its_numbers() -> None:
    """What DATA.md says of the corpus is what the data say."""
    lines = (ROOT / "docs" / "model" / "DATA.md").read_text(encoding="utf-8").splitlines()
    for source in load_sources().sources:
        (line,) = [line for line in lines if line.startswith(f"| `{source.name}` |")][:1]
        assert line.endswith(f"| {source.drawings:,} | {source.used:,} |")


def test_an_unknown_source_is_refused() -> None:
    """The error lists those that there are."""
    with pytest.raises(KeyError, match="twemoji"):
        load_sources().named("openmoji")


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus does not lie beside the checkout")
def test_the_numbers_of_drawings_are_those_of_the_pack() -> None:
    """How many there are, and how many the filter lets through."""
    with lzma.open(CORPUS / "index.json.xz", "rt") as file:
        rows = json.load(file)["index"]
    rules = load_filter()
    every = Counter(row["src"] for row in rows)
    used = Counter(
        row["src"] for row in rows if rules.against(row["name"], row.get("kw", ()), row.get("cat", "")) is None
    )
    drawn = [source for source in load_sources().sources if source.build != "panoramas"]
    assert {source.name: (source.drawings, source.used) for source in drawn} == {
        name: (every[name], used[name]) for name in every
    }
