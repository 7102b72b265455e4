"""Liveness, readiness and figures, without sign-in and without a word about anybody."""

import asyncio
from pathlib import Path

from ledger.clock import SystemClock
from ledger.errors import Unavailable
from ledger.reasons import Reason
from ledger.storage.sqlite import SqliteStorage
from tests.web import test_server
from tests.web.support import Service, serving
from web.health import Check, health_routes
from web.metrics import Metrics, TimedStorage
from web.routes import Route


async def well() -> Reason | None:
    return None


async def unwell() -> Reason | None:
    return Reason("database-closed")


async def broken() -> Reason | None:
    raise RuntimeError("x")


async def gone() -> Reason | None:
    raise Unavailable("database-gone")


async def hanging() -> Reason | None:
    await asyncio.sleep(60)
    return None


async def ask(path: Path, checks: dict[str, Check]) -> tuple[int, object]:
    async with serving(path, health_routes(checks, Metrics())) as service:
        assert (await service.get("/healthz")).body == {"alive": True}
        answer = await service.get("/readyz")
        return answer.status, answer.body.get("checks")


async def test_ready_when_every_check_is(tmp_path: Path) -> None:
    assert await ask(tmp_path, {"database": well, "roads": well}) == (200, ["database", "roads"])


async def test_not_ready_says_which_and_why(tmp_path: Path) -> None:
    status, checks = await ask(tmp_path, {"a": well, "b": unwell, "c": broken, "d": gone, "e": hanging})
    assert status == 503
    assert isinstance(checks, dict)
    assert {name: reason["code"] for name, reason in checks.items()} == {
        "b": "database-closed",
        "c": "check-failed",
        "d": "database-gone",
        "e": "check-failed",
    }


async def figures(service: Service) -> dict[str, float]:
    text = (await service.get("/metrics")).raw.decode()
    lines = (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in lines}


async def test_requests_are_counted_by_template(tmp_path: Path) -> None:
    metrics = Metrics()
    metrics.watch("jiuhu_live_subscribers", "Open streams", lambda: 3)

    def routes(storage: SqliteStorage) -> list[Route]:
        timed = TimedStorage(storage, metrics, SystemClock())
        return [*test_server.routes(timed), *health_routes({}, metrics)]  # type: ignore[arg-type]

    async with serving(tmp_path, routes, metrics=metrics) as service:
        await service.post(test_server.HERE, {"words": "张三"}, as_="dispatcher", key="k")
        await service.post(test_server.HERE + "/", {"words": 1}, as_="dispatcher", key="k")
        await service.get("/nowhere/张三")
        found = await figures(service)
        template = 'method="POST",route="/api/v1/incidents/{incident_id}/notes"'
        assert found[f'jiuhu_http_requests_total{{{template},status="200"}}'] == 1
        assert found[f'jiuhu_http_requests_total{{{template},status="422"}}'] == 1
        assert found['jiuhu_http_requests_total{method="GET",route="unmatched",status="404"}'] == 1
        assert found["jiuhu_write_seconds_count"] == 1
        assert found["jiuhu_live_subscribers"] == 3
        assert "张三" not in repr(found)
        assert "0191f0d2" not in repr(found)
