"""Counts of calls by CloudWatch's names, in Prometheus's form. Knows numbers; knows no request.

Source: Amazon Bedrock User Guide, "Monitor Amazon Bedrock with Amazon CloudWatch": metrics of `AWS/Bedrock`.
"""

from typing import Final, final

from prometheus_client import CollectorRegistry, Counter, Histogram

from outcrop.records.meter import Delivered, Outcome

DELIVERED: Final[tuple[tuple[Delivered, str, str], ...]] = (
    ("logs", "Logs", "Batches of invocation logs"),
    ("large data", "LargeData", "Long bodies of invocation logs"),
)

LATENCIES_MS: Final = (100, 250, 500, 1000, 2500, 5000, 10_000, 25_000, 60_000, 120_000, 300_000)


@final
class Metrics:
    """The metrics of one server."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        counted = {
            "done": ("Invocations", "Calls of InvokeModel that succeeded."),
            "client error": (
                "InvocationClientErrors",
                "Calls of InvokeModel that failed by the client's error.",
            ),
            "server error": (
                "InvocationServerErrors",
                "Calls of InvokeModel that failed by the server's error.",
            ),
            "throttled": ("InvocationThrottles", "Calls of InvokeModel that were throttled; they count nowhere else."),
        }
        self._counts = {
            outcome: Counter(name, text, ["ModelId"], registry=self.registry)
            for outcome, (name, text) in counted.items()
        }
        self._legacy = Counter(
            "LegacyModelInvocations",
            "Calls of InvokeModel that succeeded, of models that AWS calls legacy.",
            ["ModelId"],
            registry=self.registry,
        )
        self._latency = Histogram(
            "InvocationLatency",
            "Milliseconds of the calls that succeeded.",
            ["ModelId"],
            registry=self.registry,
            buckets=LATENCIES_MS,
        )
        self._delivered = {
            (kind, succeeded): Counter(
                f"ModelInvocation{name}S3Delivery{'Success' if succeeded else 'Failure'}",
                f"{text} that {'were' if succeeded else 'could not be'} written.",
                registry=self.registry,
            )
            for kind, name, text in DELIVERED
            for succeeded in (True, False)
        }
        self._pictures = Counter("OutputImageCount", "Pictures delivered.", ["ModelId"], registry=self.registry)
        self._filtered = Counter(
            "FilteredCount", "Calls that a content filter held back.", ["ModelId", "Stage"], registry=self.registry
        )

    def count(self, model: str, outcome: Outcome, ms: float) -> None:
        """Count a call that has ended."""
        self._counts[outcome].labels(model).inc()
        if outcome == "done":
            self._latency.labels(model).observe(ms)

    def count_legacy(self, model: str) -> None:
        """Count a call that succeeded, of a model whose days are numbered."""
        self._legacy.labels(model).inc()

    def count_delivery(self, kind: Delivered, *, succeeded: bool) -> None:
        """Count an object of the invocation logs that was to be written."""
        self._delivered[kind, succeeded].inc()

    def count_pictures(self, model: str, number: int) -> None:
        """Count pictures that are there."""
        self._pictures.labels(model).inc(number)

    def count_filtered(self, model: str, stage: str) -> None:
        """Count a call that a filter held back, and at which stage."""
        self._filtered.labels(model, stage).inc()
