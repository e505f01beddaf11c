"""What a builder makes of a package: pictures with what is known of them. Knows no packages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One picture of the pack: an SVG text or the bytes of a WebP file.

    member is its name in a tar, where it has one of its own; line_art says that it has no colours (None: not known).
    """

    label: str
    content: bytes
    member: str = ""
    category: str = ""
    keywords: tuple[str, ...] = ()
    line_art: bool | None = None
