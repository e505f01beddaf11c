"""Turns what the settings and the catalogue say of quotas into limits. Knows no account."""

from collections.abc import Collection, Mapping

from outcrop.access.quotas import Limit
from outcrop.catalog.quotas import SharedQuota, load_quotas
from outcrop.errors import BadSettings
from outcrop.settings import Settings
from outcrop.units import ModelId


def open_limits(settings: Settings, models: Collection[ModelId]) -> Mapping[ModelId, Limit]:
    """Each model's limit: its own of the settings, else theirs for all, else the catalogue's; 0 is none.

    Raises: BadSettings when the settings name a model that there is not.
    """
    unknown = sorted(set(settings.quotas) - set(models))
    if unknown:
        raise BadSettings(f"[quotas] names the model '{unknown[0]}'; known are: {', '.join(models)}.")
    quotas = load_quotas()
    limits = (_limit(model, quotas.get(model), settings) for model in models)
    return {model: limit for model, limit in zip(models, limits, strict=True) if limit.per_minute}


def _limit(model: ModelId, quota: SharedQuota | None, settings: Settings) -> Limit:
    if model in settings.quotas:  # a number of its own makes a limit of its own
        return Limit(name=model, per_minute=settings.quotas[model])
    per_minute = settings.requests_per_minute
    if per_minute is None:
        per_minute = 0 if quota is None else quota.per_minute
    return Limit(name=model if quota is None else quota.name, per_minute=per_minute)
