"""A picture that is kept on a server. Knows how to fetch it; knows no set."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from outcrop.client.wire import Wire


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A draft or a final that is there."""

    asset: str
    """Its id among the assets."""
    number: int
    """The draft's number in its set; a final has that of its draft."""
    seed: int
    model: str
    wire: Wire = field(repr=False, compare=False)

    def read(self) -> bytes:
        """Its file.

        Raises: Denied when it is held for a review; NoSuchResource when it was deleted; Unavailable.
        """
        return self.wire.fetch(f"/v1/assets/{self.asset}/content")

    def save(self, path: str | Path) -> Path:
        """Write its file, in place of one that is there.

        Raises: as `read`; OSError when it cannot be written.
        """
        place = Path(path)
        place.write_bytes(self.read())
        return place

    def lineage(self) -> dict[str, Any]:
        """What it came from and what came of it."""
        return self.wire.ask("GET", f"/v1/assets/{self.asset}/lineage")
