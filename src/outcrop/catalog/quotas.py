"""How many requests a minute AWS takes of an account, as data. Knows numbers; counts nothing."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from outcrop.catalog.load import DATA
from outcrop.units import ModelId


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedQuota:
    """Requests a minute that some models share."""

    name: str
    per_minute: int
    models: tuple[ModelId, ...]


def load_quotas() -> Mapping[ModelId, SharedQuota]:
    """Each model's quota, as far as one is known."""
    content = tomllib.loads((DATA / "quotas.toml").read_text(encoding="utf-8"))
    quotas = [
        SharedQuota(name=one["name"], per_minute=one["per_minute"], models=tuple(map(ModelId, one["models"])))
        for one in content["shared"]
    ]
    return {model: quota for quota in quotas for model in quota.models}
