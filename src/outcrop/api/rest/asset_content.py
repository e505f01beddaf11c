"""The pictures of assets over the REST: one, as it is or as a rendition, or many in an archive. Changes nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response, StreamingResponse

from outcrop.api.delivery import A_YEAR_S, Terms, deliver
from outcrop.api.rest.archive import archive
from outcrop.api.rest.asking import Asked
from outcrop.api.rest.assets import Assets
from outcrop.api.rest.branding import branded
from outcrop.api.rest.wanted import read_wanted
from outcrop.assets.darkroom import Darkroom
from outcrop.assets.library import check_deliverable
from outcrop.assets.renditions import Wanted

WHOLE: Final[Mapping[str, Wanted]] = {"": Wanted()}
"""What is in an archive where no rendition is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetContent:
    """What assets look like."""

    assets: Assets
    darkroom: Darkroom

    def doing(self) -> Mapping[str, Callable[[Asked], Response]]:
        """Each operation by its name."""
        return {"GetAssetContent": self.get, "ArchiveAssets": self.archive}

    def get(self, asked: Asked) -> Response:
        """GetAssetContent: the picture, or a rendition of it; whole, in parts, or not where the client has it.

        Raises: Denied, also when it is held; NoSuchResource when there is none of that id; InvalidRequest when it
        cannot be made so; StorageFailed.
        """
        asset = self.assets.find(asked)
        given = asked.parameters
        wanted = self._branded(asked, given)
        age = A_YEAR_S if wanted.stamp is None else 0  # the account may have another logo any time
        terms = Terms(scope="private", max_age_s=age, disposition=given.get("disposition", "inline"))
        return deliver(asked.request.headers, self.darkroom, asset, wanted, terms)

    def archive(self, asked: Asked) -> Response:
        """ArchiveAssets: a ZIP file of pictures, each in every rendition that is named.

        Raises: Denied, also when one of them is held; NoSuchResource when there is one that there is not.
        """
        found = self.assets.find_all(asked, tuple(dict.fromkeys(asked.body["assets"])))
        for one in found:
            check_deliverable(one)
        named = {one["name"]: self._branded(asked, one) for one in asked.body.get("renditions", ())} or WHOLE
        headers = {"Content-Disposition": 'attachment; filename="assets.zip"', "Cache-Control": "no-store"}
        return StreamingResponse(archive(self.darkroom, found, named), media_type="application/zip", headers=headers)

    def _branded(self, asked: Asked, given: Mapping[str, Any]) -> Wanted:
        return branded(self.darkroom.library, asked.caller.user.account_id, read_wanted(given), given)
