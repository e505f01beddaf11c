"""How long an account keeps its assets, over the REST: read and put as one document. Deletes nothing."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.responses import JSONResponse, Response

from outcrop.api.rest.asking import Asked
from outcrop.api.rest.assets import Assets, asset_arn
from outcrop.assets.retention import Retention
from outcrop.store.documents import find_document, put_document


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetRetention:
    """The rules of each account."""

    assets: Assets

    def doing(self) -> Mapping[str, Callable[[Asked], Response]]:
        """Each operation by its name."""
        return {"GetAssetRetention": self.get, "PutAssetRetention": self.put}

    def get(self, asked: Asked) -> Response:
        """GetAssetRetention: the rules; none of them keeps everything.

        Raises: Denied.
        """
        account = self._account(asked)
        with self.assets.library.database.reading() as connection:
            content = find_document(connection, account, "asset_retention")
        return JSONResponse((Retention() if content is None else Retention.read(content)).described())

    def put(self, asked: Asked) -> Response:
        """PutAssetRetention: rules in place of those there were; they hold from the next sweep on.

        Raises: Denied; InvalidRequest when one makes no sense.
        """
        account, rules = self._account(asked), Retention.read(json.dumps(asked.body))
        with self.assets.library.database.writing() as connection:
            put_document(connection, account, "asset_retention", rules.written())
        return JSONResponse(rules.described())

    def _account(self, asked: Asked) -> str:
        account = asked.caller.user.account_id
        asked.require(asset_arn(self.assets.region, account, "*"))
        return account
