"""Names -> ranked candidates: what a caller says, looked up among the imported places and roads.

Every candidate carries its probability, so that fusion can weigh it against other evidence; what the
probabilities leave to 1 is "none of these". One hit is never passed off as the truth.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import product
from math import exp, hypot

from shapely import LineString, MultiLineString

from geo.geodesy import distance_m
from geo.nameindex import Entry, Hit, NameIndex, fold_all
from geo.places import NamedPlace, NamedRoad
from geo.roadnames import Stretch, crossings, stretch
from geo.shapes import Position
from geo.syllables import folded, is_chinese
from geo.wording import Wording, bare, is_reference, reference_in, take_apart, without_house, without_office

R95_SIGMAS = 2.448
"""Radius that holds 95 % of a round normal law, in its standard deviations (RFC 7459)."""

# Settlements spread further than their point suggests, whatever radius a map gives them (per axis, metres).
_LEAST_SIGMA_M = {"city": 1500.0, "town": 600.0, "suburb": 300.0, "village": 300.0, "hamlet": 150.0}
_SETTLEMENTS = frozenset({*_LEAST_SIGMA_M, "neighbourhood", "quarter", "isolated_dwelling", "locality"})
_DOOR_SIGMA_M = 30.0
_CROSSING_SIGMA_M = 30.0

_LEAST_SCORE = 0.55
# Below this the two roads as said may not meet at all: their names are candidates too.
_SURE_CROSSING = 0.85
_CONSIDERED = 30
# Each may have to be cut to the part near a named settlement, which is slower than finding it.
_ROADS_CONSIDERED = 8
# A score lower by this much makes a name e times less likely.
_SCORE_SCALE = 0.04
_NEAR_SCALE_M = 15_000.0


class MatchedBy(StrEnum):
    """Why a candidate was found."""

    NAME = "name"
    PART = "part-of-words"
    REFERENCE = "road-number"
    CROSSING = "crossing"


@dataclass(frozen=True, slots=True)
class NameMatch:
    """One place that the words may mean.

    `radius_m` holds it with 95 % probability. A long road has `along`: places spread evenly over it, each
    with this radius. `matched` are the caller's words that the name explains, `score` (0..1) how well,
    `by` in which way.
    """

    label: str
    position: Position
    radius_m: float
    probability: float
    score: float
    matched: str
    by: MatchedBy
    along: tuple[Position, ...] = ()

    @property
    def sigma_m(self) -> float:
        """Standard deviation per axis."""
        return self.radius_m / R95_SIGMAS


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A match before its probability is known; `alike` is how closely its words resemble the name."""

    match: NameMatch
    alike: float


