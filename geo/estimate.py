"""LocationEstimate (定位结果): where somebody is, how sure that is, and why. It travels and is kept.

All degrees are WGS-84, all lengths metres, all numbers rounded to what they can mean.
"""

from collections.abc import Mapping

from msgspec import Struct

LonLatPair = tuple[float, float]
Ring = tuple[LonLatPair, ...]
MultiPolygonCoordinates = tuple[tuple[Ring, ...], ...]
"""The `coordinates` of a GeoJSON MultiPolygon (RFC 7946)."""


class Mode(Struct, frozen=True):
    """One place where the caller may be; `label` is its name when the evidence was a name.

    `sources` are the ids of the evidence that agrees with this place.
    """

    lon: float
    lat: float
    probability: float
    label: str
    sources: tuple[str, ...]


class Conflict(Struct, frozen=True):
    """Two pieces of evidence that can hardly both be right.

    `probability` that at least one of them is wrong; `distance_m` between their closest readings.
    `datum_suspected` names the piece which would agree if its datum had been named wrongly.
    """

    first: str
    second: str
    distance_m: float
    probability: float
    datum_suspected: str | None = None


class Sample(Struct, frozen=True, array_like=True):
    """A place with its share of the probability, for expected and worst-case drive times."""

    lon: float
    lat: float
    weight: float


class LocationEstimate(Struct, frozen=True, tag_field="kind", tag="location-estimate"):
    """What all the evidence says together.

    "No location" is a value: `best` is None and everything about place is empty; it is never a point.
    `area95` holds the caller with 95 % probability and may be several polygons; `radius95_m` is the circle
    around `best` that does. `modes` come likeliest first, but of nearly equal ones the sharpest leads; the
    first is `best`. `contributions` maps evidence to its share in the best place (0..1, together 1);
    `unused` maps evidence to why it did not decide.
    `confirmed`: a dispatcher fixed the best place. `inside`: the best place lies in the service region.
    """

    best: LonLatPair | None
    area95: MultiPolygonCoordinates
    area_m2: float | None
    radius95_m: float | None
    modes: tuple[Mode, ...]
    conflicts: tuple[Conflict, ...]
    contributions: Mapping[str, float]
    unused: Mapping[str, str]
    samples: tuple[Sample, ...]
    confirmed: bool
    inside: bool
    transform_version: str


def no_location(unused: Mapping[str, str], transform_version: str) -> LocationEstimate:
    """The estimate when nothing usable was said."""
    return LocationEstimate(
        best=None,
        area95=(),
        area_m2=None,
        radius95_m=None,
        modes=(),
        conflicts=(),
        contributions={},
        unused=unused,
        samples=(),
        confirmed=False,
        inside=False,
        transform_version=transform_version,
    )
