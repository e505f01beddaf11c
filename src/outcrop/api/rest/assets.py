"""The asset library over the REST: found, uploaded, described, changed, deleted. Knows rows; delivers no picture."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from PIL import Image
from starlette.responses import JSONResponse, Response

from outcrop.access.arns import outcrop_arn
from outcrop.api.rest.asking import Asked
from outcrop.api.rest.lineage import lineage
from outcrop.assets.cleaning import clean
from outcrop.assets.library import Library, NewAsset
from outcrop.assets.licence import licence_of
from outcrop.clock import moment_of
from outcrop.dialects.bare_file import bare_file
from outcrop.dialects.pictures import PictureLimits, decode_picture
from outcrop.errors import NoSuchResource
from outcrop.provenance.fingerprint import fingerprint, signed
from outcrop.store.assets import Asset, SoughtAssets, change_asset, find_assets, pin_assets, put_asset_tags

Object = dict[str, object]
PAGE: Final = 50
"""How many there are on a page where nothing is said."""
LIMITS: Final = PictureLimits()
"""What an upload may be: what any model takes."""
SAID: Final = ("name", "alt", "campaign")
"""What may be said of an asset in a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assets:
    """Pictures that are kept, each account's own."""

    library: Library
    region: str

    def doing(self) -> Mapping[str, Callable[[Asked], Response]]:
        """Each operation by its name."""
        return {
            "ListAssets": self.list_all,
            "UploadAsset": self.upload,
            "GetAsset": self.get,
            "ChangeAsset": self.change,
            "DeleteAsset": self.delete,
            "GetAssetRecipe": self.recipe,
            "GetAssetLineage": self.lineage,
        }

    def list_all(self, asked: Asked) -> Response:
        """ListAssets: those that are asked for, the newest first, a page at a time.

        Raises: Denied.
        """
        given, user = asked.parameters, asked.parameters.get("user")
        account = asked.caller.user.account_id
        asked.require(asset_arn(self.region, account, "*" if user is None else f"{user}/*"))
        sought = SoughtAssets(
            account_id=account,
            user_name=user,
            words=given.get("text", "").split(),
            tags=tuple(_tags(given.get("tag", ()))),
            campaign=given.get("campaign"),
            model_id=given.get("model"),
            operation=given.get("operation"),
            kind=given.get("kind"),
            job_id=given.get("job"),
            set_id=given.get("set"),
            since=_moment(given.get("from")),
            until=_moment(given.get("to")),
            before=given.get("cursor"),
            most=given.get("limit", PAGE),
        )
        with self.library.database.reading() as connection:
            found = self.library.search(connection, sought)
        following = found[-1].id if len(found) == sought.most else None
        return JSONResponse({"assets": [described(one) for one in found], "nextCursor": following})

    def upload(self, asked: Asked) -> Response:
        """UploadAsset: keep a picture that was made elsewhere.

        Raises: Denied; InvalidRequest when it is no picture that a model would take; StorageFailed.
        """
        user = asked.caller.user
        asked.require(asset_arn(self.region, user.account_id, f"{user.name}/*"))
        seen = decode_picture(asked.content, "The body", LIMITS)
        image = Image.frombytes("RGB", (seen.size.width, seen.size.height), seen.rgb)
        picture = clean(bare_file(asked.content))
        said = {name: asked.parameters[name] for name in SAID if name in asked.parameters}
        new = NewAsset(
            account_id=user.account_id,
            user_name=user.name,
            kind="upload",
            digest=self.library.put(picture.file),
            format=picture.format,
            width=picture.width,
            height=picture.height,
            size_bytes=len(picture.file),
            phash=signed(fingerprint(image)),
            tags={key: value or "" for key, value in _tags(asked.parameters.get("tag", ()))},
            **said,
        )
        with self.library.database.writing() as connection:
            asset = self.library.keep(connection, new)
        return JSONResponse(described(asset), 201, headers={"Location": f"/v1/assets/{asset.id}"})

    def get(self, asked: Asked) -> Response:
        """GetAsset: all there is to know of one.

        Raises: Denied; NoSuchResource when there is none of that id.
        """
        return JSONResponse(described(self.find(asked)))

    def change(self, asked: Asked) -> Response:
        """ChangeAsset: what is said of one; what is not named stays.

        Raises: Denied; NoSuchResource when there is none of that id.
        """
        asset, body = self.find(asked), asked.body
        with self.library.database.writing() as connection:
            change_asset(connection, asset, {name: body[name] for name in SAID if name in body})
            if "tags" in body:
                put_asset_tags(connection, asset, body["tags"])
            if "pinned" in body:
                pin_assets(connection, [asset.id], pinned=body["pinned"])
            return JSONResponse(described(self.library.find(connection, asset.account_id, asset.id)))

    def delete(self, asked: Asked) -> Response:
        """DeleteAsset: its file and its renditions too, unless another asset has the same file.

        Raises: Denied; NoSuchResource when there is none of that id; StorageFailed when its bytes cannot be reached:
        they go as soon as they can.
        """
        asset = self.find(asked)
        with self.library.database.writing() as connection:
            self.library.delete(connection, asset)
        self.library.erase()
        return Response(status_code=204)

    def recipe(self, asked: Asked) -> Response:
        """GetAssetRecipe: how it was made.

        Raises: Denied; NoSuchResource when there is no such asset, or it was not made here.
        """
        asset = self.find(asked)
        if asset.recipe is None:
            raise NoSuchResource(f"Asset {asset.id} has no recipe: it was not drawn here.")
        return JSONResponse(json.loads(asset.recipe))

    def lineage(self, asked: Asked) -> Response:
        """GetAssetLineage: what it came from, and what came of it.

        Raises: Denied; NoSuchResource when there is none of that id.
        """
        asset = self.find(asked)
        with self.library.database.reading() as connection:
            return JSONResponse(lineage(connection, asset))

    def find(self, asked: Asked) -> Asset:
        """The asset that a path names, if whoever asks may do this to it.

        Raises: Denied; NoSuchResource when the account has none of that id.
        """
        return self.find_all(asked, [asked.parameters["asset"]])[0]

    def find_all(self, asked: Asked, ids: Sequence[str]) -> list[Asset]:
        """The assets of some ids, if whoever asks may do this to all of them.

        Raises: Denied; NoSuchResource when the account has none of one id.
        """
        user = asked.caller.user
        with self.library.database.reading() as connection:
            there = {one.id: one for one in find_assets(connection, ids) if one.account_id == user.account_id}
            # Whoever may do nothing to their own learns nothing of which there are.
            names = [f"{there[one].user_name if one in there else user.name}/{one}" for one in ids]
            asked.require(*(asset_arn(self.region, user.account_id, name) for name in names))
            return [self.library.find(connection, user.account_id, one) for one in ids]


