"""Metrics of a real server, read over HTTP as Prometheus reads them."""

import socket
import urllib.request
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from outcrop.access.quotas import Limit
from outcrop.api.manner import Manner
from outcrop.catalog.load import Catalog
from outcrop.cli.metering import HOST, open_metrics
from outcrop.errors import BadSettings
from outcrop.records.metrics import Metrics
from outcrop.settings import Settings
from outcrop.units import ModelId
from tests.conftest import CORE, SDXL
from tests.serving import serving
from tests.toy_engine import BREAK

INVOKE = f"/model/{CORE}/invoke"


def value(registry: CollectorRegistry, name: str) -> float:
    """What a metric says of the model; 0 when nothing yet."""
    return registry.get_sample_value(name, {"ModelId": CORE}) or 0


def test_calls_are_counted_by_how_they_end(catalog: Catalog) -> None:
    """A picture, a bad body, a defect, and one that is throttled, which counts nowhere else."""
    metrics = Metrics()
    limits = {ModelId(CORE): Limit(name="core", per_minute=3)}
    with serving(catalog, manner=Manner(limits=limits, metrics=metrics), clock=lambda: 0.0) as server:
        bodies = [b'{"prompt":"a"}', b"{}", f'{{"prompt":"{BREAK}"}}'.encode(), b'{"prompt":"a"}']
        assert [server.send("POST", INVOKE, body).status for body in bodies] == [200, 400, 500, 429]
        server.send("POST", "/model/no.such-model/invoke", b"{}")
    names = ("Invocations", "InvocationClientErrors", "InvocationServerErrors", "InvocationThrottles")
    assert [value(metrics.registry, f"{name}_total") for name in (*names, "OutputImageCount")] == [1, 1, 1, 1, 1]
    assert value(metrics.registry, "InvocationLatency_count") == 1
    assert "no.such" not in str(list(metrics.registry.collect()))


def test_legacy_models_are_counted_once_more(catalog: Catalog) -> None:
    """Calls that succeed, of models whose days are numbered."""
    metrics = Metrics()
    body = b'{"text_prompts":[{"text":"a"}]}'
    with serving(catalog, manner=Manner(metrics=metrics)) as server:
        asked = ((SDXL, body), (SDXL, b"{}"), (CORE, b'{"prompt":"a"}'))
        assert [server.send("POST", f"/model/{model}/invoke", sent).status for model, sent in asked] == [200, 400, 200]
    assert metrics.registry.get_sample_value("LegacyModelInvocations_total", {"ModelId": SDXL}) == 1
    assert value(metrics.registry, "LegacyModelInvocations_total") == 0


def test_they_are_shown_on_a_port_of_this_machine() -> None:
    """For as long as the server runs, and nothing listens where none is wanted."""
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
        settings = Settings(home=Path("/nowhere"), metrics_port=port)
        with pytest.raises(BadSettings, match=f"metrics on port {port}"), open_metrics(settings):
            pass
    with open_metrics(settings) as metrics:
        metrics.count(CORE, "done", 1200)
        metrics.count_pictures(CORE, 2)
        with urllib.request.urlopen(f"http://{HOST}:{port}/metrics", timeout=30) as answer:
            shown = answer.read().decode()
    assert f'Invocations_total{{ModelId="{CORE}"}} 1.0' in shown
    assert f'InvocationLatency_sum{{ModelId="{CORE}"}} 1200.0' in shown
    assert f'OutputImageCount_total{{ModelId="{CORE}"}} 2.0' in shown
    with open_metrics(Settings(home=Path("/nowhere"))) as quiet:
        quiet.count(CORE, "throttled", 0)
