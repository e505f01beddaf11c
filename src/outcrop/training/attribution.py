"""Writes who made the drawings that the embedded model learned from, out of data. Reads no picture and no package."""

from outcrop.training.sources import Credit, Package, Source, Sources

_HEAD = """# Who made the drawings of the corpus

Written by `python -m outcrop.training attribution` out of
[`sources.toml`](../../src/outcrop/training/data/sources.toml) and
[`credits.toml`](../../src/outcrop/training/data/credits.toml); change those, not this page. The corpus is what the
embedded model may learn from; [DATA.md](DATA.md) says which sources the shipped weights did learn from. "Used" are the
drawings that [`filter.toml`](../../src/outcrop/training/data/filter.toml) lets through. The package holds none of them.
Nobody named here endorses Outcrop or its model.
"""


def attribution(sources: Sources) -> str:
    """The whole page."""
    parts = [_HEAD, _table(sources), *(_section(source, sources) for source in sources.sources), _packages(sources)]
    return "\n".join(parts)


def _table(sources: Sources) -> str:
    lines = ["| source | title | authors | licence | drawings | used |", "| --- | --- | --- | --- | --- | --- |"]
    for each in sources.sources:
        cells = (f"`{each.name}`", f"[{each.title}]({each.origin})", each.authors, _licence(each.licence, sources))
        lines.append(f"| {' | '.join(cells)} | {each.drawings:,} | {each.used:,} |")
    drawings, used = (sum(getattr(each, name) for each in sources.sources) for name in ("drawings", "used"))
    return "\n".join([*lines, f"| all | | | | {drawings:,} | {used:,} |", ""])


def _section(source: Source, sources: Sources) -> str:
    packages = ", ".join(f"`{name}`" for name in source.packages)
    licence = _licence(source.licence, sources)
    lines = [
        f"## {source.title} (`{source.name}`)",
        "",
        f"By {source.authors}. Licence: {licence}. Origin: <{source.origin}>, by way of {packages}.",
        f"What was changed: {source.changes}.{f' {source.note}' if source.note else ''}",
        "",
        *(_credit(credit, sources) for credit in source.credits),
    ]
    return "\n".join([*lines, ""] if source.credits else lines)


def _credit(credit: Credit, sources: Sources) -> str:
    author = f"[{credit.author}]({credit.link})" if credit.link else credit.author
    works = f": {', '.join(credit.works)}" if credit.works else ""
    return f"- {author}, {_licence(credit.licence, sources)}{works}"


def _packages(sources: Sources) -> str:
    lines = [
        "## Packages",
        "",
        "| package | version | registry | checksum | words by |",
        "| --- | --- | --- | --- | --- |",
    ]
    return "\n".join([*lines, *(_package(each) for each in sources.packages), ""])


def _package(package: Package) -> str:
    return f"| `{package.name}` | {package.version} | {package.registry} | `{package.integrity}` | {package.notice} |"


def _licence(expression: str, sources: Sources) -> str:
    """A licence expression with a link at each of its licences. Source: SPDX 2.3, annex D."""
    return " and ".join(f"[{name}]({sources.licences[name]})" for name in expression.split(" AND "))
