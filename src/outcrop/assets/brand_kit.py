"""An account's brand: its colours, its words, its logo and where that goes. Knows a document; applies nothing."""

import json
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

from outcrop.assets.stamp import Corner, Plate, Stamp
from outcrop.store.documents import Kind

DOCUMENT: Final[Kind] = "brand_kit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Colour:
    """A colour of the palette."""

    name: str
    """As a prompt says it."""
    hex: str
    """As #rrggbb."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Logo:
    """Which picture is the logo, and where it goes. Units: as `Stamp` has them."""

    asset: str
    corner: Corner = "bottom-right"
    size: float = 0.2
    margin: float = 0.04
    opacity: float = 1.0
    plate: Plate = "auto"

    def stamp(self, digest: str) -> Stamp:
        """The same, of the file that the asset has."""
        return Stamp(
            digest=digest,
            corner=self.corner,
            size=self.size,
            margin=self.margin,
            opacity=self.opacity,
            plate=self.plate,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandKit:
    """What an account wants its pictures to be like, where somebody chooses so."""

    palette: tuple[Colour, ...] = ()
    use: tuple[str, ...] = ()
    """Words for prompts."""
    avoid: tuple[str, ...] = ()
    """Words that prompts should not have."""
    logo: Logo | None = None

    @classmethod
    def of(cls, given: Any) -> Self:  # noqa: ANN401  JSON that the contract has passed
        """The kit that a document is."""
        logo = given.get("logo")
        return cls(
            palette=tuple(Colour(**one) for one in given.get("palette", ())),
            use=tuple(given.get("use", ())),
            avoid=tuple(given.get("avoid", ())),
            logo=None if logo is None else Logo(**logo),
        )

    @classmethod
    def read(cls, content: str | None) -> Self:
        """The kit that was written; an empty one where there is none."""
        return cls() if content is None else cls.of(json.loads(content))

    def written(self) -> str:
        """The document."""
        return json.dumps(asdict(self))
