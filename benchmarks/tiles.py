"""One vector tile: ours, in array operations, against the same tile made line by line in plain Python.

    python -m benchmarks.tiles [--input ROADS_DIR | FILE.osm.pbf] [--quick]

Both start from the same joined lines and give the same bytes, which is checked before times are taken. Tiles lie
where roads are: around junctions picked at random, so towns weigh more than hills, as they do on a screen. The
settlements' names are left out. Without --input it runs on the demo prefecture.
"""

import argparse
import gzip
import random
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from app.logs import set_up
from benchmarks.measure import Row, measure, percentile, print_document, say
from benchmarks.plain_tiles import PlainTiles
from benchmarks.ranking import demo_prefecture, roads_folder
from geo.roads.storage import load_network
from geo.roads.tiles import MAX_ZOOM, MIN_ZOOM, TileMaker, to_mercator

Tile = tuple[int, int, int]


def run(directory: Path, quick: bool, seed: int = 20250601) -> tuple[dict[str, object], list[Row]]:
    """All rows for one road folder, after the tiles were found equal."""
    network, manifest = load_network(directory)
    started = time.perf_counter()
    ours = TileMaker(network, [])
    built_s = time.perf_counter() - started
    plain = PlainTiles(network)
    rng = random.Random(seed)
    count, compared = (6, 2) if quick else (200, 20)
    world = to_mercator(network.junction_lonlat)
    rows: list[Row] = []
    for zoom in range(MIN_ZOOM, MAX_ZOOM + 1):
        picked = [world[rng.randrange(len(world))] for _ in range(count)]
        tiles: list[Tile] = [(zoom, *np.floor(xy * 2.0**zoom).astype(int).tolist()) for xy in picked]
        for tile in tiles[:compared]:
            if ours.tile(*tile) != plain.tile(*tile):
                raise SystemExit(f"the tiles differ: {tile}")
        sizes = [len(gzip.compress(ours.tile(*tile), 6)) for tile in tiles]
        more = {"gzip_bytes_median": percentile(sizes, 50), "gzip_bytes_largest": max(sizes)}
        engines: list[tuple[str, TileMaker | PlainTiles]] = [("ours", ours), ("plain python", plain)]
        for engine, maker in engines:
            row = measure(f"tile z{zoom}", engine, _asking(maker), tiles, budget_s=0.2 if quick else 10.0)
            rows.append(Row(row.job, row.engine, row.wall_ms, row.cpu_ms, more if engine == "ours" else {}))
        say(f"z{zoom}: {compared} tiles equal, {len(tiles)} timed")
    described: dict[str, object] = {
        "roads": directory.name,
        "graph": manifest.graph[:12],
        "pieces": network.piece_count,
        "points": len(network.geometry),
        "built_s": round(built_s, 3),
        "seed": seed,
        "compared_per_zoom": compared,
    }
    return described, rows


def _asking(maker: TileMaker | PlainTiles) -> Callable[[Tile], bytes]:
    return lambda tile: maker.tile(*tile)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--input", type=Path, help="an imported road folder, or an .osm.pbf file")
    parser.add_argument("--quick", action="store_true", help="few tiles: shows that it works")
    options = parser.parse_args()
    set_up(as_json=False)
    if options.input is not None:
        with roads_folder(options.input) as directory:
            described, rows = run(directory, options.quick)
    else:
        with demo_prefecture() as prefecture:
            described, rows = run(prefecture / "roads", options.quick)
    print_document("tiles", described, rows)


if __name__ == "__main__":
    main()
