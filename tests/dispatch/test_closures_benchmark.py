"""The benchmark of closures runs on every database of this machine and prints its one document."""

import json
import sys

import pytest

from benchmarks import closures
from tests.support import databases


def test_quick_run_prints_one_document(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["closures", "--quick"])
    closures.main()
    document = json.loads(capsys.readouterr().out)
    assert document["name"] == "closures"
    heard = {row["job"]: row for row in document["rows"] if row["job"].endswith(("heard", "there"))}
    assert set(heard) == {
        f"2 crews on {engine}: {what}"
        for engine in databases.engines()
        for what in ("change heard", "way there")
    }
    assert all(row["n"] == 4 and row["median_ms"] <= row["p95_ms"] <= row["max_ms"] for row in heard.values())
