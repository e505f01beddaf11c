"""What a folder of weights says of its licence. Knows the head of a model card; judges nothing.

Source: Hugging Face Hub documentation, "Model cards": a README.md that begins with fields between two lines of dashes.
"""

import re
from pathlib import Path
from typing import Final

HEAD_CHARS: Final = 65_536
LONGEST: Final = 100
_HEAD: Final = re.compile(r"---\n(.*?)\n---\n", re.DOTALL)
_FIELD: Final = re.compile(r"^(license_name|license): *[\"']?([^\"'\n]+?)[\"']? *$", re.MULTILINE)


def read_licence(folder: Path) -> str | None:
    """The licence that the README.md among the weights names; None where it names none.

    A licence that the Hub has no name for is `other` there, and has its own in `license_name`.
    """
    try:
        with (folder / "README.md").open(encoding="utf-8", errors="replace", newline=None) as file:
            head = _HEAD.match(file.read(HEAD_CHARS))
    except OSError:
        return None
    fields = dict(_FIELD.findall(head[1])) if head else {}
    found = fields.get("license_name") or fields.get("license")
    return None if found is None else found[:LONGEST]
