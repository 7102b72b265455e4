"""The map through the service: tiles compressed and kept for ever, one version at a time, closures to draw on it."""

import asyncio
import gzip
import math
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from dispatch.atlas import Atlas
from geo.roads.importer import load_places
from geo.roads.tiles import TileMaker
from geo.roads.travel import TravelTimes
from geo.shapes import Position
from tests.geo.roads.mvt_reader import read_tile
from tests.geo.roads.test_tiles import tile_of
from tests.support.house import API, Client, RunningHouse

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def fetch(client: Client, path: str, **headers: str) -> tuple[int, Mapping[str, str], bytes]:
    """Status, headers and body as a browser sees it, taken out of its compression."""
    async with client.session.get(client.base + API + path, headers=headers) as response:
        return response.status, response.headers, await response.read()


def tile_path(version: str, tile: tuple[int, int, int]) -> str:
    return f"/map/tiles/{version}/" + "/".join(map(str, tile))


async def test_the_map_says_what_pages_need(town: RunningHouse) -> None:
    clinic = await town.sign_in("desk-WZ-H3")
    shown = await clinic.get("/map")
    west, south, east, north = shown["bounds"]
    lon, lat = shown["centre"]
    assert west < lon < east
    assert south < lat < north
    assert (shown["min_zoom"], shown["max_zoom"]) == (8, 15)
    assert "虚构" in shown["attribution_zh"]
    assert "invented" in shown["attribution_en"]
    centre = next(o for o in town.seed.organisations if o.kind.value == "centre")
    assert (shown["title_zh"], shown["title_en"]) == (centre.name_zh, centre.name_en)


