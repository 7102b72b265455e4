"""What is counted and timed, in the Prometheus text format; no label ever holds anything about a person."""

from collections.abc import Callable
from typing import Literal, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from ledger.clock import Clock
from ledger.storage import Once, Storage, Work

T = TypeVar("T")

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """One registry of its own, so that two services in one process (a test) do not share counts."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "jiuhu_http_requests_total",
            "Requests by route template and status",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._durations = Histogram(
            "jiuhu_http_request_seconds",
            "Time to answer, live streams and sockets left out",
            ("route",),
            buckets=BUCKETS_S,
            registry=self._registry,
        )
        self._writes = Histogram(
            "jiuhu_write_seconds", "Time until a write is on disk", buckets=BUCKETS_S, registry=self._registry
        )

    def count_request(self, method: str, route: str, status: int, duration_s: float | None) -> None:
        """One request answered; `duration_s` None for what lives on (streams, sockets)."""
        self._requests.labels(method, route, str(status)).inc()
        if duration_s is not None:
            self._durations.labels(route).observe(duration_s)

    def time_write(self, duration_s: float) -> None:
        """One write finished, well or badly."""
        self._writes.observe(duration_s)

    def watch(self, name: str, meaning: str, read: Callable[[], float]) -> None:
        """A figure that is read when somebody asks, such as `jiuhu_live_subscribers`."""
        Gauge(name, meaning, registry=self._registry).set_function(read)

    def render(self) -> bytes:
        """Everything, as Prometheus reads it."""
        return generate_latest(self._registry)


class TimedStorage:
    """A storage whose writes are timed."""

    def __init__(self, inner: Storage, metrics: Metrics, clock: Clock) -> None:
        self._inner = inner
        self._metrics = metrics
        self._clock = clock

    @property
    def dialect(self) -> Literal["sqlite", "postgresql"]:
        return self._inner.dialect

    async def write(self, work: Work[T], once: Once | None = None) -> T:
        started_s = self._clock.monotonic_s()
        try:
            return await self._inner.write(work, once)
        finally:
            self._metrics.time_write(self._clock.monotonic_s() - started_s)

    async def read(self, work: Work[T]) -> T:
        return await self._inner.read(work)

    def on_commit(self, wake: Callable[[], None]) -> None:
        self._inner.on_commit(wake)

    async def close(self) -> None:
        await self._inner.close()