class Gazetteer:
    """The names of one imported map. Immutable; searched from any thread."""

    def __init__(self, places: Sequence[NamedPlace], roads: Sequence[NamedRoad]) -> None:
        self._places, self._roads = tuple(places), tuple(roads)
        self._stretches = tuple(stretch(road) for road in self._roads)
        entries = [e for number, place in enumerate(self._places) for e in _ways_to_say(number, place)]
        road_entries = [
            Entry(number, text, 0.0)
            for number, road in enumerate(self._roads)
            for text in fold_all([road.name])
            if not is_reference(road.name)
        ]
        self._place_index, self._road_index = NameIndex(entries), NameIndex(road_entries)
        self._by_number = _merged_by_number(self._roads)
        self._number_stretches = {number: stretch(road) for number, road in self._by_number.items()}

    @classmethod
    def build(cls, places: Sequence[NamedPlace], roads: Sequence[NamedRoad]) -> "Gazetteer":
        """About a millisecond for four names."""
        return cls(places, roads)

    @property
    def places(self) -> tuple[NamedPlace, ...]:
        """Every named point, in the order of the map."""
        return self._places

    def search(self, words: str, *, limit: int = 10, near: Position | None = None) -> tuple[NameMatch, ...]:
        """What the words may mean, likeliest first; probabilities sum to at most 1.

        `near` prefers names around a place, over some 15 km. Empty when no name resembles the words.
        """
        said = take_apart(words)
        found = self._crossings(said)
        if not any(c.match.score >= _SURE_CROSSING for c in found):
            found += [*self._by_reference(said), *self._by_name(said.name, said.offset_m)]
            for side in said.crossing or ():
                found += self._by_name(side, said.offset_m)
        found.sort(key=lambda c: -c.match.score)
        ranked = _with_probabilities(found[:_CONSIDERED], near)
        return tuple(sorted(ranked, key=lambda match: -match.probability)[:limit])

    def _by_name(self, name: str, offset_m: float) -> list[_Candidate]:
        found = []
        for text in fold_all([name, without_house(name)]):
            for hit in self._place_index.find(text, _CONSIDERED):
                if hit.score >= _LEAST_SCORE:
                    found.append(self._place_candidate(hit, offset_m))
            for hit in self._road_index.find(text, _ROADS_CONSIDERED):
                if hit.score >= _LEAST_SCORE:
                    found.append(self._road_candidate(hit, text, offset_m))
        best: dict[tuple[str, Position], _Candidate] = {}
        for candidate in found:
            key = (candidate.match.label, candidate.match.position)
            if key not in best or candidate.match.score > best[key].match.score:
                best[key] = candidate
        return list(best.values())

    def _place_candidate(self, hit: Hit, offset_m: float) -> _Candidate:
        place = self._places[hit.entry.owner]
        sigma = max(place.radius_m / R95_SIGMAS, _LEAST_SIGMA_M.get(place.kind, _DOOR_SIGMA_M))
        radius = hypot(sigma, offset_m) * R95_SIGMAS
        return _candidate(place_label(place), place.position, radius, hit)

    def _road_candidate(self, hit: Hit, text: str, offset_m: float) -> _Candidate:
        """A road, cut to what lies near the settlement that the other words name ("河东镇西江一路")."""
        number = hit.entry.owner
        rest = text.replace(hit.matched, " ", 1).strip()
        around = self._settlement(rest) if rest != text and len(rest) >= 2 else None
        if around is None:
            return _road(road_label(self._roads[number]), self._stretches[number], hit, offset_m)
        part = stretch(self._roads[number], around.position, max(3000.0, 2 * around.radius_m))
        label = f"{road_label(self._roads[number])} ({around.name})"
        fuller = replace(hit, score=min(1.0, hit.score + 0.15), matched=text)
        return _road(label, part, fuller, offset_m)

    def _settlement(self, text: str) -> NamedPlace | None:
        for hit in self._place_index.find(text, 5):
            place = self._places[hit.entry.owner]
            if place.kind in _SETTLEMENTS and hit.alike > 0.9:
                return place
        return None

    def _by_reference(self, said: Wording) -> list[_Candidate]:
        road = self._by_number.get(said.reference) if said.reference else None
        if road is None or said.reference is None:
            return []
        around = self._settlement(folded(said.name))
        part, label = self._number_stretches[said.reference], road.ref
        if around is not None:
            part = stretch(road, around.position, max(3000.0, 2 * around.radius_m))
            label = f"{label} ({around.name})"
        candidate = _road(label, part, Hit(Entry(0, road.ref, 0.0), 1.0, 1.0, road.ref), said.offset_m)
        return [replace(candidate, match=replace(candidate.match, by=MatchedBy.REFERENCE))]

    def _crossings(self, said: Wording) -> list[_Candidate]:
        if said.crossing is None:
            return []
        first, second = (self._roads_called(side) for side in said.crossing)
        radius = hypot(_CROSSING_SIGMA_M, said.offset_m) * R95_SIGMAS
        found = []
        for (a, one), (b, other) in product(first, second):
            if a is b:
                continue
            weaker = min(one, other, key=lambda hit: hit.score)
            hit = replace(weaker, matched=f"{one.matched} × {other.matched}")
            for place in crossings(a, b):
                candidate = _candidate(f"{road_label(a)} × {road_label(b)}", place, radius, hit)
                found.append(replace(candidate, match=replace(candidate.match, by=MatchedBy.CROSSING)))
        return found

    def _roads_called(self, side: str) -> list[tuple[NamedRoad, Hit]]:
        road = self._by_number.get(reference_in(side) or "")
        if road is not None:
            return [(road, Hit(Entry(0, side, 0.0), 1.0, 1.0, side))]
        hits = self._road_index.find(folded(without_house(side)), 6)
        return [(self._roads[hit.entry.owner], hit) for hit in hits if hit.score >= _LEAST_SCORE]


