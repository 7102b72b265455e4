"""Small maps drawn by the tests: OpenStreetMap XML from a few nodes and ways, and its import."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import quoteattr

from geo.roads.importer import ImportReport, import_roads
from geo.roads.travel import TravelTimes
from geo.shapes import Position

LON, LAT = 111.30, 23.48
STEP = 0.01
"""One grid step in degrees: about 1,020 m east, 1,112 m north."""


def at(x: float, y: float) -> Position:
    """A grid point of a drawn map."""
    return Position(lon=LON + x * STEP, lat=LAT + y * STEP)


@dataclass
class Drawing:
    """Nodes on a grid, ways between them, and turn restrictions."""

    points: dict[int, tuple[float, float]]
    ways: list[tuple[list[int], dict[str, str]]] = field(default_factory=list)
    turns: list[tuple[str, int, tuple[str, int], int]] = field(default_factory=list)
    node_tags: dict[int, dict[str, str]] = field(default_factory=dict)

    def way(self, refs: Sequence[int], **tags: str) -> int:
        """Add a way; it is an unclassified two-way road unless the tags say otherwise. Returns its id."""
        self.ways.append((list(refs), {"highway": "unclassified", **tags}))
        return len(self.ways)

    def ferry(self, refs: Sequence[int], **tags: str) -> int:
        self.ways.append((list(refs), {"route": "ferry", **tags}))
        return len(self.ways)

    def xml(self) -> str:
        nodes = "".join(
            f'<node id="{i}" version="1" lon="{at(*xy).lon:.7f}" lat="{at(*xy).lat:.7f}">'
            f"{_tags(self.node_tags.get(i, {}))}</node>"
            for i, xy in self.points.items()
        )
        ways = "".join(
            f'<way id="{i}" version="1">' + "".join(f'<nd ref="{r}"/>' for r in refs) + f"{_tags(tags)}</way>"
            for i, (refs, tags) in enumerate(self.ways, start=1)
        )
        relations = "".join(
            f'<relation id="{i}" version="1"><member type="way" ref="{source}" role="from"/>'
            f'<member type="{via[0]}" ref="{via[1]}" role="via"/>'
            f'<member type="way" ref="{target}" role="to"/>'
            f"{_tags({'type': 'restriction', 'restriction': kind})}</relation>"
            for i, (kind, source, via, target) in enumerate(self.turns, start=1)
        )
        head = '<?xml version="1.0" encoding="UTF-8"?><osm version="0.6" generator="test">'
        return f"{head}{nodes}{ways}{relations}</osm>"

    def write(self, folder: Path) -> Path:
        source = folder / "drawn.osm"
        source.write_text(self.xml(), encoding="utf-8")
        return source

    def imported(self, folder: Path) -> tuple[TravelTimes, ImportReport]:
        report = import_roads(self.write(folder), folder / "roads", no_progress)
        return TravelTimes.load(folder / "roads"), report


def no_progress(stage: str, done: int, total: int) -> None:
    """Nobody watches."""


def _tags(tags: Mapping[str, str]) -> str:
    return "".join(f"<tag k={quoteattr(k.replace('__', ':'))} v={quoteattr(v)}/>" for k, v in tags.items())
