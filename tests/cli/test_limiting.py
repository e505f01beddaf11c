"""Which limit holds: a model's own, the operator's for all, or the catalogue's."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from outcrop.access.quotas import Limit
from outcrop.catalog.quotas import load_quotas
from outcrop.cli.limiting import open_limits
from outcrop.errors import BadSettings
from outcrop.settings import Settings
from outcrop.units import ModelId
from tests.conftest import CORE, CORE_10, MODELS, ULTRA


def limits_of(settings: Settings) -> Mapping[ModelId, Limit]:
    """The limits of every model."""
    return open_limits(settings, [ModelId(model) for model in MODELS])


def test_the_catalogue_s_hold_unless_the_settings_say_otherwise() -> None:
    """Those of which AWS's is known; Core's two versions share it."""
    limits = limits_of(Settings(home=Path("/nowhere")))
    assert set(limits) == set(load_quotas())
    assert limits[ModelId(CORE)] == limits[ModelId(CORE_10)] == Limit(name="Stable Image Core", per_minute=90)


def test_one_number_holds_for_all_and_a_model_s_own_wins() -> None:
    """0 is no limit, for one or for all."""
    raised = limits_of(Settings(home=Path("/nowhere"), requests_per_minute=7, quotas={CORE: 3, ULTRA: 0}))
    assert raised[ModelId(CORE)] == Limit(name=CORE, per_minute=3)
    assert raised[ModelId(CORE_10)].per_minute == 7
    assert ModelId(ULTRA) not in raised
    assert set(raised) == set(MODELS) - {ULTRA}
    off = limits_of(Settings(home=Path("/nowhere"), requests_per_minute=0, quotas={CORE: 3}))
    assert list(off) == [CORE]


def test_a_model_that_there_is_not_is_refused() -> None:
    """The message lists those that there are."""
    with pytest.raises(BadSettings, match=r"\[quotas\] names the model 'a.b'; known are: .*nova"):
        limits_of(Settings(home=Path("/nowhere"), quotas={"a.b": 1}))
