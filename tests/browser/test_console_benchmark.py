"""The console's benchmark runs, measures what the page promises, and prints its one document."""

import json
import sys
from collections.abc import Callable
from typing import Any

import pytest

from benchmarks import console


def document_of(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    monkeypatch.setattr(sys, "argv", ["console", "--quick"])
    console.main()
    return json.loads(capsys.readouterr().out)


def test_quick_run_prints_one_document(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sizes and hosts do not depend on how busy the machine is: they are held to what is promised."""
    document = document_of(monkeypatch, capsys)
    jobs: dict[str, Any] = {row["job"]: row for row in document["rows"]}
    pixel: Callable[[str], str] = "event to pixel, {}".format
    assert {pixel("all in view, at rest"), pixel("near, panning"), "queue usable, cached"} <= jobs.keys()
    # Each is rounded by itself: of few samples both may be the same one.
    rows = {row["job"]: (row["n"], row["median_ms"], row["p95_ms"]) for row in document["rows"]}
    assert all(n > 0 and median_ms <= 1.01 * p95_ms + 0.1 for n, median_ms, p95_ms in rows.values()), rows
    assert jobs[pixel("all in view, at rest")]["in_picture"] >= document["input"]["units"]
    assert document["input"]["requests_to_other_hosts"] == 0
    assert 0 < document["input"]["kilobytes"]["shell"] <= 30
    assert document["input"]["kilobytes"]["all"] <= 400
