"""The ranking benchmark runs, compares before it times, and prints its one document."""

import json
import sys
from pathlib import Path

import pytest

from benchmarks import ranking
from tests.geo.roads.drawing import Drawing


def test_quick_run_prints_one_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    side = 5
    drawing = Drawing({y * side + x + 1: (x * 0.2, y * 0.2) for y in range(side) for x in range(side)})
    for row in range(side):
        drawing.way([row * side + x + 1 for x in range(side)])
        drawing.way([y * side + row + 1 for y in range(side)])
    source = drawing.write(tmp_path)
    monkeypatch.setattr(sys, "argv", ["ranking", "--input", str(source), "--quick"])
    ranking.main()
    document = json.loads(capsys.readouterr().out)
    assert document["name"] == "ranking"
    assert document["input"]["junctions"] == side * side
    assert {row["engine"] for row in document["rows"]} == {"ours", "networkx"}
    assert all(row["n"] > 0 and row["median_ms"] <= row["p99_ms"] for row in document["rows"])
    assert any(name.startswith("40 units to one call: ours vs networkx") for name in document["ratios"])
