"""One ranking's travel times: forty ambulances to one call, ours against networkx on the same roads.

    python -m benchmarks.ranking [--input ROADS_DIR | FILE.osm.pbf] [--quick]

A position that is new to us is found on the road inside our time: the whole fleet's in the first job, the
call's alone in the second, as in service. networkx is asked afterwards, finds those places remembered, and
only searches: on the reversed graph, once for each end of the call's road. Answers are compared before times
are taken. Without --input it runs on the demo prefecture, and there also through HTTP with the whole service.
"""

import argparse
import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.demo.prefecture.generate import ROADS_FILE, generate
from app.logs import set_up
from benchmarks import ranking_http
from benchmarks.measure import Row, measure, print_document, say
from benchmarks.networkx_peer import search
from geo.errors import OffRoad
from geo.roads.closures import Closure, PlaceClosure
from geo.roads.importer import import_roads
from geo.roads.network import RoadNetwork
from geo.roads.speeds import Mode
from geo.roads.travel import Seconds, TravelTimes
from geo.shapes import Position

UNITS = 40
MODE = Mode.SIREN
CLOSURES = 50
SPREAD_DEGREES = 0.002

Case = tuple[list[Position], Position]
Ask = Callable[[Case], list[Seconds]]


@dataclass(frozen=True, slots=True)
class Contest:
    """What every engine starts from."""

    times: TravelTimes
    rng: random.Random


def ask_ours(contest: Contest) -> Ask:
    return lambda case: contest.times.to_one(*case, MODE)


def ask_networkx(contest: Contest) -> Ask:
    return lambda case: search(contest.times, *case, MODE)


ENGINES: list[tuple[str, Callable[[Contest], Ask]]] = [("ours", ask_ours), ("networkx", ask_networkx)]


def run(directory: Path, quick: bool, seed: int = 20250601) -> tuple[dict[str, object], list[Row]]:
    """All rows for one road folder, after the answers were found equal."""
    contest = Contest(TravelTimes.load(directory), random.Random(seed))
    network = contest.times.network
    count = 60 if quick else 400  # few enough that every place on the road stays remembered
    cases = [_case(network, contest.rng) for _ in range(count)]
    asks = [(name, make(contest)) for name, make in ENGINES]
    compared = cases[: 5 if quick else 25]
    for name, ask in asks[1:]:
        for case in compared:
            if ask(case) != asks[0][1](case):
                raise SystemExit(f"{name} answers differently: {case}")
    say(f"{len(compared)} rankings equal")

    rows: list[Row] = []
    budget_s = 1.0 if quick else 8.0
    for name, ask in asks:
        rows.append(
            measure(f"{UNITS} units to one call", name, ask, cases[len(compared) :], budget_s=budget_s)
        )
    fleet = cases[0][0]
    calls = [(fleet, _case(network, contest.rng)[1]) for _ in range(count)]
    for name, ask in asks:
        rows.append(measure(f"{UNITS} known units to a new call", name, ask, calls, budget_s=budget_s))
    rows.append(_measure_path(contest, cases, budget_s))
    rows.append(_measure_closures(contest, 10 if quick else 60, budget_s))
    described: dict[str, object] = {
        "roads": directory.name,
        "graph": contest.times.version,
        "junctions": network.junction_count,
        "arcs": network.arc_count,
        "units": UNITS,
        "mode": str(MODE),
        "seed": seed,
        "compared_rankings": len(compared),
    }
    return described, rows


def _measure_path(contest: Contest, cases: list[Case], budget_s: float) -> Row:
    def ask(case: Case) -> None:
        try:
            contest.times.path(case[0][0], case[1], MODE)
        except OffRoad:
            return

    return measure("path with geometry and steps", "ours", ask, cases, budget_s=budget_s)


def _measure_closures(contest: Contest, count: int, budget_s: float) -> Row:
    """A storm's worth of closures, other ones each time, until the first answer that knows them."""
    network = contest.times.network
    sources, target = _case(network, contest.rng)
    pieces = network.piece_count

    def closures() -> list[Closure]:
        chosen = contest.rng.sample(range(pieces), min(CLOSURES, pieces))
        places = [Position(*network.piece_points(piece)[0].tolist()) for piece in chosen]
        return [PlaceClosure(f"c{i}", place, 50.0) for i, place in enumerate(places)]

    def close(active: list[Closure]) -> None:
        contest.times.set_closures(active)
        contest.times.to_one(sources, target, MODE)

    row = measure(
        "closures changed to first answer",
        "ours",
        close,
        [closures() for _ in range(count)],
        budget_s=budget_s,
    )
    contest.times.set_closures([])
    return row


def _case(network: RoadNetwork, rng: random.Random) -> Case:
    def position() -> Position:
        lon, lat = network.junction_lonlat[rng.randrange(network.junction_count)].tolist()
        return Position(
            lon + rng.uniform(-SPREAD_DEGREES, SPREAD_DEGREES),
            lat + rng.uniform(-SPREAD_DEGREES, SPREAD_DEGREES),
        )

    return [position() for _ in range(UNITS)], position()


@contextmanager
def roads_folder(source: Path) -> Iterator[Path]:
    """The folder itself, or a temporary import of an OpenStreetMap file."""
    if source.is_dir():
        yield source
        return
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary) / source.name
        import_roads(source, directory, lambda stage, done, total: None)
        say(f"imported {source.name}")
        yield directory


@contextmanager
def demo_prefecture() -> Iterator[Path]:
    """The demo prefecture at full size, its roads imported."""
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary)
        say("making the demo prefecture")
        generate(directory)
        import_roads(directory / ROADS_FILE, directory / "roads", lambda stage, done, total: None)
        yield directory


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--input", type=Path, help="an imported road folder, or an .osm.pbf file")
    parser.add_argument("--quick", action="store_true", help="few calls: shows that it works")
    options = parser.parse_args()
    set_up(as_json=False)
    if options.input is not None:
        with roads_folder(options.input) as directory:
            described, rows = run(directory, options.quick)
        say("other roads have no stations and units of ours: not asked through HTTP")
    else:
        with demo_prefecture() as prefecture:
            described, rows = run(prefecture / "roads", options.quick)
            rows += ranking_http.rows(prefecture, prefecture / "services", quick=options.quick)
    print_document("ranking", described, rows)


if __name__ == "__main__":
    main()
