"""What an asset came from and what came of it, as far as it goes. Knows no caller."""

from collections.abc import Callable, Iterable
from typing import Final

from outcrop.clock import moment_of
from outcrop.store.assets import Asset, children_of, find_assets
from outcrop.store.database import Connection

Object = dict[str, object]
MOST_NODES: Final = 500
"""How many are looked at; a larger family is told in part, and says so."""


def lineage(connection: Connection, asset: Asset) -> Object:
    """Every ancestor and every descendant of an asset, and who came from whom; those that were deleted as stubs."""

    def parents(one: Asset) -> list[Asset]:
        return find_assets(connection, {parent.asset_id for parent in one.parents})

    def children(one: Asset) -> list[Asset]:
        return children_of(connection, one.id)

    found = {asset.id: asset}
    whole = _walk([asset], parents, found)
    whole = _walk([asset], children, found) and whole
    edges = [
        {"parent": parent.asset_id, "child": one.id, "role": parent.role}
        for one in found.values()
        for parent in one.parents
        if parent.asset_id in found
    ]
    nodes = sorted(found.values(), key=lambda one: one.id)
    return {"asset": asset.id, "nodes": [_node(one) for one in nodes], "edges": edges, "complete": whole}


def _walk(begin: Iterable[Asset], following: Callable[[Asset], list[Asset]], found: dict[str, Asset]) -> bool:
    """Find all that follows; tells whether that was all."""
    waiting = list(begin)
    while waiting:
        for one in following(waiting.pop()):
            if one.id in found:
                continue
            if len(found) >= MOST_NODES:
                return False
            found[one.id] = one
            waiting.append(one)
    return True


def _node(asset: Asset) -> Object:
    return {
        "id": asset.id,
        "kind": asset.kind,
        "createdAt": moment_of(asset.created_at),
        "deletedAt": None if asset.deleted_at is None else moment_of(asset.deleted_at),
        "model": asset.model_id,
        "prompt": asset.prompt,
        "seed": asset.seed,
        "job": asset.job_id,
        "set": asset.set_id,
    }
