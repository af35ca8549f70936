"""Numbers for Prometheus: counts by route and state, never a name, an id or an amount."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from sync.services.figures import Figures

REMEMBERED: Final = 30.0  # seconds; however many scrape, the database is asked this often at most


class Metrics:
    """One registry per process; `figures` is asked when somebody scrapes."""

    def __init__(
        self,
        figures: Callable[[], Figures] | None = None,
        tick: Callable[[], float] = time.monotonic,
    ) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "ccc_http_requests",
            "Requests answered, by route and status.",
            ("route", "status"),
            registry=self._registry,
        )
        if figures is not None:
            self._registry.register(_Ledger(figures, tick))

    def answered(self, route: str, status: int) -> None:
        """Count an answer; `route` is a pattern of ours, so a stranger cannot make new series."""
        self._requests.labels(route, str(status)).inc()

    def text(self) -> bytes:
        """The Prometheus text format."""
        return generate_latest(self._registry)


class _Ledger(Collector):
    def __init__(self, figures: Callable[[], Figures], tick: Callable[[], float]) -> None:
        self._figures = figures
        self._tick = tick
        self._lock = threading.Lock()
        self._known: Figures | None = None
        self._until = float("-inf")

    def describe(self) -> Iterator[Metric]:
        """Nothing in advance: registering must not ask the database."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        figures = self._now()
        yield _gauge("ccc_ledger_up", "Whether the ledger answered.", int(figures is not None))
        if figures is None:
            return
        yield _by_state("ccc_runs", "Runs by state.", figures.runs)
        yield _by_state("ccc_entries", "Transaction-log entries by state.", figures.entries)
        yield _gauge("ccc_outbox_backlog", "Messages waiting for Slack.", figures.outbox)
        yield _gauge("ccc_batches_in_flight", "QuickBooks batches not settled.", figures.batches)

    def _now(self) -> Figures | None:
        """A database that is away must not take the other numbers with it."""
        with self._lock:
            if self._tick() >= self._until:
                try:
                    self._known = self._figures()
                except Exception:  # a scrape is an edge, and Prometheus is to see that it failed
                    self._known = None
                self._until = self._tick() + REMEMBERED
            return self._known


def _gauge(name: str, text: str, value: int) -> Metric:
    return GaugeMetricFamily(name, text, value=value)


def _by_state(name: str, text: str, counts: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=["state"])
    for state, count in counts.items():
        family.add_metric([state], count)
    return family
