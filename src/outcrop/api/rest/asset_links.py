"""Links to pictures over the REST: made for whoever may, to be given to whoever should see them. Follows none."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.responses import JSONResponse, Response

from outcrop.access.cloudfront import Leave
from outcrop.api.linked import Linked
from outcrop.api.rest.asking import Asked
from outcrop.api.rest.assets import Assets
from outcrop.api.rest.branding import branded
from outcrop.api.rest.wanted import read_wanted
from outcrop.clock import moment_of
from outcrop.errors import InvalidRequest, Unsupported
from outcrop.store.assets import Asset


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetLinks:
    """Links, each to one rendition of one asset."""

    assets: Assets
    linked: Linked

    def doing(self) -> Mapping[str, Callable[[Asked], Response]]:
        """Each operation by its name."""
        return {"LinkAsset": self.create}

    def create(self, asked: Asked) -> Response:
        """LinkAsset: a link that anybody may follow until it ends.

        Raises: Denied, also when the asset is held; NoSuchResource when there is none of that id; Unsupported when
        there is no CloudFront here; InvalidRequest when the link says what its kind cannot, or it cannot be made.
        """
        asset, body = self.assets.find(asked), asked.body
        said = {name: str(value) for name, value in body.get("rendition", {}).items()}
        if "disposition" in body:
            said["disposition"] = body["disposition"]
        rendition = body.get("rendition", {})
        wanted = branded(self.linked.darkroom.library, asset.account_id, read_wanted(rendition), rendition)
        self.linked.darkroom.deliver(asset, wanted)  # it is there when it is wanted
        now = int(self.linked.now())
        leave = Leave(
            until=now + body["expiresInSeconds"],
            since=now + body["startsInSeconds"] if "startsInSeconds" in body else None,
            network=body.get("ipRange"),
        )
        url = self._url(asked, asset, said, leave)
        return JSONResponse({"url": url, "expiresAt": moment_of(leave.until)}, 201)

    def _url(self, asked: Asked, asset: Asset, said: Mapping[str, str], leave: Leave) -> str:
        if asked.body.get("by") == "cloudfront":
            if self.linked.distribution is None:
                raise Unsupported("There is no CloudFront here; set cloudfront_url, its key pair's id and private key.")
            return self.linked.distributed(self.linked.distribution, asset.id, said, leave)
        if leave.since is not None or leave.network is not None:
            raise InvalidRequest("Only a link by cloudfront can say startsInSeconds or ipRange.")
        asker = asked.request.url
        return self.linked.link(f"{asker.scheme}://{asker.netloc}", asset.id, said, leave.until)
