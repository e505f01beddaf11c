"""Puts the parts together from the settings: the one place that knows which engine stands behind the seam."""

from outcrop.catalog.load import Catalog, load_catalog
from outcrop.clock import now
from outcrop.engine.process import ProcessEngine
from outcrop.flow import Flow
from outcrop.settings import Settings


def open_catalog(settings: Settings) -> Catalog:
    """The shipped catalogue with the operator's weights and tiers over it.

    Raises: BadSettings when the settings name a model or checkpoint there is none of; BadCheckpoint when a folder of
    weights is none.
    """
    return load_catalog(folders=settings.checkpoints, tiers=settings.models)


def open_flow(settings: Settings, catalog: Catalog) -> Flow:
    """A flow on an engine in its own process; returns before the engine has loaded. Close it."""
    return Flow(ProcessEngine(catalog.checkpoints, settings.threads), now)