def _merged_by_number(roads: Sequence[NamedRoad]) -> dict[str, NamedRoad]:
    """One road for each number, whatever names its pieces bear on the way."""
    pieces: dict[str, list[LineString]] = defaultdict(list)
    written: dict[str, str] = {}
    for road in roads:
        for ref in (*road.ref.split(";"), *([road.name] if is_reference(road.name) else ())):
            number = reference_in(ref)
            if number is not None:
                pieces[number] += road.lines.geoms
                written.setdefault(number, ref.strip())
    return {
        number: NamedRoad("", written[number], MultiLineString(lines)) for number, lines in pieces.items()
    }


def _ways_to_say(number: int, place: NamedPlace) -> list[Entry]:
    """The name alone, without its office or kind, and after (in Latin script also before) its town."""
    within = place.within[:2]
    entries: dict[str, float] = {}
    for name in (place.name, *place.other_names):
        plain, short = without_office(name), bare(name)
        ways = [(name, 0.0), (plain, 0.0), (short, 0.02)]
        for around in within:
            ways += [(f"{around} {plain}", 0.0), (f"{bare(around)} {short}", 0.01)]
            if not _chinese(name):
                ways.append((f"{plain} {around}", 0.0))
        if len(within) == 2:
            ways.append((f"{within[1]} {within[0]} {plain}", 0.0))
            ways.append((f"{bare(within[1])} {bare(within[0])} {short}", 0.01))
        for text, penalty in ways:
            key = folded(text)
            if key:
                entries[key] = min(penalty, entries.get(key, penalty))
    return [Entry(number, text, penalty) for text, penalty in entries.items()]


def place_label(place: NamedPlace) -> str:
    """As an address is written: 万秀区角嘴街道珠山社区, or "Ordino hospital, Ordino, Andorra"."""
    parts = (place.name, *place.within[:2])
    return "".join(reversed(parts)) if _chinese(place.name) else ", ".join(parts)


def road_label(road: NamedRoad) -> str:
    return f"{road.name} ({road.ref})" if road.name and road.ref else road.name or road.ref


def _chinese(name: str) -> bool:
    return any(map(is_chinese, name))


def _candidate(label: str, place: Position, radius_m: float, hit: Hit) -> _Candidate:
    by = MatchedBy.NAME if hit.alike == hit.score + hit.entry.penalty else MatchedBy.PART
    match = NameMatch(label, place, radius_m, 0.0, round(hit.score, 4), hit.matched, by)
    return _Candidate(match, hit.alike)


def _road(label: str, part: Stretch, hit: Hit, offset_m: float) -> _Candidate:
    radius = hypot(part.sigma_m, offset_m) * R95_SIGMAS
    candidate = _candidate(label, part.places[len(part.places) // 2], radius, hit)
    along = part.places if len(part.places) > 1 else ()
    return replace(candidate, match=replace(candidate.match, along=along))


def _with_probabilities(found: Sequence[_Candidate], near: Position | None) -> list[NameMatch]:
    """Likelier the higher the score and the nearer; together as much as the best words can be trusted."""
    if not found:
        return []
    weights = []
    for candidate in found:
        weight = exp((candidate.match.score - found[0].match.score) / _SCORE_SCALE)
        if near is not None:
            weight *= 0.02 + exp(-distance_m(candidate.match.position, near) / _NEAR_SCALE_M)
        weights.append(weight)
    scale = max(map(_trust, found)) / sum(weights)
    return [
        replace(candidate.match, probability=weight * scale)
        for candidate, weight in zip(found, weights, strict=True)
    ]


def _trust(candidate: _Candidate) -> float:
    """Probability that the words are this name at all: by likeness, and by how much was said."""
    matched = candidate.match.matched
    syllables = sum(1.0 if is_chinese(c) else 0.4 for c in matched)
    likeness = min(1.0, max(0.0, (candidate.alike - 0.5) / 0.4))
    return likeness * (1.0 - 0.1**syllables)
