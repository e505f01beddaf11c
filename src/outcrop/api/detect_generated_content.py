"""The operation of `bedrock-runtime` that tells whether a picture was generated here: by its invisible mark alone.

It is in no published service model. Its members are those of AWS's programs for its preview, its path is the one that
client programs without a model of it send it to, and its permission is IAM's; see docs/compatibility.md. Source: the
service authorization reference of Amazon Bedrock, "DetectGeneratedContent".
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from outcrop.api.constraints import refuse
from outcrop.api.invoked import Invocable
from outcrop.api.json_object import Text, read_object
from outcrop.api.shapes import Members, misfits
from outcrop.dialects.pictures import PictureLimits, read_picture
from outcrop.errors import InvalidRequest, Unsupported
from outcrop.jobs.looking import pixels_of
from outcrop.provenance.verify import Verifier
from outcrop.request import Bitmap

LIMITS: Final = PictureLimits(min_side=16, max_pixels=16_777_216)
MOST_CHARS: Final = 25_000_000
"""Of base64: as a body has."""
READABLE_PIXELS: Final = 384 * 384
"""Below which a mark may well be lost, so that not to find one says little."""

Confidence = Literal["LOW", "MEDIUM", "HIGH"]

SURE: Final[Mapping[bool | None, Confidence]] = {True: "HIGH", None: "MEDIUM", False: "LOW"}
"""By whether a mark was made for its picture."""

_IMAGE: Final = Members(fields={"bytes": Text(most=MOST_CHARS)})
_BODY: Final = Members(
    fields={"foundationModelId": Text(most=2048), "content": Members(fields={"imageContent": _IMAGE})}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """What a picture's mark tells."""

    generated: bool
    confidence: Confidence

    def told(self) -> dict[str, str]:
        """As the operation answers it."""
        return {
            "detectionResult": "GENERATED" if self.generated else "NOT_GENERATED",
            "confidenceLevel": self.confidence,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectGeneratedContent:
    """The operation, over the keys of this installation."""

    models: Invocable
    verifier: Verifier | None

    def routes(self) -> list[Route]:
        """The operation, by AWS's name for it."""
        return [Route("/detectGeneratedContent", self.detect, methods=["POST"], name="DetectGeneratedContent")]

    async def detect(self, request: Request) -> Response:
        """DetectGeneratedContent: whether a picture has the mark of this installation, and how sure that makes it.

        Raises: NoSuchModel; Denied; InvalidRequest, also when the model's pictures are not marked here; Unsupported.
        """
        body: dict[str, Any] = await read_object(request)
        refuse([*misfits("", body, _BODY)])
        named = await self.models.find(request, "DetectGeneratedContent", quote(body["foundationModelId"], safe=""))
        if not named.card.tier.watermark:
            raise InvalidRequest(f"Pictures of {named.card.name} are not marked here, so there is nothing to detect.")
        if self.verifier is None:
            raise Unsupported("This server was given no keys to read marks by.")
        detected = await asyncio.to_thread(_detect, self.verifier, body["content"]["imageContent"]["bytes"])
        return JSONResponse(detected.told())


def _detect(verifier: Verifier, text: str) -> Detected:
    """What a picture in base64 tells.

    Raises: InvalidRequest when it is none.
    """
    return judged(verifier, read_picture(text, "content.imageContent.bytes", LIMITS))


def judged(verifier: Verifier, picture: Bitmap) -> Detected:
    """What a picture's mark tells: less where it is a part of a picture, least where the mark was made for another."""
    found = verifier.mark(pixels_of(picture))
    if found is None:
        small = picture.size.width * picture.size.height < READABLE_PIXELS
        return Detected(generated=False, confidence="LOW" if small else "MEDIUM")
    return Detected(generated=True, confidence=SURE[found.fits])
