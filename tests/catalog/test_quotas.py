"""The catalogue's quotas: they are of models that there are, and versions of a model share theirs."""

from outcrop.catalog.quotas import load_quotas
from outcrop.units import ModelId
from tests.conftest import CORE, CORE_10, MODELS, ULTRA


def test_every_quota_is_of_a_model() -> None:
    """That there is, and of more than none."""
    quotas = load_quotas()
    assert set(quotas) <= set(MODELS)
    assert all(quota.per_minute > 0 for quota in quotas.values())


def test_versions_share() -> None:
    """Core 1.0 and 1.1 are one, Ultra is another."""
    quotas = load_quotas()
    assert quotas[ModelId(CORE)] is quotas[ModelId(CORE_10)] is not quotas[ModelId(ULTRA)]
