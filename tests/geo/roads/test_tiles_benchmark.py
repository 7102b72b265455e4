"""The tile benchmark runs, compares before it times, and prints its one document."""

import json
import sys
from pathlib import Path

import pytest

from benchmarks import tiles
from tests.geo.roads.drawing import Drawing


def test_quick_run_prints_one_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    side = 5
    drawing = Drawing({y * side + x + 1: (x * 0.2, y * 0.2) for y in range(side) for x in range(side)})
    for row in range(side):
        drawing.way([row * side + x + 1 for x in range(side)], highway="primary", name=f"横{row}路")
        drawing.way([y * side + row + 1 for y in range(side)], oneway="yes")
    source = drawing.write(tmp_path)
    monkeypatch.setattr(sys, "argv", ["tiles", "--input", str(source), "--quick"])
    tiles.main()
    document = json.loads(capsys.readouterr().out)
    assert document["name"] == "tiles"
    assert {row["engine"] for row in document["rows"]} == {"ours", "plain python"}
    assert {row["job"] for row in document["rows"]} == {f"tile z{zoom}" for zoom in range(8, 16)}
    assert all(row["n"] > 0 and row["median_ms"] <= row["p99_ms"] for row in document["rows"])
    assert "tile z13: ours vs plain python" in document["ratios"]
