"""Blind ballots over the REST: asked for, voted on, counted, deleted. Nobody learns the sides before they voted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from PIL import Image
from starlette.responses import JSONResponse, Response

from outcrop.access.arns import outcrop_arn
from outcrop.api.invoked import Invocable
from outcrop.api.rest.asking import Asked
from outcrop.jobs.ballot_described import described
from outcrop.jobs.balloting import Balloting
from outcrop.jobs.comparing import Comparing
from outcrop.jobs.desk import Desk
from outcrop.store.ballots import Ballot, delete_ballot, find_ballot, list_ballots

PAGE: Final = 20
"""How many there are on a page where nothing is said."""
SIDE: Final = 1024
QUALITY: Final = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballots:
    """Ballots of the account that asks."""

    models: Invocable
    desk: Desk

    def doing(self) -> Mapping[str, Callable[[Asked], Response]]:
        """Each operation by its name."""
        return {
            "CreateBallot": self.create,
            "ListBallots": self.list_all,
            "GetBallot": self.get,
            "DeleteBallot": self.delete,
            "GetBallotPicture": self.picture,
            "CastVote": self.vote,
        }

    def create(self, asked: Asked) -> Response:
        """CreateBallot: ask every member for a vote on a comparison's pictures.

        Raises: Denied; NoSuchResource when the account has no such comparison; InvalidRequest when it has no two that
        could be voted between; AlreadyThere when its pictures are not there.
        """
        asked.require(self._arn(asked, "*"))
        body, user = asked.body, asked.caller.user
        comparing = Comparing(desk=self.desk, random=self.models.directory.random)
        comparison = comparing.find(user.account_id, body["comparison"])
        made = self._balloting.begin(user, comparison, body.get("along", "across"))
        return JSONResponse(self._described(asked, made), 201, {"Location": f"/v1/ballots/{made.id}"})

    def list_all(self, asked: Asked) -> Response:
        """ListBallots: the account's, the newest first, a page at a time.

        Raises: Denied.
        """
        asked.require(self._arn(asked, "*"))
        given: Mapping[str, Any] = asked.parameters
        most, user = given.get("limit", PAGE), asked.caller.user
        with self.models.directory.database.reading() as connection:
            found = list_ballots(connection, user.account_id, given.get("cursor"), most)
            told = [described(connection, one, user.id) for one in found]
        return JSONResponse({"ballots": told, "nextCursor": found[-1].id if len(found) == most else None})

    def get(self, asked: Asked) -> Response:
        """GetBallot: what is to be voted on next, or what came of it.

        Raises: Denied; NoSuchResource when the account has no such ballot.
        """
        return JSONResponse(self._described(asked, self._kept(asked)))

    def delete(self, asked: Asked) -> Response:
        """DeleteBallot: with every vote that was cast; the pictures stay as they are.

        Raises: Denied; NoSuchResource when the account has no such ballot.
        """
        of = self._owned(asked)
        with self.models.directory.database.writing() as connection:
            delete_ballot(connection, of.id)
        return Response(status_code=204)

    def picture(self, asked: Asked) -> Response:
        """GetBallotPicture: one side of a pair, as the caller sees it, without anything that says where it is from.

        Raises: Denied; NoSuchResource when there is no such pair, or its pictures are gone; StorageFailed.
        """
        of, given = self._kept(asked), asked.parameters
        asset = self._balloting.picture(asked.caller.user, of, int(given["pair"]), given["side"])
        content = _bare(self.desk.library.read(asset))
        return Response(content, media_type="image/webp", headers={"Cache-Control": "private, no-cache"})

    def vote(self, asked: Asked) -> Response:
        """CastVote: say which side of a pair is better, once.

        Raises: Denied; NoSuchResource when the account has no such ballot; InvalidRequest when that has no such pair;
        AlreadyThere when the caller has voted otherwise, or its pictures are gone.
        """
        of, body = self._kept(asked), asked.body
        self._balloting.vote(asked.caller.user, of, int(body["pair"]), body["found"])  # JSON has 2.0 for 2
        return JSONResponse(self._described(asked, of))

    @property
    def _balloting(self) -> Balloting:
        return Balloting(desk=self.desk, random=self.models.directory.random)

    def _kept(self, asked: Asked) -> Ballot:
        """The ballot that the path names, if whoever asks may do this to it."""
        ballot_id = asked.parameters["ballot"]
        asked.require(self._arn(asked, ballot_id))
        return self._balloting.find(asked.caller.user.account_id, ballot_id)

    def _owned(self, asked: Asked) -> Ballot:
        """The same of what is asked for by whose it is; whoever may do nothing to their own learns of none."""
        user, ballot_id = asked.caller.user, asked.parameters["ballot"]
        with self.models.directory.database.reading() as connection:
            there = find_ballot(connection, user.account_id, ballot_id)
        asked.require(self._arn(asked, f"{user.name if there is None else there.user_name}/{ballot_id}"))
        return self._balloting.find(user.account_id, ballot_id)

    def _described(self, asked: Asked, of: Ballot) -> dict[str, object]:
        with self.models.directory.database.reading() as connection:
            return described(connection, of, asked.caller.user.id)

    def _arn(self, asked: Asked, name: str) -> str:
        return outcrop_arn(self.models.region, asked.caller.user.account_id, f"ballot/{name}")


def _bare(file: bytes) -> bytes:
    """A picture's pixels and nothing else: neither its recipe nor its credentials, which name the model."""
    out = BytesIO()
    with Image.open(BytesIO(file)) as image:
        pixels = image.convert("RGB")
    pixels.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    bare = Image.frombytes("RGB", pixels.size, pixels.tobytes())
    bare.save(out, "WEBP", quality=QUALITY)
    return out.getvalue()