def asset_arn(region: str, account: str, name: str) -> str:
    """What policies know assets by: their user and their id."""
    return outcrop_arn(region, account, f"asset/{name}")


def described(asset: Asset) -> Object:
    """An asset as the contract has it."""
    return {
        "id": asset.id,
        "kind": asset.kind,
        "digest": asset.digest,
        "format": asset.format,
        "width": asset.width,
        "height": asset.height,
        "sizeBytes": asset.size_bytes,
        "createdAt": moment_of(asset.created_at),
        "user": asset.user_name,
        "model": asset.model_id,
        "operation": asset.operation,
        "prompt": asset.prompt,
        "negativePrompt": asset.negative_prompt,
        "seed": asset.seed,
        "job": asset.job_id,
        "number": asset.number,
        "set": asset.set_id,
        "name": asset.name,
        "alt": asset.alt,
        "campaign": asset.campaign,
        "tags": asset.tags,
        "parents": [{"asset": one.asset_id, "role": one.role} for one in asset.parents],
        "held": asset.held,
        "pinned": asset.pinned,
        "licence": licence_of(asset.recipe),
    }


def _tags(given: list[str]) -> Iterator[tuple[str, str | None]]:
    for text in given:
        key, colon, value = text.partition(":")
        yield key, value if colon else None


def _moment(text: str | None) -> int | None:
    """A day, or a moment of UTC."""
    return None if text is None else int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())
