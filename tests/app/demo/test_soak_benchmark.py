"""The soak runs, finds the service well, and prints its one document."""

import json
import sys
from pathlib import Path

import pytest

from benchmarks import soak


def test_quick_run_prints_one_document(
    small_prefecture: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "prefecture").symlink_to(small_prefecture)
    (tmp_path / "roads").symlink_to(small_prefecture / "roads")
    monkeypatch.setattr(sys, "argv", ["soak", "--input", str(tmp_path), "--quick"])
    with pytest.raises(SystemExit) as ended:
        soak.main()
    out, err = capsys.readouterr()
    document = json.loads(out)
    *minutes, whole = document["rows"]
    assert (ended.value.code, whole["well"]) == (0, True), err
    assert document["name"] == "soak"
    assert document["input"]["database"] == "sqlite"
    assert (whole["stopped"], whole["rebuild"], whole["bad_log_lines"]) == ([0, 0], 0, 0)
    assert all(row["service_rss_mb"] > 0 and row["median_ms"] <= row["p99_ms"] for row in minutes)
    assert "service_rss_mb: last minute vs minute 1" in document["ratios"]
