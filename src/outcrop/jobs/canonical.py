"""JSON in one form, so that equal documents have equal bytes. Knows no document."""

import json


def canonical(document: object) -> str:
    """A JSON document in one form, however it was written."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
