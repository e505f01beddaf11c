"""Reviews over the REST: what waits, what it looks like, and what is decided. Knows no rule of what is held.

A reviewer sees what nobody else is shown: that is a permission of its own.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Final

from starlette.responses import JSONResponse, Response

from outcrop.access.arns import outcrop_arn
from outcrop.api.noting import note
from outcrop.api.rest.asking import Asked
from outcrop.api.rest.assets import asset_arn, described
from outcrop.catalog.load import Catalog
from outcrop.clock import moment_of
from outcrop.errors import InvalidRequest, NoSuchModel
from outcrop.jobs.reviewing import DOCUMENT, Reviews, Rule, Ruling, read_rules
from outcrop.store.assets import find_asset_or_stub
from outcrop.store.database import Connection
from outcrop.store.documents import find_document, put_document
from outcrop.store.reviews import Review, list_reviews

Object = dict[str, object]
PAGE: Final = 50
"""How many there are on a page where nothing is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureReviews:
    """Pictures that wait for somebody, and those that somebody has decided."""

    reviews: Reviews
    catalog: Catalog
    region: str

    def doing(self) -> Mapping[str, Callable[[Asked], Response]]:
        """Each operation by its name."""
        return {
            "ListReviews": self.list_all,
            "GetReview": self.get,
            "DecideReview": self.decide,
            "GetReviewContent": self.content,
            "GetReviewPolicy": self.policy,
            "PutReviewPolicy": self.put_policy,
        }

    def list_all(self, asked: Asked) -> Response:
        """ListReviews: those in a state, the picture that was made first, first; a page at a time.

        Raises: Denied.
        """
        account = asked.caller.user.account_id
        asked.require(asset_arn(self.region, account, "*"))
        given = asked.parameters
        most = given.get("limit", PAGE)
        with self.reviews.library.database.reading() as connection:
            found = list_reviews(connection, account, given.get("state", "held"), given.get("cursor"), most)
            told = [_described(connection, one) for one in found]
        following = found[-1].asset_id if len(found) == most else None
        return JSONResponse({"reviews": told, "nextCursor": following})

    def get(self, asked: Asked) -> Response:
        """GetReview: one of them.

        Raises: Denied; NoSuchResource when no such picture was ever held.
        """
        with self.reviews.library.database.reading() as connection:
            return JSONResponse(_described(connection, self._found(asked, connection)))

    def decide(self, asked: Asked) -> Response:
        """DecideReview: have a picture delivered from now on, or never, and then paid back.

        Raises: Denied; NoSuchResource when no such picture was ever held, or it is deleted; AlreadyThere when it is
            decided.
        """
        user, body = asked.caller.user, asked.body
        with self.reviews.library.database.reading() as connection:
            review = self._found(asked, connection)
        ruling = Ruling(decision=body["decision"], reason=body["reason"], comment=body.get("comment"), by=user.arn)
        decided = self.reviews.decide(user.account_id, review.asset_id, ruling)
        note(asked.request, {"decision": ruling.decision})
        with self.reviews.library.database.reading() as connection:
            return JSONResponse(_described(connection, decided))

    def content(self, asked: Asked) -> Response:
        """GetReviewContent: what a picture looks like that is held, for whoever decides.

        Raises: Denied; NoSuchResource when no such picture was ever held, or it is deleted; StorageFailed.
        """
        library = self.reviews.library
        with library.database.reading() as connection:
            review = self._found(asked, connection)
            asset = library.find(connection, review.account_id, review.asset_id)
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        return Response(library.read_for_review(asset), media_type=f"image/{asset.format}", headers=headers)

    def policy(self, asked: Asked) -> Response:
        """GetReviewPolicy: which pictures of the account are held.

        Raises: Denied.
        """
        account = self._account(asked)
        with self.reviews.library.database.reading() as connection:
            document = find_document(connection, account, DOCUMENT)
        return JSONResponse({"rules": [] if document is None else json.loads(document)["rules"]})

    def put_policy(self, asked: Asked) -> Response:
        """PutReviewPolicy: which pictures of the account are held from now on; what is held already stays so.

        Raises: Denied; InvalidRequest, also when a rule names a model that there is not: it would hold nothing.
        """
        account = self._account(asked)
        rules = [
            {name: value for name, value in asdict(self._meant(rule)).items() if value is not None}
            for rule in read_rules(json.dumps(dict(asked.body)))
        ]
        with self.reviews.library.database.writing() as connection:
            put_document(connection, account, DOCUMENT, json.dumps({"rules": rules}))
        note(asked.request, {"policy": {"rules": rules}})
        return JSONResponse({"rules": rules})

    def _meant(self, rule: Rule) -> Rule:
        """A rule with its model by its id, which pictures are held by, whatever name it was given by."""
        if rule.model is None:
            return rule
        try:
            return replace(rule, model=self.catalog.model_named(rule.model).id)
        except NoSuchModel as error:
            raise InvalidRequest(str(error)) from None

    def _account(self, asked: Asked) -> str:
        account = asked.caller.user.account_id
        asked.require(outcrop_arn(self.region, account, "review-policy"))
        return account

    def _found(self, asked: Asked, connection: Connection) -> Review:
        """The review that a path names, if whoever asks may do this to its picture."""
        account, asset_id = asked.caller.user.account_id, asked.parameters["asset"]
        asset = find_asset_or_stub(connection, asset_id)
        there = asset is not None and asset.account_id == account
        user = asset.user_name if there and asset is not None else asked.caller.user.name
        asked.require(asset_arn(self.region, account, f"{user}/{asset_id}"))
        return self.reviews.find(connection, account, asset_id)


def _described(connection: Connection, review: Review) -> Object:
    asset = find_asset_or_stub(connection, review.asset_id)
    assert asset is not None
    states = {None: "held", "approve": "approved", "reject": "rejected"}
    return {
        "state": states[review.decision],
        "openedAt": moment_of(review.opened_at),
        "decidedAt": None if review.decided_at is None else moment_of(review.decided_at),
        "decidedBy": review.decided_by,
        "reason": review.reason,
        "comment": review.comment,
        "asset": described(asset),
    }
