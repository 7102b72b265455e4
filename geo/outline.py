"""The highest-density region as polygons, and a dozen places that stand for all samples."""

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.estimate import MultiPolygonCoordinates, Sample
from geo.fusion import Cloud, Posterior
from geo.geodesy import Floats, LocalFrame
from geo.modes import Peak

_CELLS = 40
_DEGREE_DIGITS = 6


def outline(posterior: Posterior, cloud: Cloud, modes: list[Peak]) -> BaseGeometry:
    """The ground of the metric frame where the likelihood is above the cloud's level.

    Each mode has its own grid, since one may be a doorstep and the next a valley.
    """
    above = cloud.log_l >= cloud.level
    grounds = []
    for mode in modes:
        held = mode.members[above[mode.members]]
        if len(held):
            x, y = np.append(cloud.x_m[held], mode.x_m), np.append(cloud.y_m[held], mode.y_m)
            grounds.append(_raster(posterior, cloud.level, x, y))
    return shapely.union_all(grounds)


def _raster(posterior: Posterior, level: float, x: Floats, y: Floats) -> BaseGeometry:
    """Grid cells above the level around one mode's samples, as few polygons with softened corners."""
    west, south, east, north = x.min(), y.min(), x.max(), y.max()
    cell = max(east - west, north - south, 1.0) / _CELLS
    columns = int(np.ceil((east - west) / cell)) + 3
    rows = int(np.ceil((north - south) / cell)) + 3
    left, bottom = west - 1.5 * cell, south - 1.5 * cell
    gx, gy = np.meshgrid(left + (np.arange(columns) + 0.5) * cell, bottom + (np.arange(rows) + 0.5) * cell)
    inside = (posterior(gx.ravel(), gy.ravel()) >= level).reshape(rows, columns)
    # A region thinner than a cell can slip between cell middles: the samples found it.
    inside[((y - bottom) / cell).astype(int), ((x - left) / cell).astype(int)] = True
    edges = np.diff(np.pad(inside, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    row, start = np.nonzero(edges == 1)
    _, end = np.nonzero(edges == -1)
    runs = shapely.box(left + start * cell, bottom + row * cell, left + end * cell, bottom + (row + 1) * cell)
    stairs = shapely.union_all(runs)
    return shapely.simplify(shapely.buffer(stairs, 0.3 * cell, quad_segs=2), 0.6 * cell)


def coordinates(ground: BaseGeometry, frame: LocalFrame) -> MultiPolygonCoordinates:
    """GeoJSON MultiPolygon coordinates in WGS-84, outer rings counter-clockwise, largest polygon first."""
    polygons = sorted(shapely.get_parts(ground), key=lambda part: -part.area)
    return tuple(
        tuple(
            tuple((round(lon, _DEGREE_DIGITS), round(lat, _DEGREE_DIGITS)) for lon, lat in ring.coords)
            for ring in (polygon.exterior, *polygon.interiors)
        )
        for polygon in (shapely.orient_polygons(frame.unflatten(part)) for part in polygons)
    )


SAMPLE_COUNT = 12


def representatives(cloud: Cloud, frame: LocalFrame) -> tuple[Sample, ...]:
    """About a dozen samples of equal weight, spread like the whole cloud.

    Samples are put in the order of a space-filling curve (Morton), and one is taken from the middle of every
    twelfth of the probability: deterministic, and neighbours in the order are neighbours on the ground.
    """
    order = np.argsort(_morton(cloud.x_m, cloud.y_m), kind="stable")
    reached = np.cumsum(cloud.weight[order])
    wanted = (np.arange(SAMPLE_COUNT) + 0.5) / SAMPLE_COUNT * reached[-1]
    chosen = order[np.searchsorted(reached, wanted)]
    places: dict[tuple[float, float], int] = {}
    for index in chosen:
        lon, lat = frame.to_degrees(float(cloud.x_m[index]), float(cloud.y_m[index]))
        place = (round(lon, _DEGREE_DIGITS), round(lat, _DEGREE_DIGITS))
        places[place] = places.get(place, 0) + 1
    return tuple(Sample(lon, lat, round(n / SAMPLE_COUNT, 4)) for (lon, lat), n in places.items())


def _morton(x: Floats, y: Floats) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    """Interleaved bits of both coordinates, 1 m steps from the lowest."""
    code = np.zeros(len(x), dtype=np.uint64)
    for shift, values in enumerate((x, y)):
        steps = np.minimum(values - values.min(), 2**31).astype(np.uint64)
        for bit in range(32):
            code |= ((steps >> np.uint64(bit)) & np.uint64(1)) << np.uint64(2 * bit + shift)
    return code
