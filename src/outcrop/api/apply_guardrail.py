"""The operation of `bedrock-runtime` that holds content against a guardrail without any model. Knows its body.

Source: Amazon Bedrock API reference, "ApplyGuardrail"; botocore's `bedrock-runtime` service model.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

from PIL import Image
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from outcrop.access.arns import bedrock_arn
from outcrop.api.constraints import at_most, like, refuse
from outcrop.api.guarding import Guard, Guarding, Weighing
from outcrop.api.guardrail_answers import assessment, coverage, reason, usage
from outcrop.api.guardrails import MAX_CHARS, NAMED
from outcrop.api.identity import caller_of
from outcrop.api.json_object import Text, read_object
from outcrop.api.permission import Permission
from outcrop.api.shapes import Choice, Items, Members, misfits
from outcrop.clock import Clock
from outcrop.dialects.pictures import PictureLimits, read_small
from outcrop.errors import InvalidRequest, NoSuchResource

MOST_TEXT: Final = 25_000
"""Characters of all texts of a call."""
IMAGES: Final = 20
"""Pictures of a call."""
IMAGE_BYTES: Final = 4 * 1024 * 1024
IMAGE_CHARS: Final = (IMAGE_BYTES + 2) // 3 * 4
"""Of base64."""
LIMITS: Final = PictureLimits(min_side=1, max_side=8000, max_pixels=64_000_000, max_aspect=8000)
VERSION: Final = "[1-9][0-9]{0,7}|DRAFT"

_TEXT = Members(
    fields={
        "text": Text(least=0, most=MOST_TEXT),
        "qualifiers": Items(
            member=Choice(words=("grounding_source", "query", "guard_content")), most=3, required=False
        ),
    },
    required=False,
)
_IMAGE = Members(
    fields={
        "format": Choice(words=("png", "jpeg")),
        "source": Members(fields={"bytes": Text(most=IMAGE_CHARS)}),
    },
    required=False,
)
_BODY: Final = Members(
    fields={
        "source": Choice(words=("INPUT", "OUTPUT")),
        "content": Items(member=Members(fields={"text": _TEXT, "image": _IMAGE}), most=1000),
        "outputScope": Choice(words=("INTERVENTIONS", "FULL"), required=False),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyGuardrail:
    """The operation, over the guardrails that there are."""

    guarding: Guarding
    permission: Permission
    clock: Clock

    def routes(self) -> list[Route]:
        """The operation, by AWS's name for it, on a path that is still percent-encoded."""
        path = "/guardrail/{guardrail_id}/version/{version}/apply"
        return [Route(path, self.apply, methods=["POST"], name="ApplyGuardrail")]

    async def apply(self, request: Request) -> Response:
        """ApplyGuardrail: what the guardrail finds in texts and pictures, and what it would let pass.

        Raises: Denied; InvalidRequest; NoSuchResource when the account has no such guardrail.
        """
        identifier, version = (unquote(request.path_params[name]) for name in ("guardrail_id", "version"))
        account = caller_of(request).user.account_id
        refuse(
            [*at_most("guardrailIdentifier", len(identifier), MAX_CHARS), *like("guardrailVersion", version, VERSION)]
        )
        refuse([*like("guardrailIdentifier", identifier, NAMED.pattern)])
        arn = bedrock_arn("guardrail", self.guarding.region, account, identifier.rpartition("/")[2])
        tagged = await self.permission.tags_on(request, arn)
        self.permission.require(request, "ApplyGuardrail", arn, guardrail=f"{arn}:{version}", tagged=tagged)
        body: dict[str, Any] = await read_object(request)
        refuse([*misfits("", body, _BODY)])
        guard = await self.guarding.find(account, identifier, version)
        if guard is None:
            raise NoSuchResource(f"There is no guardrail {identifier[:200]} of version {version} in this account.")
        weighing = await asyncio.to_thread(self._weigh, guard, body)
        assessed = assessment(
            weighing.rules, weighing.found, weighing.weighed, guard.applied, full=body.get("outputScope") == "FULL"
        )
        return JSONResponse(
            {
                "usage": usage(weighing.rules, weighing.weighed),
                "action": "GUARDRAIL_INTERVENED" if intervened(weighing) else "NONE",
                "actionReason": reason(weighing.found),
                "outputs": _outputs(weighing),
                "assessments": [assessed],
                "guardrailCoverage": coverage(weighing.rules, weighing.weighed),
            }
        )

    def _weigh(self, guard: Guard, body: Mapping[str, Any]) -> Weighing:
        return guard.weigh(body["source"], _texts(body), self.clock, _images(body))


def _images(body: Mapping[str, Any]) -> list[Image.Image]:
    sent = [block["image"] for block in body["content"] if "image" in block]
    if len(sent) > IMAGES:
        raise InvalidRequest(f"There are {len(sent)} pictures in 'content'; at most {IMAGES} are allowed.")
    return [read_small(image["source"]["bytes"], "bytes", LIMITS) for image in sent]


def intervened(weighing: Weighing) -> bool:
    """Whether anything was blocked or masked."""
    return weighing.found.blocked or weighing.found.masked


def _outputs(weighing: Weighing) -> list[dict[str, str]]:
    if weighing.found.blocked:
        return [{"text": weighing.rules.message}]
    return [{"text": text} for text in weighing.found.texts] if weighing.found.masked else []


def _texts(body: Mapping[str, Any]) -> list[str]:
    texts = []
    for block in body["content"]:
        if len(block) != 1 or block.keys().isdisjoint({"text", "image"}):
            raise InvalidRequest("Each block of 'content' must be one of: text, image.")
        if "text" in block:
            texts.append(str(block["text"]["text"]))
    if sum(map(len, texts)) > MOST_TEXT:
        raise InvalidRequest(f"The texts have {sum(map(len, texts)):,} characters together; at most {MOST_TEXT:,}.")
    return texts
