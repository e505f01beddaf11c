"""Builds the pack out of its packages, source by source: which builder takes which package. Draws nothing."""

from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path

from outcrop.training.pack.archives import Files, deb_files, npm_files
from outcrop.training.pack.clipart import build_clipart
from outcrop.training.pack.emoji import Emoji, build_renders, read_emoji
from outcrop.training.pack.fetch import fetch
from outcrop.training.pack.icons import build_emoji, build_icons
from outcrop.training.pack.models import build_views
from outcrop.training.pack.panoramas import build_panoramas
from outcrop.training.pack.picture import Picture
from outcrop.training.pack.portraits import build_portraits
from outcrop.training.pack.write import Row, rows_of, write_index, write_svgs, write_tar
from outcrop.training.sources import Registry, Source, Sources

_NAMES = ("emojibase-data", "emojilib")
_BLENDER, _ASSETS = "blender-data", "@pmndrs/assets"
_TEXTS = frozenset({"emoji", "icons", "clipart", "portraits"})

Unpack = Callable[[str], Files]
"""The files of a package, by its name."""


def unpacker(sources: Sources, mirrors: Mapping[Registry, str], cache: Path) -> Unpack:
    """Fetch packages of the list when they are asked for."""
    by_name = {package.name: package for package in sources.packages}

    def unpack(name: str) -> Files:
        package = by_name[name]
        content = fetch(package, mirrors, cache)
        return npm_files(content) if package.registry is Registry.NPM else deb_files(content)

    return unpack


def build_pack(
    sources: Sources, wanted: Collection[str], unpack: Unpack, folder: Path, report: Callable[[str], None]
) -> None:
    """Build the wanted sources and write them with their index; an empty wish is all of them."""
    folder.mkdir(parents=True, exist_ok=True)
    emoji = read_emoji(unpack(_NAMES[0]), unpack(_NAMES[1]), sources.emoji_left_out)
    rows: list[Row] = []
    for source in sources.sources:
        if wanted and source.name not in wanted:
            continue
        pictures = list(build(source, unpack, emoji))
        write = write_svgs if source.build in _TEXTS else write_tar
        write(folder, source.name, pictures)
        rows += rows_of(source.name, source.style, pictures) if source.build != "panoramas" else []
        report(f"{source.name}: {len(pictures)} pictures; the pack this list describes has {source.drawings}")
    write_index(folder, rows, emoji)


def build(source: Source, unpack: Unpack, emoji: Mapping[str, Emoji]) -> Iterator[Picture]:
    """The pictures of one source.

    Raises: ValueError where the list names a builder that there is not.
    """
    packages = {name: unpack(name) for name in source.packages if name not in _NAMES}
    first = packages[source.packages[0]]
    match source.build:
        case "emoji":
            yield from build_emoji(first, emoji)
        case "renders":
            yield from build_renders(first, emoji)
        case "icons":
            yield from build_icons(first, source.leave_out)
        case "clipart":
            yield from build_clipart(first, source.leave_out)
        case "portraits":
            yield from build_portraits(first, [style for credit in source.credits for style in credit.works])
        case "views":
            yield from build_views(first)
        case "panoramas":
            yield from build_panoramas(packages[_BLENDER], "usr/share/blender/datafiles/studiolights/world", "b_")
            yield from build_panoramas(packages[_ASSETS], "hdri", "p_")
        case other:
            raise ValueError(f"{source.name} asks for the builder {other!r}, which there is not")
