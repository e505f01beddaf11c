"""An account's brand kit over the REST: read and put as one document. Applies nothing."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

from starlette.responses import JSONResponse, Response

from outcrop.access.arns import outcrop_arn
from outcrop.api.noting import note
from outcrop.api.rest.asking import Asked
from outcrop.api.rest.branding import kit_of
from outcrop.assets.brand_kit import DOCUMENT, BrandKit
from outcrop.assets.library import Library, check_deliverable
from outcrop.store.assets import pin_assets
from outcrop.store.documents import put_document


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandKits:
    """The kit of each account."""

    library: Library
    region: str

    def doing(self) -> Mapping[str, Callable[[Asked], Response]]:
        """Each operation by its name."""
        return {"GetBrandKit": self.get, "PutBrandKit": self.put}

    def get(self, asked: Asked) -> Response:
        """GetBrandKit: colours, words and logo; nothing of them where nobody has put any.

        Raises: Denied.
        """
        account = self._account(asked)
        with self.library.database.reading() as connection:
            return JSONResponse(asdict(kit_of(connection, account)))

    def put(self, asked: Asked) -> Response:
        """PutBrandKit: in place of the one there was; retention spares the logo.

        Raises: Denied; NoSuchResource when the account has no such picture for a logo; Denied when that is held.
        """
        account, kit = self._account(asked), BrandKit.of(asked.body)
        with self.library.database.writing() as connection:
            if kit.logo is not None:
                check_deliverable(self.library.find(connection, account, kit.logo.asset))
                pin_assets(connection, [kit.logo.asset], pinned=True)
            put_document(connection, account, DOCUMENT, kit.written())
        counts = {"colours": len(kit.palette), "wordsToUse": len(kit.use), "wordsToAvoid": len(kit.avoid)}
        note(asked.request, {"account": account, "kit": {**counts, "logo": kit.logo and kit.logo.asset}})
        return JSONResponse(asdict(kit))

    def _account(self, asked: Asked) -> str:
        account = asked.caller.user.account_id
        asked.require(outcrop_arn(self.region, account, "brand-kit"))
        return account
