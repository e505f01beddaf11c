"""Verifies pictures of files for the operator: every account's marks and assets. Knows files and tables alone."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import typer
from PIL import Image

from outcrop.api.rest.verification import LIMITS, credentials_of, found_asset, watermark_of
from outcrop.assets.matching import Match
from outcrop.cli.directory import open_directory
from outcrop.cli.tables import day_and_time, print_table
from outcrop.cli.wiring import open_verifier
from outcrop.dialects.pictures import decode_picture
from outcrop.errors import InvalidRequest
from outcrop.provenance.credentials import Credentials
from outcrop.provenance.verify import Verified, Verifier
from outcrop.settings import Settings
from outcrop.store.database import FILE_NAME, Database

HEADINGS: Final = ("file", "watermark", "credentials", "asset")


def verify_files(files: Sequence[Path], settings: Settings, *, as_json: bool) -> None:
    """Print what can be proved about each file.

    Raises: InvalidRequest when one is no picture; BadSettings when the keys or roots cannot be read.
    """
    verifier = open_verifier(settings)
    rows: list[tuple[str, str, str, str]] = []
    with _database(settings) as database:
        for file in files:
            verified = _verified(file, verifier)
            match, by = (None, None) if database is None else found_asset(database, verified, None)
            if as_json:
                typer.echo(json.dumps(_told(file, verified, match, by)))
            rows.append((str(file), _mark(verified), _credentials(verified.credentials), _asset(match)))
    if not as_json:
        print_table(HEADINGS, rows)


@contextmanager
def _database(settings: Settings) -> Iterator[Database | None]:
    """The database, where there is one: verifying makes none."""
    if settings.database is None and not (settings.home / FILE_NAME).exists():
        yield None
        return
    with open_directory(settings) as directory:
        yield directory.database


def _verified(file: Path, verifier: Verifier) -> Verified:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise InvalidRequest(f"{file} cannot be read: {error.strerror}.") from None
    bitmap = decode_picture(content, str(file), LIMITS)
    return verifier.verify(content, Image.frombytes("RGB", (bitmap.size.width, bitmap.size.height), bitmap.rgb))


def _told(file: Path, verified: Verified, match: Match | None, by: str | None) -> dict[str, object]:
    return {
        "file": str(file),
        "watermark": watermark_of(verified, None),
        "credentials": credentials_of(verified.credentials),
        "match": {
            "asset": None if match is None else match.asset.id,
            "by": by,
            "bitsApart": None if match is None else match.distance,
        },
    }


def _mark(verified: Verified) -> str:
    if verified.watermark is None:
        return "none"
    said = verified.watermark.payload
    whose = "the command line" if said.account is None else f"account {said.account}"
    fits = {True: "", False: ", of another picture", None: ", of a part or turned"}[verified.fits]
    return f"{whose}, {day_and_time(said.at)}{fits}"


def _credentials(found: Credentials) -> str:
    match found.state:
        case "none":
            return "none"
        case "invalid":
            return f"do not hold: {', '.join(found.reasons)}"
        case "untrusted":
            return f"whole, by a stranger: {found.signer}"
        case "trusted":
            return f"hold: {found.generator}, {found.model or ', '.join(found.actions)}"


def _asset(match: Match | None) -> str:
    return "none" if match is None else f"{match.asset.id} of {match.asset.user_name}"
