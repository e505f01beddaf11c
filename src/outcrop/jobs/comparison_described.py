"""A comparison as the server's own REST tells of it: each cell's state, price and time. Changes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from outcrop.assets.library import deliverable
from outcrop.catalog.prices import to_dollars
from outcrop.clock import moment_of
from outcrop.store.assets import Asset, assets_of_jobs, find_assets
from outcrop.store.comparisons import Axis, Comparison
from outcrop.store.database import Connection
from outcrop.store.jobs import Job, find_jobs
from outcrop.units import Micros

MILLI: Final = 1000

Object = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What has become of a cell."""

    number: int
    """From 1, row by row."""
    job: Job
    asset: Asset | None
    """Its picture, where it is there and may be delivered."""


def drawn(connection: Connection, of: Comparison) -> list[Drawn]:
    """Every cell of a comparison, row by row."""
    jobs = {job.id: job for job in find_jobs(connection, of.jobs)}
    assets = _assets(connection, of)
    return [
        Drawn(number=number, job=jobs[job_id], asset=assets.get(job_id)) for number, job_id in enumerate(of.jobs, 1)
    ]


def described(connection: Connection, of: Comparison) -> Object:
    """All that is told of a comparison: what differs, how far each cell has come, and what it cost."""
    cells = drawn(connection, of)
    return {
        "id": of.id,
        "name": of.name,
        "down": _axis(of.down),
        "across": _axis(of.across),
        "cells": [_cell(one) for one in cells],
        "price": to_dollars(of.price),
        "spent": to_dollars(Micros(sum(_price(one.job) for one in cells if one.job.state == "done"))),
        "user": of.user_name,
        "createdAt": moment_of(of.created_at),
    }


def _cell(one: Drawn) -> Object:
    job = one.job
    return {
        "number": one.number,
        "model": job.model_id,
        "job": job.id,
        "state": job.state,
        "reason": job.reason,
        "asset": None if one.asset is None else one.asset.id,
        "price": to_dollars(_price(job)),
        "seconds": None if job.took_ms is None else job.took_ms / MILLI,
    }


def _assets(connection: Connection, of: Comparison) -> Mapping[str, Asset]:
    """The pictures that may be delivered, by their jobs."""
    left = [ids[0] for ids in assets_of_jobs(connection, of.jobs).values()]
    return {asset.job_id: asset for asset in find_assets(connection, left) if asset.job_id and deliverable(asset)}


def _price(job: Job) -> Micros:
    return Micros(job.request["price"])


def _axis(axis: Axis) -> Object:
    return {"by": axis.by, "values": list(axis.values)}
