"""Looks after assets for the command line, those of every account. Knows library and screen; knows no options."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast, get_args

import typer

from outcrop.access.asset_links import sign_link
from outcrop.access.directory import Directory
from outcrop.assets.darkroom import Darkroom
from outcrop.assets.library import Library
from outcrop.assets.licence import licence_text
from outcrop.assets.renditions import Fit, RenditionFormat, Wanted
from outcrop.assets.retention import Retention
from outcrop.assets.sweep import sweep
from outcrop.cli.directory import open_directory
from outcrop.cli.tables import day_and_time, print_table
from outcrop.cli.wiring import open_catalog, open_shelves
from outcrop.errors import InvalidRequest, NoSuchResource, StorageFailed
from outcrop.jobs.desk import open_library
from outcrop.settings import Settings
from outcrop.store.accounts import find_account
from outcrop.store.assets import Asset, SoughtAssets, children_of, find_asset, put_asset_tags
from outcrop.store.database import Connection
from outcrop.store.documents import find_document, put_document

PROMPT_CHARS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which assets are to be listed."""

    text: str
    tags: tuple[str, ...]
    campaign: str | None
    model: str | None
    account: str | None
    most: int

    def named(self) -> dict[str, str | None]:
        """What is looked for, as it was written, by its name."""
        tags = ", ".join(self.tags)
        return {
            "text": self.text or None,
            "tag": tags or None,
            "campaign": self.campaign,
            "model": self.model,
            "account": self.account,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The library, as another process than the server's."""

    directory: Directory
    library: Library
    darkroom: Darkroom

    def find(self, asset_id: str) -> Asset:
        """An asset of any account.

        Raises: NoSuchResource when there is none of that id.
        """
        with self.library.database.reading() as connection:
            asset = find_asset(connection, asset_id)
        if asset is None:
            raise NoSuchResource(f"There is no asset '{asset_id[:40]}'; `outcrop assets list` shows them.")
        return asset


def show_assets(settings: Settings, filter_: Filter) -> None:
    """Print the newest assets.

    Raises: NoSuchResource when there is no such account; NoSuchModel when there is no such model.
    """
    model = None if filter_.model is None else open_catalog(settings).model_named(filter_.model).id
    with _opened(settings) as opened, opened.library.database.reading() as connection:
        sought = SoughtAssets(
            account_id=None if filter_.account is None else _account(connection, filter_.account),
            words=filter_.text.split(),
            tags=tuple(_tag(text) for text in filter_.tags),
            campaign=filter_.campaign,
            model_id=model,
            most=filter_.most,
        )
        rows = [
            (
                one.id,
                day_and_time(one.created_at),
                one.account_id,
                f"{one.width}x{one.height}",
                one.format,
                _called(one),
            )
            for one in opened.library.search(connection, sought)
        ]
    print_table(("asset", "made", "account", "size", "format", "name or prompt"), rows, sought=filter_.named())


def show_asset(settings: Settings, asset_id: str) -> None:
    """Print all there is to know of an asset.

    Raises: NoSuchResource when there is none of that id.
    """
    with _opened(settings) as opened:
        asset = opened.find(asset_id)
        with opened.library.database.reading() as connection:
            children = children_of(connection, asset.id)
    told = {
        "asset": asset.id,
        "account": asset.account_id,
        "user": asset.user_name,
        "made": day_and_time(asset.created_at),
        "kind": asset.kind,
        "file": f"{asset.format}, {asset.width}x{asset.height}, {asset.size_bytes:,} bytes",
        "digest": asset.digest,
        "delivered": "yes" if asset.held is None else f"no: {asset.held}",
        "kept": "whatever rules say" if asset.pinned else "as rules say",
        "name": asset.name,
        "alt": asset.alt,
        "campaign": asset.campaign,
        "tags": ", ".join(f"{key}:{value}" if value else key for key, value in asset.tags.items()),
        "model": asset.model_id,
        "operation": asset.operation,
        "prompt": asset.prompt,
        "negative prompt": asset.negative_prompt,
        "seed": asset.seed,
        "job": asset.job_id,
        "set": asset.set_id,
        "made from": ", ".join(f"{one.asset_id} ({one.role})" for one in asset.parents),
        "came of it": ", ".join(one.id for one in children),
        "licence": licence_text(asset).replace("\n", "; "),
        "recipe": asset.recipe,
    }
    width = max(map(len, told))
    for name, value in told.items():
        if value not in {None, ""}:
            typer.echo(f"{name:{width}}  {value}")


def read_wanted(width: int | None, height: int | None, fit: str, format_: str | None, quality: int | None) -> Wanted:
    """The rendition that options ask for.

    Raises: InvalidRequest when there is no such way to fit, or no such format.
    """
    for name, value, known in (("fit", fit, get_args(Fit)), ("format", format_, (None, *get_args(RenditionFormat)))):
        if value not in known:
            raise InvalidRequest(f"There is no {name} '{value}'; there are {', '.join(filter(None, known))}.")
    return Wanted(
        width=width,
        height=height,
        fit=cast("Fit", fit),
        format=cast("RenditionFormat | None", format_),
        quality=quality,
    )


def write_asset(settings: Settings, asset_id: str, wanted: Wanted, output: Path | None) -> None:
    """Write an asset's file, or a rendition of it.

    Raises: NoSuchResource when there is none of that id; Denied when it is held; StorageFailed.
    """
    with _opened(settings) as opened:
        asset = opened.find(asset_id)
        made = opened.darkroom.deliver(asset, wanted)
    file = output or Path(f"{asset_id}.{made.format}")
    try:
        file.write_bytes(made.file)
    except OSError as error:
        raise StorageFailed(f"{file} cannot be written: {error.strerror}.") from None
    typer.echo(f"{file}: {made.format}, {len(made.file):,} bytes.")
    typer.secho(licence_text(asset), err=True)


def tag_asset(settings: Settings, asset_id: str, tags: Sequence[str], removed: Sequence[str]) -> None:
    """Change an asset's tags.

    Raises: NoSuchResource when there is none of that id.
    """
    with _opened(settings) as opened:
        asset = opened.find(asset_id)
        put = {key: value or "" for key, value in map(_tag, tags)}
        left = {key: value for key, value in (dict(asset.tags) | put).items() if key not in removed}
        with opened.library.database.writing() as connection:
            put_asset_tags(connection, asset, left)
    typer.echo(f"Asset {asset.id} has {', '.join(sorted(left)) or 'no tags'}.")


def delete_assets(settings: Settings, ids: Sequence[str]) -> None:
    """Delete assets for good.

    Raises: NoSuchResource when there is none of one id, and then none is deleted; StorageFailed.
    """
    with _opened(settings) as opened:
        found = [opened.find(one) for one in ids]
        with opened.library.database.writing() as connection:
            for asset in found:
                opened.library.delete(connection, asset)
        files = opened.library.erase()
    typer.echo(f"Deleted: {len(found)} assets, {files} files.")


def link_asset(settings: Settings, asset_id: str, wanted: Wanted, expires_s: int, server: str | None = None) -> None:
    """Print a link to an asset or a rendition of it, at a server or where the settings say that there is one.

    Raises: NoSuchResource when there is none of that id; Denied when it is held; InvalidRequest when it cannot be made.
    """
    with _opened(settings) as opened:
        asset = opened.find(asset_id)
        opened.darkroom.deliver(asset, wanted)
        said = {"width": wanted.width, "height": wanted.height, "format": wanted.format}
        query = [(name, str(value)) for name, value in sorted(said.items()) if value is not None]
        until = int(opened.directory.now()) + expires_s
        signed = sign_link(opened.directory.seal, asset.id, query, until)
    scheme = "https" if settings.tls or settings.certificate is not None else "http"
    base = server or settings.public_url or f"{scheme}://{settings.host}:{settings.port}"
    typer.echo(f"{base.rstrip('/')}/pictures/{asset.id}?{signed}")


def keep_retention(settings: Settings, account: str, file: Path | None) -> None:
    """Print an account's rules, once those of a file are put in their place.

    Raises: NoSuchResource when there is no such account; InvalidRequest when the file is none of rules.
    """
    with _opened(settings) as opened:
        with opened.library.database.reading() as connection:
            account_id = _account(connection, account)
            content = find_document(connection, account_id, "asset_retention")
        retention = Retention() if content is None else Retention.read(content)
        if file is not None:
            retention = Retention.read(_text(file))
            with opened.library.database.writing() as connection:
                put_document(connection, account_id, "asset_retention", retention.written())
    typer.echo(json.dumps(retention.described(), indent=2, ensure_ascii=False))


def sweep_assets(settings: Settings) -> None:
    """Keep house once, and tell what that came to.

    Raises: StorageFailed when a place cannot be reached.
    """
    with _opened(settings) as opened:
        swept = sweep(opened.library)
    typer.echo(f"{swept.expired} assets expired, {swept.erased} files removed, {swept.orphans} orphans found.")


@contextmanager
def _opened(settings: Settings) -> Iterator[Opened]:
    shelves = open_shelves(settings)
    with open_directory(settings) as directory:
        library = open_library(directory.database, shelves, directory.now)
        yield Opened(directory=directory, library=library, darkroom=Darkroom(library, shelves.renditions))


def _account(connection: Connection, named: str) -> str:
    account = find_account(connection, named)
    if account is None:
        raise NoSuchResource(f"There is no account '{named[:40]}'; `outcrop users list` shows them.")
    return account.id


def _tag(text: str) -> tuple[str, str | None]:
    key, colon, value = text.partition(":")
    if not 0 < len(key) <= 128 or len(value) > 256 or not text.isprintable():
        raise InvalidRequest(f"{text[:80]!r} is no tag; write key or key:value, of at most 128 and 256 characters.")
    return key, value if colon else None


def _size(asset: Asset) -> str:
    return f"{asset.width}x{asset.height}"


def _called(asset: Asset) -> str:
    text = (asset.name or asset.prompt or "").replace("\n", " ")
    return text if len(text) <= PROMPT_CHARS else text[: PROMPT_CHARS - 1] + "…"


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidRequest(f"The rules {file} cannot be read: {error}.") from None
