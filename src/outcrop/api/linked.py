"""Pictures behind links: whoever has one gets the picture, without a key, until it ends. Knows no account.

A link is signed by this installation or, where the operator has a key pair for that, as CloudFront's URLs are.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from outcrop.access.asset_links import EXPIRES, SIGNATURE, check_link, sign_link
from outcrop.access.cloudfront import PARAMETERS, CloudFront, Leave
from outcrop.access.sealing import Seal
from outcrop.api.delivery import A_YEAR_S, Disposition, Terms, deliver
from outcrop.api.identity import peer_of
from outcrop.api.rest.branding import branded
from outcrop.api.rest.wanted import read_query
from outcrop.assets.darkroom import Darkroom
from outcrop.clock import UnixTime
from outcrop.errors import NoSuchResource
from outcrop.store.assets import find_asset

PATH: Final = "/pictures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """Where CloudFront, or what stands for it, delivers from."""

    url: str
    """Without a slash at its end."""
    signer: CloudFront


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """Links: made, and followed."""

    darkroom: Darkroom
    seal: Seal
    now: UnixTime
    public_url: str | None = None
    """Where this server is for whoever follows a link; None is where it was asked for one."""
    distribution: Distribution | None = None

    def routes(self) -> list[Route]:
        """The one path of all links."""
        return [Route(f"{PATH}/{{asset}}", self._answer, methods=["GET"], name="GetLinkedAsset")]

    def link(self, base: str, asset_id: str, said: Mapping[str, str], until: int) -> str:
        """A URL that lets anybody fetch a rendition until a moment."""
        query = sign_link(self.seal, asset_id, sorted(said.items()), until)
        return f"{self.public_url or base}{PATH}/{asset_id}?{query}"

    def distributed(self, distribution: Distribution, asset_id: str, said: Mapping[str, str], leave: Leave) -> str:
        """The same by way of CloudFront, which holds its own signature against its own key, and passes ours on."""
        query = sign_link(self.seal, asset_id, sorted(said.items()), leave.until)
        return distribution.signer.sign(f"{distribution.url}{PATH}/{asset_id}?{query}", leave)

    async def _answer(self, request: Request) -> Response:
        return await asyncio.to_thread(self._deliver, request)

    def _deliver(self, request: Request) -> Response:
        asset_id: str = request.path_params["asset"]
        given = request.query_params.multi_items()
        own = [(name, value) for name, value in given if name not in PARAMETERS]
        if any(name == SIGNATURE for name, _ in own) or self.distribution is None:
            until = check_link(self.seal, asset_id, own, self.now())
        else:
            until = self._check_cloudfront(request, self.distribution)
        said = {name: value for name, value in own if name not in {EXPIRES, SIGNATURE}}
        wanted = read_query(said)
        with self.darkroom.library.database.reading() as connection:
            asset = find_asset(connection, asset_id)
        if asset is None:
            raise NoSuchResource("What this link led to is no more.")
        wanted = branded(self.darkroom.library, asset.account_id, wanted, said)
        age = max(0, min(A_YEAR_S, int(until - self.now()))) if wanted.stamp is None else 0
        manner: Disposition = "attachment" if said.get("disposition") == "attachment" else "inline"
        return deliver(
            request.headers, self.darkroom, asset, wanted, Terms(scope="public", max_age_s=age, disposition=manner)
        )

    def _check_cloudfront(self, request: Request, distribution: Distribution) -> int:
        given = dict(request.query_params)
        raw = request.scope["query_string"].decode("latin-1")
        kept = "&".join(one for one in raw.split("&") if one and one.partition("=")[0] not in PARAMETERS)
        url = f"{distribution.url}{request.scope['path']}{f'?{kept}' if kept else ''}"
        return distribution.signer.check(url, given, self.now(), peer_of(request))
