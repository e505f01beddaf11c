"""Another reader of C2PA than the reference, which shares no code with it, agrees on what Outcrop signs.

WebP is not among the formats that it knows: `webp.mjs` finds the manifest in such a file, and the reader does the rest,
the manifest, its signature, and the hash over the file.
"""

import json
import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from outcrop.provenance.credentials import Parent, sign
from outcrop.provenance.manifest import GENERATED, IN_PART, manifest
from outcrop.request import OutputFormat
from tests.marking import chain, marks
from tests.provenance.test_credentials import CREATED, EDITED, WHEN, created, picture

HERE = Path(__file__).parent / "javascript"
NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(
    NODE is None or not (HERE / "node_modules").is_dir(), reason="node and its packages: make javascript"
)


def read(*files: bytes, folder: Path) -> list[dict[str, Any]]:
    """What it says of files."""
    paths = [folder / str(number) for number, _ in enumerate(files)]
    for path, content in zip(paths, files, strict=True):
        path.write_bytes(content)
    done = subprocess.run(
        [str(NODE), str(HERE / "read.mjs"), *map(str, paths)], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_what_was_made_of_words(tmp_path: Path) -> None:
    """By whom, of what kind, and nothing in the way of believing it."""
    for told in read(created("png"), created("jpeg"), created("webp"), folder=tmp_path):
        assert (told["valid"], told["failures"], told["generator"]) == (True, [], "Outcrop")
        assert told["actions"] == [
            {"action": "c2pa.created", "digitalSourceType": GENERATED, "softwareAgent": {"name": CREATED.agent}}
        ]


def test_what_was_made_of_another_picture(tmp_path: Path) -> None:
    """With the other's own manifest as its ingredient's."""
    edited = sign(picture("jpeg"), "jpeg", manifest(EDITED, WHEN), chain(), Parent(file=created("png")))
    (told,) = read(edited, folder=tmp_path)
    assert (told["valid"], told["failures"], told["manifests"]) == (True, [], 2)
    assert any(label.startswith("c2pa.ingredient") for label in told["labels"])
    assert [one["action"] for one in told["actions"]] == ["c2pa.opened", "c2pa.edited"]
    assert told["actions"][-1]["digitalSourceType"] == IN_PART


def test_renditions(tmp_path: Path) -> None:
    """Another format of a signed picture, JPEG, AVIF or WebP, has that picture as its parent."""
    parent, files = created("png"), []
    for kind in ("jpeg", "avif", "webp"):
        out = BytesIO()
        Image.open(BytesIO(parent)).convert("RGB").save(out, kind)
        files.append(marks().sign_rendition(out.getvalue(), kind, parent))
    for told in read(*files, folder=tmp_path):
        assert (told["valid"], told["failures"], told["manifests"]) == (True, [], 2)
        assert [one["action"] for one in told["actions"]] == ["c2pa.opened", "c2pa.transcoded"]


@pytest.mark.parametrize(("kind", "pixels"), [("png", b"IDAT"), ("webp", b"VP8")])
def test_what_was_changed_or_stripped(tmp_path: Path, kind: OutputFormat, pixels: bytes) -> None:
    """One bit of the pixels breaks the seal; a file saved anew has none."""
    whole = created(kind)
    changed = bytearray(whole)
    changed[whole.index(pixels, 30) + 40] ^= 1
    out = BytesIO()
    Image.open(BytesIO(whole)).save(out, kind)
    broken, stripped = read(bytes(changed), out.getvalue(), folder=tmp_path)
    assert (broken["valid"], broken["failures"]) == (False, ["assertion.dataHash.mismatch"])
    assert (stripped["readable"], stripped["manifest"]) == (True, False)


def test_the_reader_is_another_one() -> None:
    """Its packages are those of the lock file, none of them the reference's."""
    lock = json.loads((HERE / "package-lock.json").read_text(encoding="utf-8"))
    assert "node_modules/@trustnxt/c2pa-ts" in lock["packages"]
    assert not [name for name in lock["packages"] if "contentauth" in name]
