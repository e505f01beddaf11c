"""A draft set as the server's own REST tells of it, and as the command line shows it. Changes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from outcrop.assets.library import deliverable
from outcrop.catalog.load import Catalog
from outcrop.catalog.prices import to_dollars
from outcrop.clock import moment_of
from outcrop.jobs.desk import Desk
from outcrop.store.assets import Asset, SoughtAssets
from outcrop.store.database import Connection
from outcrop.store.drafts import Draft, DraftSet, Finished, drafts_of, finals_of, picks_of
from outcrop.store.jobs import Job, Sought, list_jobs
from outcrop.units import Micros, ModelId

MOST: Final = 1000
"""Jobs and pictures of a set that are looked at."""

Object = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Left:
    """What the jobs of a set have left so far."""

    jobs: Mapping[str, Job]
    assets: Mapping[str, Asset]
    """By the job that left them."""

    def spent(self) -> Micros:
        """What the pictures cost that are there."""
        return Micros(sum(job.request["price"] for job in self.jobs.values() if job.state == "done"))

    def of(self, job_id: str) -> Object:
        """How one picture is getting on."""
        job, asset = self.jobs.get(job_id), self.assets.get(job_id)
        return {
            "job": job_id,
            "state": job.state if job is not None else "failed" if asset is None else "done",
            "reason": None if job is None else job.reason,
            "asset": None if asset is None or not deliverable(asset) else asset.id,
        }


def described(connection: Connection, desk: Desk, of: DraftSet) -> Object:
    """All that is told of a set: what was asked for, how far it has come, what was chosen and what it cost."""
    drafts, finals, left = (
        drafts_of(connection, of.id),
        finals_of(connection, of.id),
        _left(connection, desk, of),
    )
    spent = left.spent()
    return {
        "id": of.id,
        "prompt": of.prompt,
        "negativePrompt": of.negative_prompt,
        "aspectRatio": of.aspect_ratio,
        "model": of.model_id,
        "finishOn": of.finish_on,
        "count": len(drafts),
        "price": to_dollars(of.price),
        "priceIfAllUltra": to_dollars(of.price_if_all),
        "spent": to_dollars(spent),
        "saved": to_dollars(Micros(of.price_if_all - spent)),
        "jobs": [one.job_id for one in drafts] + [one.job_id for one in finals],
        "drafts": [_draft(one, left) for one in drafts],
        "picks": [{"number": one.number, "rank": one.rank, "note": one.note} for one in picks_of(connection, of.id)],
        "finals": [_final(one, left, desk.maker.catalog) for one in finals],
        "tags": dict(of.tags),
        "campaign": of.campaign,
        "createdAt": moment_of(of.created_at),
    }


def _draft(draft: Draft, left: _Left) -> Object:
    return {"number": draft.number, "seed": draft.seed, **left.of(draft.job_id)}


def _final(final: Finished, left: _Left, catalog: Catalog) -> Object:
    card = catalog.models.get(ModelId(final.model_id))
    return {
        "number": final.number,
        "model": final.model_id,
        "tier": final.model_id if card is None else card.alias,
        "strength": final.strength,
        "refined": final.refined,
        "prompt": final.prompt,
        **left.of(final.job_id),
    }


def _left(connection: Connection, desk: Desk, of: DraftSet) -> _Left:
    jobs = list_jobs(connection, Sought(account_id=of.account_id, set_id=of.id, most=MOST))
    assets = desk.library.search(connection, SoughtAssets(account_id=of.account_id, set_id=of.id, most=MOST))
    return _Left(
        jobs={job.id: job for job in jobs},
        assets={asset.job_id: asset for asset in assets if asset.job_id is not None},
    )
