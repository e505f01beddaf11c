"""What can be proved about a picture, over the REST. Knows assets and what is proved; changes nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from PIL import Image
from starlette.responses import JSONResponse, Response

from outcrop.api.rest.asking import Asked
from outcrop.assets.matching import Match, Sought, match
from outcrop.clock import moment_of
from outcrop.dialects.pictures import PictureLimits, decode_picture
from outcrop.errors import Unsupported
from outcrop.provenance.credentials import Credentials
from outcrop.provenance.payload import PICTURE_BITS
from outcrop.provenance.verify import Verified, Verifier
from outcrop.store.database import Database

Object = dict[str, object]
LIMITS: Final = PictureLimits(min_side=16, max_pixels=16_777_216)
A_WHILE_S: Final = 600
"""Between a picture's mark and its asset, at most: what is left of its job is done in that time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """Marks and credentials of pictures, whoever sends them."""

    database: Database
    verifier: Verifier | None

    def doing(self) -> Mapping[str, Callable[[Asked], Response]]:
        """Each operation by its name."""
        return {"VerifyPicture": self.verify}

    def verify(self, asked: Asked) -> Response:
        """VerifyPicture: the mark, the credentials and the asset of a picture.

        Raises: Denied; InvalidRequest when it is no picture; Unsupported when this server verifies none.
        """
        asked.require()
        if self.verifier is None:
            raise Unsupported("This server was given no keys to verify pictures by.")
        account = asked.caller.user.account_id
        bitmap = decode_picture(asked.content, "The body", LIMITS)
        image = Image.frombytes("RGB", (bitmap.size.width, bitmap.size.height), bitmap.rgb)
        verified = self.verifier.verify(asked.content, image)
        found, by = found_asset(self.database, verified, account)
        return JSONResponse(
            {
                "watermark": watermark_of(verified, account),
                "credentials": credentials_of(verified.credentials),
                "match": {
                    "asset": None if found is None else found.asset.id,
                    "by": by,
                    "bitsApart": None if found is None else found.distance,
                },
            }
        )


def found_asset(database: Database, verified: Verified, account: str | None) -> tuple[Match | None, str | None]:
    """The asset that a picture shows, and by what it was found: by all of it, or, of a part, by what its mark says.

    None as the account is every account.
    """
    reading = verified.watermark
    with database.reading() as connection:
        found = match(connection, Sought(account_id=account, fingerprint=verified.fingerprint))
        if found is not None:
            return found, "picture"
        if reading is None or account not in {None, reading.payload.account}:
            return None, None
        at, said = reading.payload.at, reading.payload.picture << (64 - PICTURE_BITS)
        sought = Sought(account_id=reading.payload.account, fingerprint=said, since=at, until=at + A_WHILE_S)
        found = match(connection, sought, PICTURE_BITS)
    return found, None if found is None else "watermark"


def watermark_of(verified: Verified, account: str | None) -> Object:
    """A mark as the contract has it; whose it is learns only who it is, or, without an account, whoever asks."""
    reading = verified.watermark
    if reading is None:
        return {"found": False}
    payload = reading.payload
    own = account is None or payload.account == account
    return {
        "found": True,
        "account": payload.account if own else None,
        "at": moment_of(payload.at),
        "fits": verified.fits,
        "confidence": round(reading.confidence, 3),
        "scale": round(reading.scale, 3),
    }


def credentials_of(found: Credentials) -> Object:
    """Credentials as the contract has them."""
    return {
        "state": found.state,
        "reasons": list(found.reasons),
        "generator": found.generator,
        "signer": found.signer,
        "actions": list(found.actions),
        "model": found.model,
        "sourceType": found.source_type,
        "when": found.when,
        "parents": found.parents,
    }
