"""Draft sets: ordered, listed, looked at, chosen from and finished. Draws nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import JSONResponse, Response

from outcrop.access.arns import outcrop_arn
from outcrop.api.invoked import Invocable
from outcrop.api.job_queries import booked_as
from outcrop.api.model_ids import Named
from outcrop.api.noting import note_warned
from outcrop.api.rest.asking import Asked
from outcrop.catalog.card import ModelCard
from outcrop.errors import InvalidRequest
from outcrop.jobs.desk import Desk
from outcrop.jobs.draft_described import described
from outcrop.jobs.draft_sheet import draft_sheet
from outcrop.jobs.drafting import Drafting, WantedDrafts, WantedFinals
from outcrop.prompt import parse
from outcrop.prompting.build import refine
from outcrop.store.drafts import DraftSet, Pick, list_sets

PAGE: Final = 20
"""How many there are on a page where nothing is said."""
TIER: Final = "core"
"""The short name of the model that drafts are drawn on where none is named."""

Object = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafts:
    """Draft sets of the account that asks."""

    models: Invocable
    desk: Desk

    def doing(self) -> Mapping[str, Callable[[Asked], Response]]:
        """Each operation by its name."""
        return {
            "CreateDraftSet": self.create,
            "ListDraftSets": self.list_all,
            "GetDraftSet": self.get,
            "PutPicks": self.pick,
            "GetDraftSheet": self.sheet,
            "FinishDrafts": self.finish,
        }

    def create(self, asked: Asked) -> Response:
        """CreateDraftSet: take an order of drafts, and answer before any is drawn.

        Raises: Denied; NoSuchModel; Unsupported when a model cannot draft or finish; what InvokeModel has for a body;
        AlreadyThere when the key was used for another request; NoRoom; BudgetSpent.
        """
        asked.require(self._arn(asked, "*"))
        body, tags = asked.body, asked.body.get("tags", {})
        named = self._named(asked, body.get("model", body.get("tier", TIER)))
        wanted = WantedDrafts(
            prompt=body["prompt"],
            negative_prompt=body.get("negativePrompt", ""),
            count=int(body["count"]),  # JSON has 2.0 for 2
            seed=int(body["seed"]) if "seed" in body else None,
            aspect_ratio=body.get("aspectRatio", "1:1"),
            tags=tags,
            booked=booked_as(named, _with_campaign(tags, body.get("campaign"))),
            campaign=body.get("campaign"),
            token=asked.parameters.get("Idempotency-Key"),
        )
        finish_on = self._finish_on(body, named.card)
        made = self._drafting.draft(asked.caller.user, named.card, finish_on, wanted)
        self._note_warned(asked, made.prompt, made.negative_prompt)
        return JSONResponse(self._described(made), 202, {"Location": f"/v1/drafts/{made.id}"})

    def list_all(self, asked: Asked) -> Response:
        """ListDraftSets: the account's, the newest first, a page at a time.

        Raises: Denied.
        """
        asked.require(self._arn(asked, "*"))
        given: Mapping[str, Any] = asked.parameters
        most = given.get("limit", PAGE)
        with self.models.directory.database.reading() as connection:
            found = list_sets(connection, asked.caller.user.account_id, given.get("cursor"), most)
            sets = [described(connection, self.desk, one) for one in found]
        return JSONResponse({"sets": sets, "nextCursor": found[-1].id if len(found) == most else None})

    def get(self, asked: Asked) -> Response:
        """GetDraftSet: how a set is getting on.

        Raises: Denied; NoSuchResource when the account has no such set.
        """
        return JSONResponse(self._described(self._kept(asked)))

    def pick(self, asked: Asked) -> Response:
        """PutPicks: choose drafts.

        Raises: Denied; NoSuchResource when the account has no such set; InvalidRequest when that has no such draft.
        """
        of = self._kept(asked)
        picks = [
            Pick(number=int(one["number"]), rank=int(one.get("rank", place)), note=one.get("note", ""))
            for place, one in enumerate(asked.body["picks"], 1)
        ]
        self._drafting.choose(of, picks)
        return JSONResponse(self._described(of))

    def sheet(self, asked: Asked) -> Response:
        """GetDraftSheet: every draft on one picture.

        Raises: Denied; NoSuchResource when the account has no such set; StorageFailed.
        """
        content = draft_sheet(self.desk.library, self._kept(asked))
        return Response(content, media_type="image/webp", headers={"Cache-Control": "private, no-cache"})

    def finish(self, asked: Asked) -> Response:
        """FinishDrafts: take an order of finals, and answer before any is drawn.

        Raises: Denied; NoSuchResource when the account has no such set; NoSuchModel; Unsupported when the model cannot
        finish; InvalidRequest when no draft is named or chosen; AlreadyThere when one is not there; NoRoom;
        BudgetSpent.
        """
        of, body = self._kept(asked), asked.body
        named = self._named(asked, body.get("model", of.finish_on))
        wanted = WantedFinals(
            numbers=[int(number) for number in body.get("picks", ())],
            strength=body.get("strength", named.card.tier.finish_strength),
            refine=refine if body.get("refinePrompt") else None,
            booked=booked_as(named, _with_campaign(of.tags, of.campaign)),
        )
        self._drafting.finish(asked.caller.user, of, named.card, wanted)
        self._note_warned(asked, of.prompt, of.negative_prompt)
        return JSONResponse(self._described(of), 202)

    @property
    def _drafting(self) -> Drafting:
        return Drafting(desk=self.desk, random=self.models.directory.random)

    def _kept(self, asked: Asked) -> DraftSet:
        """The set that the path names, if whoever asks may do this to it."""
        set_id = asked.parameters["set"]
        asked.require(self._arn(asked, set_id))
        return self._drafting.find(asked.caller.user.account_id, set_id)

    def _named(self, asked: Asked, name: str) -> Named:
        """The model of that name, if whoever asks may draw on it."""
        cards = self.models.catalog.models.values()
        model = next((card.id for card in cards if card.alias == name), name)
        return self.models.find_in_thread(asked.request, "InvokeModel", model)

    def _note_warned(self, asked: Asked, prompt: str, negative: str) -> None:
        screening, account = self.desk.maker.screening, asked.caller.user.account_id
        note_warned(asked.request, screening.warned(account, parse(prompt), parse(negative)))

    def _finish_on(self, body: Mapping[str, Any], card: ModelCard) -> ModelCard:
        name = body.get("finishOn", card.finish_on)
        if name is None:
            raise InvalidRequest(f"{card.name} names no model that its drafts are finished on; say it in 'finishOn'.")
        return self.models.catalog.model_named(name)

    def _described(self, of: DraftSet) -> Object:
        with self.models.directory.database.reading() as connection:
            return described(connection, self.desk, of)

    def _arn(self, asked: Asked, name: str) -> str:
        return outcrop_arn(self.models.region, asked.caller.user.account_id, f"draft-set/{name}")


def _with_campaign(tags: Mapping[str, str], campaign: str | None) -> dict[str, str]:
    return dict(tags) if campaign is None else {**tags, "campaign": campaign}
