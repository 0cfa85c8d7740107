"""Durable counters and the queue's state become a page that Prometheus reads (https://prometheus.io/docs/instrumenting/exposition_formats/)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.inbox import Inbox
from bot.queue.tally import Count

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
PREFIX = "channel_bot_"

HELP = {
    "deliveries_accepted": "Webhooks that were stored.",
    "deliveries_repeated": "Webhooks whose work was done already.",
    "deliveries_unreadable": "Authentic webhooks that nobody could understand, kept as dead letters.",
    "deliveries_refused": "Webhooks answered with an error, by status.",
    "deliveries_noted": "Oddities of authentic webhooks: unwanted kinds, old timestamps.",
    "subjects_worked": "Leases that ended, by how.",
}


def render(inbox: Inbox) -> bytes:
    """The metrics page. Raises StoreUnavailable."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Page(inbox))
    return generate_latest(registry)


class _Page(Collector):
    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    def describe(self) -> Iterable[Metric]:
        """Nothing: names come from what was counted, and asking the database twice would only cost."""
        return ()

    def collect(self) -> Iterator[Metric]:
        families: dict[tuple[str, tuple[str, ...]], CounterMetricFamily] = {}
        for count in self._inbox.counters():
            _family(families, count).add_metric([value for _, value in count.labels], count.value)
        yield from families.values()
        yield _gauge("inbox_pending", "Subjects that need a look.", self._inbox.pending())
        yield _gauge("inbox_lag_seconds", "How long the longest overdue subject waits.", self._inbox.lag())
        yield _gauge("inbox_dead_letters", "What waits for a person.", len(self._inbox.dead_letters()))


def _family(families: dict[tuple[str, tuple[str, ...]], CounterMetricFamily], count: Count) -> CounterMetricFamily:
    names = tuple(name for name, _ in count.labels)
    if (count.name, names) not in families:
        text = HELP.get(count.name, count.name.replace("_", " ").capitalize() + ".")
        families[count.name, names] = CounterMetricFamily(PREFIX + count.name, text, labels=names)
    return families[count.name, names]


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(PREFIX + name, text, value=value)