async def test_a_tile_is_compressed_kept_for_ever_and_known_again(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    shown = await dispatcher.get("/map")
    path = tile_path(shown["roads_version"], tile_of(Position(*shown["centre"]), 13))
    status, headers, data = await fetch(dispatcher, path)
    assert status == 200
    assert headers["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert headers["Content-Encoding"] == "gzip"
    assert headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert int(headers["Content-Length"]) < len(data)
    layers = read_tile(data)
    assert layers["roads"].features
    assert layers["places"].features
    status, again, body = await fetch(dispatcher, path, **{"If-None-Match": headers["ETag"]})
    assert (status, body, again["ETag"]) == (304, b"", headers["ETag"])


async def test_an_empty_tile_has_no_content(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    version = (await dispatcher.get("/map"))["roads_version"]
    status, headers, body = await fetch(dispatcher, tile_path(version, (13, 0, 0)))
    assert (status, body) == (204, b"")
    assert "immutable" in headers["Cache-Control"]
    assert "Content-Encoding" not in headers


@pytest.mark.parametrize(
    "version, tile, status, code",
    [
        ("another", (13, 1, 1), 404, "map-version-unknown"),
        (None, (7, 1, 1), 404, "map-tile-unknown"),
        (None, (16, 1, 1), 404, "map-tile-unknown"),
        (None, (8, 256, 1), 404, "map-tile-unknown"),
        (None, (8, 1, 256), 404, "map-tile-unknown"),
        (None, (8, -1, 1), 422, "invalid-request"),
        (None, (31, 1, 1), 422, "invalid-request"),
    ],
)
async def test_what_is_no_tile_is_a_problem(
    town: RunningHouse, version: str | None, tile: tuple[int, int, int], status: int, code: str
) -> None:
    dispatcher = await town.sign_in("dispatcher")
    version = version or (await dispatcher.get("/map"))["roads_version"]
    problem = await dispatcher.get(tile_path(version, tile), expect=status)
    assert status == 422 or problem["code"] == code


async def test_closures_change_no_tile_and_no_version(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    before = await dispatcher.get("/map")
    path = tile_path(before["roads_version"], tile_of(Position(*before["centre"]), 13))
    _, _, drawn = await fetch(dispatcher, path)
    lon, lat = before["centre"]
    place = {"form": "place", "lon": lon, "lat": lat, "datum": "wgs84", "radius_m": 2000, "reason": "flood"}
    closed = await dispatcher.post("/closures", place)
    assert await dispatcher.get("/map") == before
    assert (await fetch(dispatcher, path))[2] == drawn
    await dispatcher.post(f"/closures/{closed['id']}/end")


async def test_major_roads_are_geojson_and_asked_for_again(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    status, headers, _ = await fetch(dispatcher, "/map/roads")
    assert (status, headers["Content-Type"], headers["Content-Encoding"]) == (
        200,
        "application/geo+json",
        "gzip",
    )
    roads = await dispatcher.get("/map/roads")
    assert {feature["properties"]["class"] for feature in roads["features"]} >= {"trunk", "primary"}
    assert (await fetch(dispatcher, "/map/roads", **{"If-None-Match": headers["ETag"]}))[0] == 304


async def test_a_closure_says_what_to_draw(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    lon, lat = (await dispatcher.get("/map"))["centre"]
    network = town.house.desk.roads.network
    road = next(name.name for name in network.names if name.name.endswith("国道"))
    ring = [[lon - 0.02, lat - 0.02], [lon + 0.02, lat - 0.02], [lon, lat + 0.02]]
    bodies: dict[str, dict[str, Any]] = {
        "Polygon": {"form": "polygon", "ring": ring, "datum": "wgs84"},
        "Point": {"form": "place", "lon": lon, "lat": lat, "datum": "wgs84", "radius_m": 2000},
        "MultiLineString": {"form": "road", "road": road},
    }
    outlines = {}
    for kind, body in bodies.items():
        closed = await dispatcher.post("/closures", {**body, "reason": "flood"})
        outlines[kind] = closed["outline"]
        ended = await dispatcher.post(f"/closures/{closed['id']}/end")
        assert ended["outline"] == closed["outline"]  # also what is past can be shown
    assert {kind: outline["type"] for kind, outline in outlines.items()} == {kind: kind for kind in bodies}
    assert outlines["Polygon"]["coordinates"] == [[*ring, ring[0]]]
    assert outlines["Point"] == {"type": "Point", "coordinates": [lon, lat], "radius_m": 2000}
    length_m = sum(
        math.dist(a, b) * 111_195
        for line in outlines["MultiLineString"]["coordinates"]
        for a, b in pairwise(line)
    )
    named = [i for i, name in enumerate(network.names) if name.name == road]
    wanted_m = sum(network.piece_length_m[[n in named for n in network.piece_name.tolist()]])
    assert wanted_m * 0.95 < length_m < wanted_m * 1.15  # a degree of longitude counts as one of latitude


async def test_the_atlas_keeps_the_newest_and_never_more_than_it_may(small_prefecture: Path) -> None:
    times = TravelTimes.load(small_prefecture / "roads")
    places = load_places(small_prefecture / "roads")
    city = next(place for place in places if place.kind == "city").position
    atlas = Atlas(times.network, times.graph_version, places, invented=True, kept_bytes=20_000)
    maker = TileMaker(times.network, places)
    zoom, x, y = tile_of(city, 14)
    wanted = [(zoom, x + dx, y + dy) for dx in range(-3, 4) for dy in range(-3, 4)]
    twice = await asyncio.gather(*(atlas.tile(*tile) for tile in [*wanted, *wanted]))
    assert twice[: len(wanted)] == twice[len(wanted) :]
    assert all(
        (gzip.decompress(a) if a else b"") == maker.tile(*t) for a, t in zip(twice, wanted, strict=False)
    )
    assert 0 < atlas.size_bytes <= 20_000
    kept = await atlas.tile(*wanted[0])
    assert await atlas.tile(*wanted[0]) is kept
    asking = asyncio.ensure_future(atlas.tile(zoom, x + 9, y))
    other = asyncio.ensure_future(atlas.tile(zoom, x + 9, y))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert isinstance(await other, bytes)
