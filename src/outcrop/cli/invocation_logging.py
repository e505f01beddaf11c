"""Opens the log of invocations for the server. Knows what it stands on; knows no call."""

from outcrop.access.directory import Directory
from outcrop.api.invocations import logged_at
from outcrop.assets.buckets import Buckets
from outcrop.clock import unix_time
from outcrop.records.invocation_log import InvocationLog, Means
from outcrop.records.meter import Meter


def open_invocation_log(directory: Directory, buckets: Buckets, metrics: Meter) -> InvocationLog:
    """The log, over the buckets that accounts name; it works while its block lasts."""
    means = Means(buckets=buckets, destination=logged_at(directory), metrics=metrics, now=unix_time)
    return InvocationLog(means)
